import { normalizeId } from './ids.ts';
import type { ObjectModel } from './object-model.ts';
import type { Schema } from './schema.ts';
import { SalesforceError } from './types.ts';
import type { FieldDef, FieldValue, JsonValues } from './types.ts';
import { notWritable, toFieldValue } from './values.ts';

/**
 * The fields a caller gave, checked and converted: names, writability, types and references. `attributes`
 * is skipped; `{"Account": {"Ext__c": "x"}}` is resolved to `AccountId`.
 */
export function readIncoming(
  schema: Schema,
  model: ObjectModel,
  json: JsonValues,
  operation: 'insert' | 'update',
): Record<string, FieldValue> {
  const given: Record<string, FieldValue> = {};
  const refused: FieldDef[] = [];
  for (const [name, value] of Object.entries(json)) {
    if (name === 'attributes' || (operation === 'update' && name.toLowerCase() === 'id')) continue;
    const field = model.field(name);
    if (field === undefined) {
      const [target, id] = byRelationship(schema, model, name, value);
      given[target.name] = id;
      continue;
    }
    if (!(operation === 'insert' ? field.createable : field.updateable)) {
      refused.push(field);
      continue;
    }
    given[field.name] = toFieldValue(field, value);
    if (field.type === 'reference') checkReference(schema, field, given[field.name] ?? null);
  }
  if (refused.length > 0) throw notWritable(...refused);
  return given;
}

function byRelationship(
  schema: Schema,
  model: ObjectModel,
  name: string,
  value: unknown,
): [FieldDef, string | null] {
  const field = model.def.fields.find(
    (each) => each.relationshipName?.toLowerCase() === name.toLowerCase(),
  );
  if (field === undefined || typeof value !== 'object') model.requireField(name);
  if (field === undefined) throw new TypeError('unreachable');
  if (value === null) return [field, null];
  const keys = Object.entries(value as JsonValues).filter(([key]) => key !== 'attributes');
  const [externalId, key] = keys[0] ?? ['', null];
  const found = field.referenceTo.flatMap((target) => {
    const entry = schema.find(target);
    const by = entry?.model.field(externalId);
    if (entry === undefined || by === undefined) return [];
    return entry.table
      .find(by.name, toFieldValue(by, key))
      .filter((row) => row['IsDeleted'] !== true);
  });
  const id = found[0]?.['Id'];
  if (typeof id === 'string' && found.length === 1) return [field, id];
  throw new SalesforceError(
    400,
    'INVALID_FIELD',
    `Foreign key external ID: ${String(key)} not found for field ${externalId} in entity ${field.referenceTo[0] ?? ''}`,
  );
}

function checkReference(schema: Schema, field: FieldDef, id: FieldValue): void {
  if (typeof id !== 'string') return;
  const target = schema.ofId(id);
  if (target !== undefined && !field.referenceTo.includes(target.model.def.name)) {
    throw new SalesforceError(
      400,
      'FIELD_INTEGRITY_EXCEPTION',
      `${field.label}: id value of incorrect type: ${id}`,
      [field.name],
    );
  }
  const record = target?.table.get(id);
  if (record === undefined) throw invalidCrossReference();
  if (record['IsDeleted'] === true) throw entityIsDeleted();
}

export function invalidCrossReference(): SalesforceError {
  return new SalesforceError(404, 'INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
}

export function entityIsDeleted(): SalesforceError {
  return new SalesforceError(404, 'ENTITY_IS_DELETED', 'entity is deleted');
}

/** The 18-character form, or MALFORMED_ID. */
export function requireId(id: string): string {
  const normal = normalizeId(id);
  if (normal !== undefined) return normal;
  throw new SalesforceError(400, 'MALFORMED_ID', `malformed id ${id}`);
}
