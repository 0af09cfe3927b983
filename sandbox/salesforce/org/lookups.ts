/** What becomes of lookups when the record they point at goes, and when the one that has them comes back. */
import { normalizeId } from './ids.ts';
import type { Reference, Schema, SchemaEntry } from './schema.ts';
import type { FieldDef, FieldValue, RecordValues } from './types.ts';

/** `keep`: audit fields, and what the server alone writes (`MasterRecordId`, `ConvertedAccountId`). */
export function deleteRule(field: FieldDef): 'cascade' | 'restrict' | 'clear' | 'keep' {
  if (field.onDelete !== undefined) return field.onDelete;
  return isLookup(field) && field.nillable ? 'clear' : 'keep';
}

/** A reference that users set. */
export function isLookup(field: FieldDef): boolean {
  return field.type === 'reference' && (field.createable || field.updateable);
}

/** The live records that point at `id` by this reference. */
export function pointingAt({ child, field }: Reference, id: string): RecordValues[] {
  return child.table.find(field.name, id).filter((row) => row['IsDeleted'] !== true);
}

/**
 * Lookups of a record that comes back, to records that are deleted: of one that lost a merge they go to the record
 * that stayed, others are emptied. `returning` are ids that come back as well.
 */
export function danglingLookups(
  schema: Schema,
  { model }: SchemaEntry,
  record: RecordValues,
  returning: ReadonlySet<string>,
): Record<string, FieldValue> {
  const changed: Record<string, FieldValue> = {};
  for (const field of model.def.fields) {
    const id = record[field.name];
    if (!isLookup(field) || !field.nillable || typeof id !== 'string') continue;
    const target = schema.ofId(id)?.table;
    const parent = target?.get(normalizeId(id) ?? id);
    if (target === undefined || parent?.['IsDeleted'] === false || returning.has(id)) continue;
    const master = target.get(String(parent?.['MasterRecordId']));
    changed[field.name] = master?.['IsDeleted'] === false ? (master['Id'] ?? null) : null;
  }
  return changed;
}
