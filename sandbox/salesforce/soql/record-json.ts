/** Stored values → the JSON that REST shows. */
import type { FieldDef, FieldValue, ObjectDef, RecordValues } from '../org/types.ts';

/** Reads one field of a record as REST shows it. */
export type ReadField = (record: RecordValues) => unknown;

const DAY_MS = 86_400_000;

export function valueToJson(field: FieldDef, value: FieldValue): FieldValue {
  if (typeof value !== 'number') return value;
  if (field.type === 'datetime') return isoDateTime(value);
  return field.type === 'time' ? isoTime(value) : value;
}

/** `2026-11-24T09:00:00.000+0000`. */
export function isoDateTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}+0000`;
}

function isoTime(ms: number): string {
  return new Date(ms % DAY_MS).toISOString().slice(11);
}

/** Computed once per field; addresses and locations become objects of their parts, files the address of their bytes. */
export function fieldReader(object: ObjectDef, field: FieldDef, version: string): ReadField {
  if (field.type === 'address' || field.type === 'location') return compoundReader(object, field);
  const { name } = field;
  if (field.type === 'base64') {
    return ({ Id = null, [name]: bytes = null }) =>
      bytes === null ? null : `${recordUrl(object.name, Id, version)}/${name}`;
  }
  if (field.type !== 'datetime' && field.type !== 'time') return (record) => record[name] ?? null;
  return (record) => valueToJson(field, record[name] ?? null);
}

function compoundReader(object: ObjectDef, compound: FieldDef): ReadField {
  const parts = object.fields
    .filter((field) => field.compoundFieldName === compound.name)
    .map((field) => ({ key: partKey(compound, field), name: field.name }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return (record) => {
    if (parts.every(({ name }) => (record[name] ?? null) === null)) return null;
    return Object.fromEntries(parts.map(({ key, name }) => [key, record[name] ?? null]));
  };
}

/** `BillingPostalCode` in `BillingAddress` → `postalCode`; `Place__Latitude__s` in `Place__c` → `latitude`. */
function partKey(compound: FieldDef, part: FieldDef): string {
  const name =
    compound.type === 'location'
      ? part.name.replace(/^.*__(\w+)__s$/, '$1')
      : part.name.slice(compound.name.replace(/Address$/, '').length);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

export interface Attributes {
  readonly type: string;
  readonly url: string;
}

export function attributesOf(type: string, id: FieldValue, version: string): Attributes {
  return { type, url: recordUrl(type, id, version) };
}

export function recordUrl(type: string, id: FieldValue, version: string): string {
  return `/services/data/v${version}/sobjects/${type}/${String(id)}`;
}

/** A whole record: `attributes`, then the given fields (by default all) in order. */
export function recordReader(
  object: ObjectDef,
  version: string,
  fields: readonly FieldDef[] = object.fields,
): (record: RecordValues) => Record<string, unknown> {
  const readers = fields.map((field) => [field.name, fieldReader(object, field, version)] as const);
  return (record) => {
    const shown: Record<string, unknown> = {
      attributes: attributesOf(object.name, record['Id'] ?? null, version),
    };
    for (const [name, read] of readers) shown[name] = read(record);
    return shown;
  };
}
