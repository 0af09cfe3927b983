import type { FastifyInstance } from 'fastify';
import type { JsonValues } from '../org/types.ts';
import { writeAsAdmin } from './admin-write.ts';
import type { ControlDeps } from './index.ts';
import { objectOf, TEXT, TEXTS } from './schemas.ts';

const MERGE = objectOf(
  { entity: TEXT, masterId: TEXT, loserIds: TEXTS, values: { type: 'object' } },
  ['entity', 'masterId', 'loserIds'],
);

interface Merge {
  readonly entity: string;
  readonly masterId: string;
  readonly loserIds: readonly string[];
  /** What the master takes over, as an update would say it. */
  readonly values?: JsonValues;
}

/** Merges as a user does on the page of an account, contact, lead or case. */
export function registerMergeRoutes(app: FastifyInstance, { org }: ControlDeps): void {
  app.post('/merge', { schema: { body: MERGE } }, (request, reply) => {
    const { entity, masterId, loserIds, values = {} } = request.body as Merge;
    const write = { op: 'merge', entity, id: masterId, loserIds, values } as const;
    const { id, related = [] } = writeAsAdmin(org, write);
    return reply.send({ id, mergedRecordIds: loserIds, updatedRelatedIds: related });
  });
}
