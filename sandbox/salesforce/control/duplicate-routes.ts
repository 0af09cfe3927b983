import type { FastifyInstance } from 'fastify';
import type { DuplicateRule } from '../org/duplicates.ts';
import { SalesforceError } from '../org/types.ts';
import type { ControlDeps } from './index.ts';
import { objectOf, TEXT, TEXTS } from './schemas.ts';

const RULE = objectOf(
  {
    entity: TEXT,
    fields: { ...TEXTS, minItems: 1 },
    action: { enum: ['block', 'allow'] },
  },
  ['entity', 'fields', 'action'],
);
const WHICH = objectOf({ entity: TEXT });

/** Duplicate rules of an object: one, in place of the one there was. */
export function registerDuplicateRoutes(app: FastifyInstance, { org }: ControlDeps): void {
  const all = (): object => ({ rules: [...org.duplicateRules.values()] });
  app.get('/duplicate-rules', (_request, reply) => reply.send(all()));
  app.post('/duplicate-rules', { schema: { body: RULE } }, (request, reply) => {
    const rule = request.body as DuplicateRule;
    const object = org.object(rule.entity);
    if (object === undefined) throw invalid(`There is no object "${rule.entity}".`);
    const fields = rule.fields.map((name) => {
      const found = object.fields.find((each) => each.name.toLowerCase() === name.toLowerCase());
      if (found === undefined) throw invalid(`${object.name} has no field "${name}".`);
      return found.name;
    });
    org.duplicateRules.set(object.name, { entity: object.name, fields, action: rule.action });
    return reply.code(201).send(all());
  });
  app.delete('/duplicate-rules', { schema: { body: WHICH } }, (request, reply) => {
    const { entity } = (request.body ?? {}) as { entity?: string };
    if (entity === undefined) org.duplicateRules.clear();
    else org.duplicateRules.delete(org.object(entity)?.name ?? entity);
    return reply.send(all());
  });
}

function invalid(message: string): SalesforceError {
  return new SalesforceError(400, 'INVALID_INPUT', message);
}
