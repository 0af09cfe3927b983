import type { FastifyInstance } from 'fastify';
import { ERROR_CODES } from '../pubsub/errors.ts';
import type { Cut } from '../pubsub/faults.ts';
import type { ControlDeps } from './index.ts';
import { COUNT, objectOf } from './schemas.ts';

const CUT = {
  oneOf: [
    objectOf({ kind: { const: 'error' }, code: { enum: ERROR_CODES } }, ['kind', 'code']),
    objectOf({ kind: { const: 'goAway' }, graceMs: COUNT }, ['kind']),
  ],
};

const REPEAT = objectOf({ count: { ...COUNT, maximum: 1000 } }, ['count']);

/** What happens to the streams that are open, and to the positions that clients have kept. */
export function registerStreamRoutes(app: FastifyInstance, deps: ControlDeps): void {
  app.post('/pubsub/cut', { schema: { body: CUT } }, (request, reply) => {
    deps.pubsubFaults.cut(request.body as Cut);
    return reply.code(202).send(request.body);
  });
  app.post('/platform-events/repeat', { schema: { body: REPEAT } }, (request, reply) => {
    const { count } = request.body as { readonly count: number };
    return reply.send({ repeated: deps.events.repeatPlatformEvents(count) });
  });
  app.post('/replay-ids', (_request, reply) => {
    deps.events.forgetEvents();
    return reply.code(204).send();
  });
}
