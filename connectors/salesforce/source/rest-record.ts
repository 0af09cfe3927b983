/** A record as REST shows it, as the topic's record: what a repair publishes. Pure. */
import { AppError, LOGICAL, type Field, type Schema, type Struct } from '../../../src/sdk/index.ts';
import type { RestRecord } from '../api/rest.ts';
import { partsName } from './derive.ts';

const DAY_MS = 86_400_000;
const NAME_PARTS = partsName('Name');

/** The fields to ask REST for: of the topic's, those the entity still has, and a name's parts one by one. */
export function restFields(
  fields: readonly Field[],
  has: ReadonlyMap<string, string>,
): readonly string[] {
  const asked = fields.flatMap(({ name, schema }) =>
    isName(name, schema) ? (schema.fields ?? []).map((part) => part.name) : [name],
  );
  return [...new Set(['Id', ...asked])].filter((name) => has.has(name));
}

/** Throws a `data` error with the field's path where a value doesn't fit exactly (Invariant 6). */
export function fromRest(rest: RestRecord, fields: readonly Field[]): Struct {
  const record: Struct = {};
  for (const { name, schema } of fields) {
    const value = isName(name, schema) ? nameParts(rest, schema) : rest[name];
    record[name] = value === null || value === undefined ? null : convert(value, schema, name);
  }
  return record;
}

/** A person's name is a compound in events, and single fields in REST. */
function isName(name: string, schema: Schema): boolean {
  return schema.type === 'struct' && (name === NAME_PARTS || name === 'Name');
}

function nameParts(rest: RestRecord, schema: Schema): RestRecord | null {
  const parts = (schema.fields ?? []).map(({ name }) => [name, rest[name] ?? null] as const);
  return parts.every(([, value]) => value === null) ? null : Object.fromEntries(parts);
}

function convert(value: unknown, schema: Schema, path: string): unknown {
  if (schema.type === 'struct' && typeof value === 'object' && value !== null) {
    return compound(value as RestRecord, schema, path);
  }
  if (schema.name === LOGICAL.timestamp) return BigInt(instant(value, path));
  if (schema.name === LOGICAL.date) return instant(`${String(value)}T00:00:00Z`, path) / DAY_MS;
  if (schema.name === LOGICAL.time) return instant(`1970-01-01T${String(value)}`, path);
  if (schema.type === 'int64' && Number.isSafeInteger(value)) return BigInt(value as number);
  if (schema.type === 'array' && typeof value === 'string') return value.split(';');
  if (fits(value, schema)) return value;
  throw unfit(path, schema.type);
}

/** REST's keys of an address or a location begin in lower case. */
function compound(value: RestRecord, schema: Schema, path: string): Struct {
  const parts = Object.entries(value).map(([key, part]) => [
    key.charAt(0).toUpperCase() + key.slice(1),
    part,
  ]);
  const byName = Object.fromEntries(parts) as RestRecord;
  return Object.fromEntries(
    (schema.fields ?? []).map(({ name, schema: part }) => {
      const each = byName[name];
      const empty = each === null || each === undefined;
      return [name, empty ? null : convert(each, part, `${path}.${name}`)];
    }),
  );
}

function instant(value: unknown, path: string): number {
  const ms = Date.parse(String(value).replace(/\+0000$/, 'Z'));
  if (Number.isNaN(ms)) throw unfit(path, 'date or time');
  return ms;
}

function fits(value: unknown, { type }: Schema): boolean {
  if (type === 'int32') return Number.isInteger(value);
  if (type === 'float64' || type === 'float32') return typeof value === 'number';
  return typeof value === type;
}

function unfit(path: string, type: string): AppError {
  return new AppError('data', 'salesforce.value', `${path}: REST's value isn't a ${type}.`, {
    path,
  });
}
