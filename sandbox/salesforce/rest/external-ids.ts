/** Records by external id: `/sobjects/X/FIELD/VALUE`. */
import type { FieldDef, ObjectDef, RecordValues } from '../org/types.ts';
import { toFieldValue } from '../org/values.ts';
import { fieldOf } from '../soql/fields.ts';
import { recordUrl } from '../soql/record-json.ts';
import { NO_CONTENT, notFound, objectBody } from './api.ts';
import type { Answer, Call, Route } from './api.ts';
import { create, readableObject, refuseField, show, single, writableObject } from './records.ts';

export const externalIdRoutes: readonly Route[] = [
  { method: 'POST', path: '/sobjects/:type/Id', handle: create },
  { method: 'GET', path: '/sobjects/:type/:field/:value', handle: read },
  { method: 'PATCH', path: '/sobjects/:type/:field/:value', handle: upsert },
  { method: 'DELETE', path: '/sobjects/:type/:field/:value', handle: remove },
];

function read(call: Call): Answer {
  const object = readableObject(call);
  const found = find(call, object, idField(call, object));
  const [record, ...more] = found;
  if (record === undefined) throw notFound();
  return more.length > 0 ? multipleChoices(call, object, found) : show(call, object, record);
}

/** 201 where the record is new, 200 where it was there; `?updateOnly=true` makes none. */
function upsert(call: Call): Answer {
  const object = writableObject(call);
  const field = idField(call, object);
  const values = objectBody(call);
  refuseField(values, field.name);
  const found = find(call, object, field);
  if (found.length > 1) return multipleChoices(call, object, found);
  if (found.length === 0 && call.query.get('updateOnly') === 'true') throw notFound();
  const { id, created } = single(
    call.write(
      [
        {
          op: 'upsert',
          entity: object.name,
          externalIdField: field.name,
          externalId: call.params['value'] ?? '',
          values,
        },
      ],
      true,
    ),
  );
  const location = { Location: recordUrl(object.name, id, call.version) };
  return {
    status: created ? 201 : 200,
    body: { id, success: true, errors: [], created },
    headers: created ? location : {},
  };
}

function remove(call: Call): Answer {
  const object = writableObject(call);
  const found = find(call, object, idField(call, object));
  const [record, ...more] = found;
  if (record === undefined) throw notFound();
  if (more.length > 0) return multipleChoices(call, object, found);
  single(call.write([{ op: 'delete', id: String(record['Id']) }], true));
  return NO_CONTENT;
}

/** Every external id field identifies, and Id. */
export function idField(call: Call, object: ObjectDef): FieldDef {
  const name = call.params['field'] ?? '';
  const field = fieldOf(object, name);
  if (field?.externalId === true || field?.type === 'id') return field;
  throw notFound(`Provided external ID field does not exist or is not accessible: ${name}`);
}

function find({ org, params }: Call, object: ObjectDef, field: FieldDef): readonly RecordValues[] {
  return org.findBy(object.name, field.name, toFieldValue(field, params['value'] ?? ''));
}

function multipleChoices(
  { version }: Call,
  object: ObjectDef,
  records: readonly RecordValues[],
): Answer {
  const body = records.map((record) => recordUrl(object.name, record['Id'] ?? null, version));
  return { status: 300, body };
}
