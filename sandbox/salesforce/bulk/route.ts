/** A resource of either Bulk API: its own methods are handled, the others are 405. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SalesforceError } from '../org/types.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export type Handle<Call> = (call: Call) => FastifyReply | Promise<FastifyReply>;
export type Handlers<Call> = Partial<Record<(typeof METHODS)[number], Handle<Call>>>;

export interface Resource<Call> {
  readonly url: string;
  /** Of a method that the resource doesn't have. */
  readonly errorCode: string;
  readonly handlers: Handlers<Call>;
  /** Admits the caller: throws what is wrong with the session or the address, whatever the method. */
  readonly callOf: (request: FastifyRequest, reply: FastifyReply) => Call;
}

export function route<Call>(
  app: FastifyInstance,
  { url, errorCode, handlers, callOf }: Resource<Call>,
): void {
  const allowed = METHODS.filter((method) => handlers[method] !== undefined);
  for (const method of METHODS) {
    app.route({
      method,
      url,
      handler: (request, reply) => {
        const call = callOf(request, reply);
        const handle = handlers[method];
        if (handle !== undefined) return handle(call);
        void reply.header('Allow', allowed.join(', '));
        const message = `HTTP Method '${method}' not allowed. Allowed are ${allowed.join(',')}`;
        throw new SalesforceError(405, errorCode, message);
      },
    });
  }
}
