import type { FastifyInstance } from 'fastify';
import type { RequestLog } from './request-log.ts';

const SINCE = {
  type: 'object',
  properties: { since: { type: 'string', pattern: '^\\d{1,15}$' } },
  additionalProperties: false,
};

/** What clients asked, newest last; `since` is the number of the last one already seen. */
export function registerRequestLogRoutes(app: FastifyInstance, log: RequestLog): void {
  app.get('/requests', { schema: { querystring: SINCE } }, (request, reply) => {
    const { since = '0' } = request.query as { readonly since?: string };
    return reply.send({ requests: log.after(Number(since)) });
  });
  app.delete('/requests', (_request, reply) => {
    log.clear();
    return reply.code(204).send();
  });
}
