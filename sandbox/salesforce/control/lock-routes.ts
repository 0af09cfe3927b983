import type { FastifyInstance } from 'fastify';
import { normalizeId } from '../org/ids.ts';
import { SalesforceError } from '../org/types.ts';
import type { ControlDeps } from './index.ts';
import { COUNT, objectOf, TEXT } from './schemas.ts';

const LOCK = objectOf({ entity: TEXT, id: TEXT, forMs: COUNT }, ['entity', 'id', 'forMs']);
const WHICH = objectOf({ id: TEXT });

interface Lock {
  readonly entity: string;
  readonly id: string;
  /** Sandbox time. */
  readonly forMs: number;
}

/** Holds records as another transaction would: who writes them meanwhile gets UNABLE_TO_LOCK_ROW. */
export function registerLockRoutes(app: FastifyInstance, { org }: ControlDeps): void {
  app.get('/locks', (_request, reply) => reply.send({ locks: org.locks.list() }));
  app.post('/locks', { schema: { body: LOCK } }, (request, reply) => {
    const { entity, id, forMs } = request.body as Lock;
    const record = org.record(entity, id, true);
    if (record === undefined) {
      throw new SalesforceError(400, 'INVALID_INPUT', `There is no ${entity} with the id "${id}".`);
    }
    org.locks.hold(String(record['Id']), forMs);
    return reply.code(201).send({ locks: org.locks.list() });
  });
  app.delete('/locks', { schema: { body: WHICH } }, (request, reply) => {
    const { id } = (request.body ?? {}) as { id?: string };
    org.locks.release(id === undefined ? undefined : (normalizeId(id) ?? id));
    return reply.send({ locks: org.locks.list() });
  });
}
