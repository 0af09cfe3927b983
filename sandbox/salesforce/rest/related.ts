/** Records by way of another: `/sobjects/Contact/ID/Account` is the parent, `/sobjects/Account/ID/Contacts` a list. */
import type { ObjectDef, RecordValues } from '../org/types.ts';
import { recordReader } from '../soql/record-json.ts';
import { childRelationships } from '../soql/relationships.ts';
import { list } from '../soql/result.ts';
import type { QueryResult } from '../soql/result.ts';
import { visible } from '../soql/scope.ts';
import { NO_CONTENT, notFound, objectBody, ok } from './api.ts';
import type { Answer, Call, Route } from './api.ts';
import { blobOf } from './blobs.ts';
import { requireState, validatorsOf } from './conditional.ts';
import { firstPage } from './query-routes.ts';
import { existing, namedFields, readableObject, refuseField, show, single } from './records.ts';

/** `:recordId` fits ids alone: other segments are external id fields. */
const PATHS = [
  '/sobjects/:type/:recordId/:relationship',
  '/sobjects/:type/:recordId/:relationship/:second',
  '/sobjects/:type/:recordId/:relationship/:second/:third',
];

export const relatedRoutes: readonly Route[] = PATHS.flatMap((path): Route[] => [
  { method: 'GET', path, handle: read },
  { method: 'PATCH', path, handle: update },
  { method: 'DELETE', path, handle: remove },
]);

interface Found {
  readonly object: ObjectDef;
  readonly record: RecordValues;
}

function read(call: Call): Answer {
  const { from, last } = walk(call);
  const blob = blobOf(from.object, from.record, last);
  if (blob !== undefined) return blob;
  const one = parentOf(call, from, last);
  if (one !== undefined) return show(call, one.object, one.record);
  return ok(firstPage(call, childrenOf(call, from, last)));
}

function update(call: Call): Answer {
  const { object, record } = target(call);
  const values = objectBody(call);
  refuseField(values, 'Id');
  const id = String(record['Id']);
  single(call.write([{ op: 'update', entity: object.name, id, values }], true));
  return NO_CONTENT;
}

function remove(call: Call): Answer {
  single(call.write([{ op: 'delete', id: String(target(call).record['Id']) }], true));
  return NO_CONTENT;
}

/** The one record that the path leads to, in the state that the caller wants it to be in. */
function target(call: Call): Found {
  const { from, last } = walk(call);
  const found = parentOf(call, from, last);
  if (found === undefined) throw notFound();
  requireState(call, validatorsOf(found.object, found.record));
  return found;
}

/** Along parents up to the last relationship of the path. */
function walk(call: Call): { readonly from: Found; readonly last: string } {
  const { recordId = '', relationship = '', second, third } = call.params;
  const names = [relationship, second, third].filter((name) => name !== undefined);
  const last = names.pop() ?? '';
  const object = readableObject(call);
  const start = { ...call, params: { ...call.params, id: recordId } };
  let from: Found = { object, record: existing(start, object) };
  for (const name of names) {
    const parent = parentOf(call, from, name);
    if (parent === undefined) throw notFound();
    from = parent;
  }
  return { from, last };
}

/** Undefined where the relationship isn't one to a parent; NOT_FOUND where there is no parent to see. */
function parentOf(call: Call, { object, record }: Found, name: string): Found | undefined {
  const wanted = name.toLowerCase();
  const field = object.fields.find((each) => each.relationshipName?.toLowerCase() === wanted);
  if (field === undefined) return undefined;
  const id = record[field.name];
  if (typeof id !== 'string') throw notFound();
  const parent = visible(call, call.org.objectByPrefix(id.slice(0, 3))?.name ?? '');
  const found = parent === undefined ? undefined : call.org.record(parent.name, id);
  if (parent === undefined || found === undefined) throw notFound();
  return { object: parent, record: found };
}

function childrenOf(call: Call, { object, record }: Found, name: string): QueryResult {
  const wanted = name.toLowerCase();
  const found = childRelationships(call.org, object).find(
    (each) => each.name?.toLowerCase() === wanted,
  );
  const child = visible(call, found?.child.name ?? '');
  if (found === undefined || child === undefined) throw notFound();
  const names = call.query.get('fields');
  const fields = names === null ? child.fields : namedFields(child, names.split(','));
  const children = call.org.findBy(child.name, found.field.name, record['Id'] ?? null);
  return list(child, children, recordReader(child, call.version, fields));
}
