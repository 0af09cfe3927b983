/** Single records by id: `/sobjects/X` and `/sobjects/X/ID`. */
import { normalizeId } from '../org/ids.ts';
import { SalesforceError } from '../org/types.ts';
import type { FieldDef, JsonValues, ObjectDef, RecordValues, SaveResult } from '../org/types.ts';
import { crossReference, insufficientAccess } from '../security/refusals.ts';
import { fieldOf } from '../soql/fields.ts';
import { recordReader, recordUrl } from '../soql/record-json.ts';
import { visible } from '../soql/scope.ts';
import { NO_CONTENT, noSuchObject, notFound, objectBody, valueOf } from './api.ts';
import type { Answer, Call, Route } from './api.ts';
import { requireState, validatorsOf } from './conditional.ts';
import { publish } from './publish.ts';

export const recordRoutes: readonly Route[] = [
  { method: 'POST', path: '/sobjects/:type', handle: create },
  { method: 'GET', path: '/sobjects/:type/:id', handle: read },
  { method: 'PATCH', path: '/sobjects/:type/:id', handle: update },
  { method: 'DELETE', path: '/sobjects/:type/:id', handle: remove },
];

/** The object named in the path, where the user may read it. */
export function readableObject(call: Call): ObjectDef {
  const object = visible(call, call.params['type'] ?? '');
  if (object === undefined) throw noSuchObject(call);
  return object;
}

/** The object named in the path; one that is hidden from the user can't be written. */
export function writableObject(call: Call): ObjectDef {
  const name = call.params['type'] ?? '';
  const object = visible(call, name);
  if (object !== undefined) return object;
  throw call.api.org.object(name) === undefined ? noSuchObject(call) : insufficientAccess();
}

/** The result of the one write of a call, or its error. */
export function single(results: readonly SaveResult[]): SaveResult & { readonly id: string } {
  const [result] = results;
  if (result?.success === true && result.id !== null) return { ...result, id: result.id };
  throw result?.errors[0] ?? new TypeError('A write without result.');
}

export function create(call: Call): Answer {
  const object = writableObject(call);
  const values = objectBody(call);
  if (object.kind === 'platformevent') return { status: 201, body: publish(call, object, values) };
  const { id } = single(call.write([{ op: 'insert', entity: object.name, values }], true));
  return {
    status: 201,
    body: { id, success: true, errors: [] },
    headers: { Location: recordUrl(object.name, id, call.version) },
  };
}

function read(call: Call): Answer {
  const object = readableObject(call);
  return show(call, object, existing(call, object));
}

/** `?fields=Name,BillingCity` or all. */
export function show(call: Call, object: ObjectDef, record: RecordValues): Answer {
  const names = call.query.get('fields');
  const fields = names === null ? object.fields : namedFields(object, names.split(','));
  const body = recordReader(object, call.version, fields)(record);
  return { status: 200, body, headers: validatorsOf(object, record) };
}

export function namedFields(object: ObjectDef, names: readonly string[]): FieldDef[] {
  const named = names.map((name) => name.trim()).filter((name) => name !== '');
  return named.map((name) => {
    const field = fieldOf(object, name);
    if (field !== undefined) return field;
    const message = `No such column '${name}' on entity '${object.name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`;
    throw new SalesforceError(400, 'INVALID_FIELD', message);
  });
}

function update(call: Call): Answer {
  const object = writableObject(call);
  const values = objectBody(call);
  refuseField(values, 'Id');
  const before = changeable(call, object);
  requireState(call, validatorsOf(object, before));
  const id = String(before['Id']);
  single(call.write([{ op: 'update', entity: object.name, id, values }], true));
  return NO_CONTENT;
}

function remove(call: Call): Answer {
  const object = writableObject(call);
  const before = changeable(call, object);
  requireState(call, validatorsOf(object, before));
  const id = String(before['Id']);
  single(call.write([{ op: 'delete', id }], true));
  return NO_CONTENT;
}

/** A field that the address already says. */
export function refuseField(values: JsonValues, name: string): void {
  if (valueOf(values, name) === undefined) return;
  const message = `The ${name} field should not be specified in the sobject data.`;
  throw new SalesforceError(400, 'INVALID_FIELD', message);
}

/** The same for who wants to change it: of a record that is there and not seen, that much is told. */
function changeable(call: Call, object: ObjectDef): RecordValues {
  const id = call.params['id'] ?? '';
  const there = call.api.org.record(object.name, id) !== undefined;
  if (there && call.org.record(object.name, id) === undefined) throw crossReference();
  return existing(call, object);
}

/** The record named in the path; ENTITY_IS_DELETED where it is in the recycle bin. */
export function existing({ org, params }: Call, object: ObjectDef): RecordValues {
  const given = params['id'] ?? '';
  const id = normalizeId(given);
  if (id === undefined) {
    throw notFound(`Provided external ID field does not exist or is not accessible: ${given}`);
  }
  const record = org.record(object.name, id, true);
  if (record === undefined) throw notFound();
  if (record['IsDeleted'] !== true) return record;
  throw new SalesforceError(404, 'ENTITY_IS_DELETED', 'entity is deleted');
}
