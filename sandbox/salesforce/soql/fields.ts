import type { FieldDef, FieldType, ObjectDef } from '../org/types.ts';

const BY_NAME = new WeakMap<ObjectDef, ReadonlyMap<string, FieldDef>>();

/** Case-insensitive; undefined where the object has no such field. */
export function fieldOf(object: ObjectDef, name: string): FieldDef | undefined {
  let fields = BY_NAME.get(object);
  if (fields === undefined) {
    fields = new Map(object.fields.map((field) => [field.name.toLowerCase(), field]));
    BY_NAME.set(object, fields);
  }
  return fields.get(name.toLowerCase());
}

/** How values of a field compare and which literals fit it. */
export type Domain =
  | 'id'
  | 'text'
  | 'number'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'time'
  | 'compound';

const DOMAINS: Record<FieldType, Domain> = {
  id: 'id',
  reference: 'id',
  string: 'text',
  textarea: 'text',
  picklist: 'text',
  multipicklist: 'text',
  combobox: 'text',
  email: 'text',
  phone: 'text',
  url: 'text',
  encryptedstring: 'text',
  boolean: 'boolean',
  int: 'number',
  double: 'number',
  currency: 'number',
  percent: 'number',
  date: 'date',
  datetime: 'datetime',
  time: 'time',
  address: 'compound',
  location: 'compound',
  base64: 'compound',
};

export function domainOf(field: FieldDef): Domain {
  return DOMAINS[field.type];
}

/** Long texts and compounds can't be compared in WHERE. */
export function isFilterable(field: FieldDef): boolean {
  const long = field.extraTypeInfo === 'plaintextarea' || field.extraTypeInfo === 'richtextarea';
  return !long && field.type !== 'encryptedstring' && domainOf(field) !== 'compound';
}

/** Whether ORDER BY takes it. */
export function isSortable(field: FieldDef): boolean {
  return isFilterable(field) && field.type !== 'multipicklist';
}

/** Whether GROUP BY takes it. */
export function isGroupable(field: FieldDef): boolean {
  const scattered = domainOf(field) === 'number' && field.type !== 'int';
  return isSortable(field) && !scattered && field.type !== 'datetime';
}

/** Fields whose equals are looked up instead of searched for. */
export function isIndexed(field: FieldDef): boolean {
  return domainOf(field) === 'id' || field.externalId || field.unique;
}
