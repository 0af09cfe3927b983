import type { FastifyInstance } from 'fastify';
import { SalesforceError } from '../org/types.ts';
import type { JsonValues, Org } from '../org/types.ts';
import { LATEST_VERSION } from '../rest/versions.ts';
import { writeAsAdmin } from '../control/admin-write.ts';
import { objectOf } from '../control/schemas.ts';
import type { PageDeps } from './index.ts';
import { listRecords, showRecord } from './records.ts';
import type { ListQuery } from './records.ts';
import { requireObject } from './object-routes.ts';
import { recycleBin } from './recycle-bin.ts';

const DIGITS = { type: 'string', pattern: '^\\d{1,9}$' };
const NAME = { type: 'string', pattern: '^\\w{1,80}$' };
const SWITCH = { enum: ['true', 'false'] };
const LIST = objectOf({
  where: { type: 'string', maxLength: 20_000 },
  fields: { type: 'string', pattern: '^\\w{1,80}(,\\w{1,80}){0,99}$' },
  sort: NAME,
  descending: SWITCH,
  deleted: SWITCH,
  offset: DIGITS,
  limit: DIGITS,
});
const VALUES = { type: 'object' };

/**
 * Records as the administrator sees and writes them, by the ordinary rules. Faults that are switched on for clients
 * don't hit these, and they use up no limit: to look at the org doesn't disturb what is being tested.
 */
export function registerRecordRoutes(app: FastifyInstance, { org, events }: PageDeps): void {
  app.get('/objects/:name/records', { schema: { querystring: LIST } }, (request, reply) => {
    const object = requireObject(org, request.params);
    const reader = { org, user: org.admin, version: LATEST_VERSION };
    return reply.send(listRecords(reader, object, request.query as ListQuery));
  });
  app.post('/objects/:name/records', { schema: { body: VALUES } }, (request, reply) => {
    const object = requireObject(org, request.params);
    const values = request.body as JsonValues;
    if (object.kind === 'platformevent') {
      return reply
        .code(201)
        .send(events.publish(object.name, values, { userId: org.admin.id, origin: '' }));
    }
    const { id } = writeAsAdmin(org, { op: 'insert', entity: object.name, values });
    return reply.code(201).send({ id });
  });
  app.get('/records/:id', (request, reply) => reply.send(showRecord(org, idOf(request.params))));
  app.patch('/records/:id', { schema: { body: VALUES } }, (request, reply) => {
    const id = idOf(request.params);
    const values = request.body as JsonValues;
    writeAsAdmin(org, { op: 'update', entity: entityOf(org, id), id, values });
    return reply.send(showRecord(org, id));
  });
  app.delete('/records/:id', (request, reply) => {
    writeAsAdmin(org, { op: 'delete', id: idOf(request.params) });
    return reply.code(204).send();
  });
  app.post('/records/:id/undelete', (request, reply) => {
    writeAsAdmin(org, { op: 'undelete', id: idOf(request.params) });
    return reply.code(204).send();
  });
  app.get('/recycle-bin', (_request, reply) => reply.send({ records: recycleBin(org) }));
}

function idOf(params: unknown): string {
  return (params as { readonly id: string }).id;
}

function entityOf(org: Org, id: string): string {
  const object = org.objectByPrefix(id.slice(0, 3));
  if (object !== undefined) return object.name;
  throw new SalesforceError(404, 'NOT_FOUND', `No object has ids that begin as "${id}" does.`);
}
