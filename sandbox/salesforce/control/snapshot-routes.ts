import type { FastifyInstance } from 'fastify';
import type { OrgSnapshots } from '../load/org-snapshots.ts';
import { objectOf } from './schemas.ts';

const NEW = objectOf({ name: { type: 'string', pattern: '^[\\w.-]{1,80}$' } }, ['name']);

interface Named {
  readonly name: string;
}

/** The org as it was at a moment, to go back to. */
export function registerSnapshotRoutes(app: FastifyInstance, snapshots: OrgSnapshots): void {
  app.get('/snapshots', (_request, reply) => reply.send({ snapshots: snapshots.list() }));
  app.post('/snapshots', { schema: { body: NEW } }, (request, reply) =>
    reply.code(201).send(snapshots.take((request.body as Named).name)),
  );
  app.post('/snapshots/:name/restore', async (request, reply) =>
    reply.send(await snapshots.restore((request.params as Named).name)),
  );
  app.delete('/snapshots/:name', (request, reply) => {
    snapshots.delete((request.params as Named).name);
    return reply.code(204).send();
  });
}
