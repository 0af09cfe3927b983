/** Delete and undelete: the record, what hangs on it by fields with `onDelete`, and the lookups to it. */
import type { Changing, Deletion } from './changing.ts';
import { invalidCrossReference, requireId } from './incoming.ts';
import { danglingLookups, deleteRule, pointingAt } from './lookups.ts';
import { checkAbility, checkUnique, liveRecord, stamp } from './rules.ts';
import type { WriteContext } from './rules.ts';
import type { Schema, SchemaEntry } from './schema.ts';
import { SalesforceError } from './types.ts';
import type { FieldValue, RecordValues } from './types.ts';

interface Gone {
  readonly ids: string[];
  readonly cleared: [string, string, string][];
}

/** `hard` erases it when the transaction commits. */
export function deleteRecord(
  changing: Changing,
  context: WriteContext,
  anyId: string,
  hard = false,
): string {
  const id = requireId(anyId);
  const target = changing.schema.ofId(id);
  if (target === undefined) throw invalidCrossReference();
  checkAbility(target.model.def, 'deletable');
  const gone: Gone = { ids: [], cleared: [] };
  deleteWithChildren(changing, context, { target, record: liveRecord(target, id), hard, gone });
  if (!hard && gone.ids.length + gone.cleared.length > 0) remember(changing, context, id, gone);
  return id;
}

export function undeleteRecord(changing: Changing, context: WriteContext, anyId: string): string {
  const id = requireId(anyId);
  const { schema, deletions } = changing;
  const target = schema.ofId(id);
  const before = target?.table.get(id);
  if (target === undefined || before === undefined) throw invalidCrossReference();
  if (before['IsDeleted'] !== true) throw undeleteFailed('Entity is not in the recycle bin');
  if (lacksParent(schema, target, before)) {
    throw undeleteFailed('The record it belongs to is deleted; undelete that one');
  }
  const deletion = deletions.get(id);
  bringBack(changing, context, before, deletion?.ids ?? []);
  if (deletion !== undefined) {
    restoreLookups(changing, context, deletion);
    forget(changing, context, id, deletion);
  }
  return id;
}

interface Deleting {
  readonly target: SchemaEntry;
  readonly record: RecordValues;
  readonly hard: boolean;
  readonly gone: Gone;
}

function deleteWithChildren(changing: Changing, context: WriteContext, deleting: Deleting): void {
  const { target, record, hard, gone } = deleting;
  const id = String(record['Id']);
  const references = changing.schema.referencesTo(target.model.def.name);
  setDeleted(context, target, record, { ...record, IsDeleted: true });
  if (hard || target.model.def.abilities?.undeletable === false) context.unit.eraseLast();
  for (const reference of references) {
    const { child, field } = reference;
    const rule = deleteRule(field);
    if (rule === 'keep') continue;
    const children = pointingAt(reference, id);
    if (children.length > 0 && rule === 'restrict') throw deleteFailed(record, child, children);
    for (const { Id } of children) {
      const childId = String(Id);
      // What was deleted before it may have taken it along.
      const row = child.table.get(childId);
      if (row === undefined || row['IsDeleted'] === true) continue;
      if (rule === 'cascade') {
        gone.ids.push(childId);
        deleteWithChildren(changing, context, { target: child, record: row, hard, gone });
      } else {
        gone.cleared.push([childId, field.name, id]);
        changing.change(context, child, row, { [field.name]: null });
      }
    }
  }
}

/** The record, and those that went with it, at the same instant; details after the records they belong to. */
function bringBack(
  { schema }: Changing,
  context: WriteContext,
  record: RecordValues,
  ids: readonly string[],
): void {
  const returning = new Set([...ids, String(record['Id'])]);
  const back = (id: string): boolean => {
    const target = schema.ofId(id);
    const row = target?.table.get(id);
    if (target === undefined || row?.['IsDeleted'] !== true) return false;
    const together = row['SystemModstamp'] === record['SystemModstamp'];
    if (!together || lacksParent(schema, target, row)) return false;
    const lookups = danglingLookups(schema, target, row, returning);
    const master = target.model.has('MasterRecordId') ? { MasterRecordId: null } : {};
    setDeleted(context, target, row, { ...row, ...lookups, ...master, IsDeleted: false });
    return true;
  };
  back(String(record['Id']));
  let waiting = [...ids];
  for (let before = -1; waiting.length !== before;) {
    before = waiting.length;
    waiting = waiting.filter((id) => !back(id));
  }
}

/** Only those that nobody has given another value since. */
function restoreLookups(
  { schema, change }: Changing,
  context: WriteContext,
  { cleared }: Deletion,
): void {
  for (const [childId, field, parentId] of cleared) {
    const child = schema.ofId(childId);
    const row = child?.table.get(childId);
    const parent = schema.ofId(parentId)?.table.get(parentId);
    if (child?.model.has(field) !== true || row?.[field] !== null) continue;
    if (row['IsDeleted'] === true || parent?.['IsDeleted'] !== false) continue;
    change(context, child, row, { [field]: parentId });
  }
}

function remember(
  { deletions }: Changing,
  context: WriteContext,
  id: string,
  deletion: Deletion,
): void {
  const former = deletions.get(id);
  deletions.set(id, deletion);
  context.unit.aside(() => {
    if (former === undefined) deletions.delete(id);
    else deletions.set(id, former);
  });
}

function forget(
  { deletions }: Changing,
  context: WriteContext,
  id: string,
  deletion: Deletion,
): void {
  deletions.delete(id);
  context.unit.aside(() => deletions.set(id, deletion));
}

/** A detail can't be without its parent: one that is required and takes it along when it is deleted. */
function lacksParent(schema: Schema, { model }: SchemaEntry, record: RecordValues): boolean {
  return model.masters
    .map((field) => String(record[field.name]))
    .some((id) => schema.ofId(id)?.table.get(id)?.['IsDeleted'] !== false);
}

function setDeleted(
  context: WriteContext,
  target: SchemaEntry,
  before: RecordValues,
  after: RecordValues,
): void {
  const record: Record<string, FieldValue> = { ...after };
  if (record['IsDeleted'] === false) checkUnique(target, record);
  stamp(record, context);
  const type = record['IsDeleted'] === true ? 'DELETE' : 'UNDELETE';
  context.unit.apply(target, type, String(before['Id']), before, record);
}

/** The record that stays is named in the loser: what clients find it by. */
export function deleteLoser(
  context: WriteContext,
  target: SchemaEntry,
  record: RecordValues,
  masterId: string,
): void {
  setDeleted(context, target, record, { ...record, IsDeleted: true, MasterRecordId: masterId });
}

function undeleteFailed(message: string): SalesforceError {
  return new SalesforceError(400, 'UNDELETE_FAILED', message);
}

/** At most so many records are named. */
const NAMED = 5;

function deleteFailed(
  record: RecordValues,
  { model }: SchemaEntry,
  rows: readonly RecordValues[],
): SalesforceError {
  const names = rows.slice(0, NAMED).map(nameOf);
  const children = model.def.labelPlural.toLowerCase();
  return new SalesforceError(
    400,
    'DELETE_FAILED',
    `Your attempt to delete ${nameOf(record)} could not be completed because it is associated with the following ${children}.: ${names.join(', ')}\n`,
  );
}

function nameOf(record: RecordValues): string {
  return String(record['Name'] ?? record['CaseNumber'] ?? record['Subject'] ?? record['Id']);
}
