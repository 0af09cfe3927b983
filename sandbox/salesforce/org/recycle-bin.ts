/** Delete and undelete: the record, and what hangs on it by fields with `onDelete`. */
import { invalidCrossReference, requireId } from './incoming.ts';
import { checkAbility, checkUnique, liveRecord, stamp } from './rules.ts';
import type { WriteContext } from './rules.ts';
import type { Schema, SchemaEntry } from './schema.ts';
import { SalesforceError } from './types.ts';
import type { FieldDef, FieldValue, RecordValues } from './types.ts';

/** `hard` erases it when the transaction commits. */
export function deleteRecord(
  schema: Schema,
  context: WriteContext,
  anyId: string,
  hard = false,
): string {
  const id = requireId(anyId);
  const target = schema.ofId(id);
  if (target === undefined) throw invalidCrossReference();
  checkAbility(target.model.def, 'deletable');
  deleteWithChildren(schema, context, target, liveRecord(target, id), hard);
  return id;
}

export function undeleteRecord(schema: Schema, context: WriteContext, anyId: string): string {
  const id = requireId(anyId);
  const target = schema.ofId(id);
  const before = target?.table.get(id);
  if (target === undefined || before === undefined) throw invalidCrossReference();
  if (before['IsDeleted'] !== true) {
    throw new SalesforceError(400, 'UNDELETE_FAILED', 'Entity is not in the recycle bin');
  }
  if (lacksParent(schema, target, before)) {
    throw new SalesforceError(
      400,
      'UNDELETE_FAILED',
      'The record it belongs to is deleted; undelete that one',
    );
  }
  undeleteWithChildren(schema, context, target, before);
  return id;
}

function deleteWithChildren(
  schema: Schema,
  context: WriteContext,
  target: SchemaEntry,
  record: RecordValues,
  hard: boolean,
): void {
  setDeleted(context, target, record, true);
  if (hard || target.model.def.abilities?.undeletable === false) context.unit.eraseLast();
  for (const { child, field } of childFields(schema, target)) {
    const children = child.table
      .find(field.name, record['Id'] ?? null)
      .filter((row) => row['IsDeleted'] !== true);
    if (children.length > 0 && field.onDelete === 'restrict') throw deleteFailed(child, children);
    for (const row of children) deleteWithChildren(schema, context, child, row, hard);
  }
}

/** Children that went with their parent, at the same instant, come back with it. */
function undeleteWithChildren(
  schema: Schema,
  context: WriteContext,
  target: SchemaEntry,
  record: RecordValues,
): void {
  setDeleted(context, target, record, false);
  for (const { child, field } of childFields(schema, target)) {
    for (const row of child.table.find(field.name, record['Id'] ?? null)) {
      const together = row['SystemModstamp'] === record['SystemModstamp'];
      if (row['IsDeleted'] !== true || !together || lacksParent(schema, child, row)) continue;
      undeleteWithChildren(schema, context, child, row);
    }
  }
}

/** A detail can't be without its parent: one that is required and takes it along when it is deleted. */
function lacksParent(schema: Schema, { model }: SchemaEntry, record: RecordValues): boolean {
  return model.def.fields
    .filter((field) => field.onDelete === 'cascade' && !field.nillable)
    .map((field) => String(record[field.name]))
    .some((id) => schema.ofId(id)?.table.get(id)?.['IsDeleted'] !== false);
}

function childFields(
  schema: Schema,
  parent: SchemaEntry,
): { child: SchemaEntry; field: FieldDef }[] {
  return schema.entries().flatMap((child) =>
    child.model.def.fields
      .filter((field) => field.onDelete !== undefined)
      .filter((field) => field.referenceTo.includes(parent.model.def.name))
      .map((field) => ({ child, field })),
  );
}

function setDeleted(
  context: WriteContext,
  target: SchemaEntry,
  before: RecordValues,
  deleted: boolean,
): void {
  const record: Record<string, FieldValue> = { ...before, IsDeleted: deleted };
  if (!deleted) checkUnique(target, record);
  stamp(record, context);
  const type = deleted ? 'DELETE' : 'UNDELETE';
  context.unit.apply(target, type, String(before['Id']), before, record);
}

function deleteFailed(child: SchemaEntry, rows: readonly RecordValues[]): SalesforceError {
  const names = rows.slice(0, 5).map((row) => String(row['Name'] ?? row['Id']));
  return new SalesforceError(
    400,
    'DELETE_FAILED',
    `Your attempt to delete this record could not be completed because it is associated with the following ${child.model.def.labelPlural}: ${names.join(', ')}`,
  );
}
