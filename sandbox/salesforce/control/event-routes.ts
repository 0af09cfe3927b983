import type { FastifyInstance } from 'fastify';
import { normalizeId } from '../org/ids.ts';
import { SalesforceError } from '../org/types.ts';
import type { ControlDeps } from './index.ts';
import { objectOf, TEXT, TEXTS } from './schemas.ts';

const SELECTION = objectOf({ entities: { anyOf: [TEXTS, { const: 'all' }] } }, ['entities']);
const GAP_TYPES = ['GAP_CREATE', 'GAP_UPDATE', 'GAP_DELETE', 'GAP_UNDELETE'] as const;
const GAP = objectOf({ entity: TEXT, ids: { ...TEXTS, minItems: 1 }, type: { enum: GAP_TYPES } }, [
  'entity',
  'ids',
]);

interface Gap {
  readonly entity: string;
  readonly ids: readonly string[];
  readonly type?: (typeof GAP_TYPES)[number];
}

/** Which entities have change events, and gap events on request. */
export function registerEventRoutes(app: FastifyInstance, deps: ControlDeps): void {
  const { org, selection, events } = deps;
  app.get('/change-events', (_request, reply) => reply.send({ entities: selection.entities() }));
  app.put('/change-events', { schema: { body: SELECTION } }, (request, reply) => {
    const { entities } = request.body as { entities: readonly string[] | 'all' };
    selection.select(entities);
    return reply.send({ entities: selection.entities() });
  });
  app.post('/gap', { schema: { body: GAP } }, (request, reply) => {
    const { entity, ids, type = 'GAP_UPDATE' } = request.body as Gap;
    const object = org.object(entity);
    if (object === undefined) {
      throw new SalesforceError(400, 'INVALID_INPUT', `There is no object "${entity}".`);
    }
    const full = ids.map((id) => {
      const normal = normalizeId(id);
      if (normal?.startsWith(object.keyPrefix) === true) return normal;
      throw new SalesforceError(400, 'INVALID_INPUT', `"${id}" is no id of ${object.name}.`);
    });
    events.emitGap(object.name, full, type);
    return reply.code(202).send({ entity: object.name, ids: full, type });
  });
}
