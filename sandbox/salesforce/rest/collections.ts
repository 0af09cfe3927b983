/** Up to 200 records in one transaction: `/composite/sobjects`. */
import { SalesforceError } from '../org/types.ts';
import type { JsonValues, ObjectDef, SaveResult, Write } from '../org/types.ts';
import { insufficientAccess } from '../security/refusals.ts';
import { recordReader } from '../soql/record-json.ts';
import { visible } from '../soql/scope.ts';
import { isObject, objectBody, ok, requireObject, valueOf } from './api.ts';
import type { Answer, Call, Route } from './api.ts';
import { idField } from './external-ids.ts';
import { publishResult, resultError } from './publish.ts';
import { namedFields, readableObject, writableObject } from './records.ts';

const MAX_WRITES = 200;
/** A GET is bounded by the length of its address besides. */
const MAX_READS = 2000;

export const collectionRoutes: readonly Route[] = [
  { method: 'POST', path: '/composite/sobjects', collection: true, handle: create },
  { method: 'PATCH', path: '/composite/sobjects', collection: true, handle: update },
  { method: 'DELETE', path: '/composite/sobjects', collection: true, handle: remove },
  { method: 'GET', path: '/composite/sobjects/:type', handle: readByQuery },
  { method: 'POST', path: '/composite/sobjects/:type', handle: readByBody },
  { method: 'PATCH', path: '/composite/sobjects/:type/:field', collection: true, handle: upsert },
];

/** What one record asks for; or why it can't be tried. */
type Attempt = Write | SalesforceError;

function create(call: Call): Answer {
  const { records, allOrNone } = recordsOf(call);
  const events = records.map((record) => platformEvent(call, record));
  if (events.some((object) => object !== undefined)) return publishAll(call, records, events);
  const attempts = records.map((record) =>
    attempt(() => ({
      op: 'insert',
      entity: entityOf(call, record),
      values: withoutAttributes(record),
    })),
  );
  return ok(run(call, attempts, allOrNone).map((result) => shown(result)));
}

function update(call: Call): Answer {
  const { records, allOrNone } = recordsOf(call);
  const attempts = records.map((record) =>
    attempt(() => {
      const id = valueOf(record, 'id');
      if (typeof id !== 'string' || id === '') {
        const message = 'Id not specified in an update call';
        throw new SalesforceError(400, 'MISSING_ARGUMENT', message);
      }
      const entity = entityOf(call, record);
      return { op: 'update', entity, id, values: withoutAttributes(record) };
    }),
  );
  return ok(run(call, attempts, allOrNone).map((result, i) => shown(result, attempts[i])));
}

function remove(call: Call): Answer {
  const ids = list(call.query.get('ids'));
  refuseMore(ids.length, MAX_WRITES);
  const attempts = ids.map((id) =>
    attempt(() => {
      const object = call.api.org.objectByPrefix(id.slice(0, 3));
      if (object !== undefined && visible(call, object.name) === undefined) {
        throw insufficientAccess();
      }
      return { op: 'delete', id };
    }),
  );
  const results = run(call, attempts, call.query.get('allOrNone') === 'true');
  return ok(results.map((result, i) => shown(result, attempts[i])));
}

function upsert(call: Call): Answer {
  const object = writableObject(call);
  const field = idField(call, object);
  const { records, allOrNone } = recordsOf(call);
  const keys = records.map((record) => keyOf(valueOf(record, field.name)));
  const attempts = records.map((record, i) =>
    attempt(() => {
      const entity = entityOf(call, record);
      const key = keys[i] ?? '';
      if (entity !== object.name) throw wrongType(entity, object.name);
      if (key !== '' && keys.filter((each) => sameKey(each, key)).length > 1) {
        const message = `Duplicate external id specified: ${key}`;
        throw new SalesforceError(400, 'DUPLICATE_VALUE', message, [field.name]);
      }
      const values = withoutAttributes(record);
      if (field.type === 'id' && key === '') {
        return { op: 'insert', entity, values: without(values, field.name) };
      }
      return { op: 'upsert', entity, externalIdField: field.name, externalId: key, values };
    }),
  );
  const results = run(call, attempts, allOrNone);
  return ok(results.map((result) => ({ ...shown(result), created: result.created })));
}

function readByQuery(call: Call): Answer {
  return ok(read(call, list(call.query.get('ids')), list(call.query.get('fields'))));
}

function readByBody(call: Call): Answer {
  const { ids, fields } = objectBody(call);
  return ok(read(call, strings(ids), strings(fields)));
}

/** In the order of the ids; null where there is no such record. */
function read(call: Call, ids: readonly string[], names: readonly string[]): unknown[] {
  const object = readableObject(call);
  refuseMore(ids.length, MAX_READS);
  if (names.length === 0) {
    throw new SalesforceError(400, 'MISSING_ARGUMENT', 'The fields parameter is required');
  }
  const show = recordReader(object, call.version, namedFields(object, names));
  return ids.map((id) => {
    const record = call.org.record(object.name, id);
    return record === undefined ? null : show(record);
  });
}

/** All in one transaction, what can't be tried among them as failures. */
function run(call: Call, attempts: readonly Attempt[], allOrNone: boolean): SaveResult[] {
  const refused = attempts.some((each) => each instanceof SalesforceError);
  const writes = attempts.filter((each): each is Write => !(each instanceof SalesforceError));
  const results = allOrNone && refused ? [] : [...call.write(writes, allOrNone)];
  return attempts.map((each) => {
    if (each instanceof SalesforceError) return failed(each);
    return results.shift() ?? failed(ROLLED_BACK);
  });
}

function failed(error: SalesforceError): SaveResult {
  return { id: null, success: false, created: false, errors: [error] };
}

const ROLLED_BACK = new SalesforceError(
  400,
  'ALL_OR_NONE_OPERATION_ROLLED_BACK',
  'Record rolled back because not all records were valid and the request was using AllOrNone header',
);

/** A failure has the record's id where the caller named it. */
function shown(result: SaveResult, from?: Attempt): object {
  const given = from !== undefined && 'id' in from ? from.id : undefined;
  const id = result.id ?? given;
  return {
    ...(id === undefined ? {} : { id }),
    success: result.success,
    errors: result.errors.map((error) => resultError(error)),
  };
}

function publishAll(
  call: Call,
  records: readonly JsonValues[],
  events: readonly (ObjectDef | undefined)[],
): Answer {
  const results = records.map((record, i) => {
    const object = events[i];
    if (object !== undefined) return publishResult(call, object, withoutAttributes(record));
    const message = 'Platform events and records can not be mixed in one call';
    return shown(failed(new SalesforceError(400, 'INVALID_INPUT', message)));
  });
  return ok(results);
}

function platformEvent(call: Call, record: JsonValues): ObjectDef | undefined {
  const object = visible(call, typeOf(record) ?? '');
  return object?.kind === 'platformevent' ? object : undefined;
}

function recordsOf(call: Call): { records: JsonValues[]; allOrNone: boolean } {
  const { records, allOrNone } = objectBody(call);
  if (!Array.isArray(records)) {
    const message = 'The request needs "records", a list of records.';
    throw new SalesforceError(400, 'INVALID_INPUT', message);
  }
  refuseMore(records.length, MAX_WRITES);
  return { records: records.map(requireObject), allOrNone: allOrNone === true };
}

function refuseMore(count: number, max: number): void {
  if (count <= max) return;
  const message = `record limit reached. cannot submit more than ${max} records into this call`;
  throw new SalesforceError(400, 'EXCEEDED_ID_LIMIT', message);
}

function typeOf({ attributes }: JsonValues): string | undefined {
  const type = isObject(attributes) ? attributes['type'] : undefined;
  return typeof type === 'string' ? type : undefined;
}

function entityOf(call: Call, record: JsonValues): string {
  const type = typeOf(record);
  if (type === undefined) {
    const message =
      "Unrecognized or missing entity type information. sObject requires a separate 'attributes' field to be defined with entity type.";
    throw new SalesforceError(400, 'INVALID_FIELD', message);
  }
  const object = call.api.org.object(type);
  if (object === undefined) {
    const message = `sObject type '${type}' is not supported.`;
    throw new SalesforceError(400, 'INVALID_TYPE', message);
  }
  if (visible(call, object.name) === undefined) throw insufficientAccess();
  return object.name;
}

function wrongType(entity: string, expected: string): SalesforceError {
  const message = `Record is of type ${entity}, the request of type ${expected}`;
  return new SalesforceError(400, 'INVALID_TYPE', message);
}

function withoutAttributes(record: JsonValues): JsonValues {
  return without(record, 'attributes');
}

function without(values: JsonValues, name: string): JsonValues {
  const rest = Object.entries(values).filter(([key]) => key.toLowerCase() !== name.toLowerCase());
  return Object.fromEntries(rest);
}

/** Texts and numbers identify; nothing else does. */
function keyOf(json: unknown): string {
  return typeof json === 'string' || typeof json === 'number' ? String(json) : '';
}

function sameKey(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function attempt(make: () => Write): Attempt {
  try {
    return make();
  } catch (error) {
    if (error instanceof SalesforceError) return error;
    throw error;
  }
}

function list(text: string | null): string[] {
  return (text ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function strings(json: unknown): string[] {
  return Array.isArray(json) ? json.filter((each) => typeof each === 'string') : [];
}
