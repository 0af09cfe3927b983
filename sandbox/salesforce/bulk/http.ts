/** What the routes of the Bulk API have in common. */
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Org } from '../org/types.ts';
import { admit } from '../rest/admit.ts';
import type { RequireSession } from '../rest/admit.ts';
import type { Api, Caller } from '../rest/api.ts';
import { apiUsage, limitInfo } from '../rest/limits.ts';
import { SalesforceError } from '../org/types.ts';
import type { Jobs } from './jobs.ts';
import type { Runner } from './runner.ts';
import type { BulkSettings } from './settings.ts';

export interface Bulk {
  readonly api: Api;
  readonly org: Org;
  readonly jobs: Jobs;
  readonly runner: Runner;
  readonly settings: BulkSettings;
  readonly requireSession: RequireSession;
}

export interface BulkCall {
  readonly caller: Caller;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Of the address; empty where there is none. */
  readonly id: string;
  readonly query: URLSearchParams;
}

export type Handle = (call: BulkCall) => FastifyReply | Promise<FastifyReply>;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** A resource below `/services/data/vNN.0`; other methods than its own are 405. */
export function serve(
  app: FastifyInstance,
  bulk: Bulk,
  path: string,
  handlers: Partial<Record<Method, Handle>>,
): void {
  const allowed = METHODS.filter((method) => handlers[method] !== undefined);
  for (const method of METHODS) {
    const handle = handlers[method] ?? refuse(method, allowed);
    app.route({
      method,
      url: `/services/data/:version/jobs${path}`,
      handler: (request, reply) => {
        const { version = '', id = '' } = request.params as { version?: string; id?: string };
        const { api, requireSession } = bulk;
        const caller = admit(api, requireSession, request, version);
        void reply.header('Sforce-Limit-Info', limitInfo(apiUsage(api)));
        const query = new URLSearchParams(/\?(.*)/s.exec(request.raw.url ?? '')?.[1]);
        return handle({ caller, request, reply, id, query });
      },
    });
  }
}

function refuse(method: Method, allowed: readonly Method[]): Handle {
  return ({ reply }) => {
    void reply.header('Allow', allowed.join(', '));
    const message = `HTTP Method '${method}' not allowed. Allowed are ${allowed.join(',')}`;
    throw new SalesforceError(405, 'METHOD_NOT_ALLOWED', message);
  };
}

export function sendJson({ reply }: BulkCall, body: object): FastifyReply {
  return reply.header('Content-Type', 'application/json;charset=UTF-8').send(JSON.stringify(body));
}

/** In pieces, so that neither the whole is held a second time nor others have to wait. */
export function sendCsv({ request, reply }: BulkCall, pieces: Iterable<Buffer>): FastifyReply {
  void reply.header('Content-Type', 'text/csv');
  const source = Readable.from(inTurns(pieces), { objectMode: false });
  if (!/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) return reply.send(source);
  void reply.header('Content-Encoding', 'gzip').header('Vary', 'Accept-Encoding');
  return reply.send(source.pipe(createGzip({ level: 1 })));
}

async function* inTurns(pieces: Iterable<Buffer>): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    yield piece;
    await nextTurn();
  }
}
