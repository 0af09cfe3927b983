import type { FastifyInstance } from 'fastify';
import { normalizeId } from '../org/ids.ts';
import { SalesforceError } from '../org/types.ts';
import type { ObjectDef } from '../org/types.ts';
import type { ControlDeps } from './index.ts';
import { objectOf, TEXT, TEXTS } from './schemas.ts';

const SELECTION = objectOf({ entities: { anyOf: [TEXTS, { const: 'all' }] } }, ['entities']);
const GAP_TYPES = ['GAP_CREATE', 'GAP_UPDATE', 'GAP_DELETE', 'GAP_UNDELETE'] as const;
const GAP = objectOf(
  {
    entity: TEXT,
    ids: { anyOf: [{ ...TEXTS, minItems: 1 }, { const: '*' }] },
    type: { enum: [...GAP_TYPES, 'GAP_OVERFLOW'] },
  },
  ['entity'],
);

interface Gap {
  readonly entity: string;
  readonly ids?: readonly string[] | '*';
  readonly type?: (typeof GAP_TYPES)[number] | 'GAP_OVERFLOW';
}

/** Which entities have change events, and gap events on request. */
export function registerEventRoutes(app: FastifyInstance, deps: ControlDeps): void {
  const { selection } = deps;
  app.get('/change-events', (_request, reply) => reply.send({ entities: selection.entities() }));
  app.put('/change-events', { schema: { body: SELECTION } }, (request, reply) => {
    const { entities } = request.body as { entities: readonly string[] | 'all' };
    selection.select(entities);
    return reply.send({ entities: selection.entities() });
  });
  app.post('/gap', { schema: { body: GAP } }, (request, reply) => {
    emitGap(deps, request.body as Gap);
    return reply.code(202).send(request.body);
  });
}

/** `ids: "*"` is an event for any record of the entity; GAP_OVERFLOW needs no ids. */
function emitGap({ org, events }: ControlDeps, { entity, ids, type = 'GAP_UPDATE' }: Gap): void {
  const object = org.object(entity);
  if (object === undefined) throw invalid(`There is no object "${entity}".`);
  if (type === 'GAP_OVERFLOW') return events.emitOverflow(object.name);
  if (ids === undefined) throw invalid('A gap event needs "ids": a list of record ids, or "*".');
  if (ids === '*') return events.emitWildcard(object.name);
  events.emitGap(
    object.name,
    ids.map((id) => idOf(object, id)),
    type,
  );
}

function idOf(object: ObjectDef, id: string): string {
  const normal = normalizeId(id);
  if (normal?.startsWith(object.keyPrefix) === true) return normal;
  throw invalid(`"${id}" is no id of ${object.name}.`);
}

function invalid(message: string): SalesforceError {
  return new SalesforceError(400, 'INVALID_INPUT', message);
}
