import type { FastifyInstance } from 'fastify';
import { makeId } from '../org/ids.ts';
import type { FieldDef } from '../org/types.ts';
import { describeType, fieldsOf } from './field-body.ts';
import type { FieldBody } from './field-body.ts';
import type { ControlDeps } from './index.ts';
import { COUNT, FLAG, objectOf, TEXT, TEXTS } from './schemas.ts';

const NEW_FIELD = objectOf(
  {
    entity: TEXT,
    name: TEXT,
    type: TEXT,
    label: TEXT,
    length: COUNT,
    precision: COUNT,
    scale: COUNT,
    required: FLAG,
    unique: FLAG,
    externalId: FLAG,
    defaultValue: { anyOf: [{ type: 'string' }, { type: 'number' }, FLAG] },
    picklistValues: TEXTS,
    restricted: FLAG,
    referenceTo: { anyOf: [TEXT, TEXTS] },
  },
  ['entity', 'name', 'type'],
);
const NAMED_FIELD = objectOf({ entity: TEXT, name: TEXT }, ['entity', 'name']);
const RETYPED_FIELD = objectOf({ entity: TEXT, name: TEXT, type: TEXT, length: COUNT }, [
  'entity',
  'name',
  'type',
]);
/** Field ids of the control API start here, clear of the project's. */
const FIRST_ID = 100_000;

interface NamedField {
  readonly entity: string;
  readonly name: string;
}

/** Add, drop and retype a field, while everything runs. */
export function registerFieldRoutes(app: FastifyInstance, { org }: ControlDeps): void {
  let nextId = FIRST_ID;
  const show = ({ entity, name }: NamedField): FieldDef | undefined =>
    org.object(entity)?.fields.find((field) => field.name.toLowerCase() === name.toLowerCase());

  app.post('/fields', { schema: { body: NEW_FIELD } }, (request, reply) => {
    const body = request.body as FieldBody;
    const { defaultValue } = body;
    const given =
      defaultValue === undefined ? body : { ...body, defaultValue: String(defaultValue) };
    const fieldId = makeId('00N', nextId++).slice(0, 15);
    for (const field of fieldsOf(given, fieldId)) org.addField(body.entity, field);
    return reply.code(201).send(show(body));
  });
  app.delete('/fields', { schema: { body: NAMED_FIELD } }, (request, reply) => {
    const { entity, name } = request.body as NamedField;
    org.dropField(entity, name);
    return reply.code(204).send();
  });
  app.delete('/fields/:entity/:name', (request, reply) => {
    const { entity, name } = request.params as NamedField;
    org.dropField(entity, name);
    return reply.code(204).send();
  });
  app.patch('/fields', { schema: { body: RETYPED_FIELD } }, (request, reply) => {
    const body = request.body as NamedField & { type: string; length?: number };
    org.retypeField(body.entity, body.name, describeType(body.type), body.length);
    return reply.send(show(body));
  });
}
