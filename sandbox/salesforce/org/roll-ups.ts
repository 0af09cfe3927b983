/** Roll-up summary fields: what a parent counts, sums, or has the least or greatest of, among its children. */
import { stamp } from './rules.ts';
import type { WriteContext } from './rules.ts';
import type { Schema, SchemaEntry } from './schema.ts';
import { adjusted, summarize } from './summarize.ts';
import { SalesforceError } from './types.ts';
import type { FieldDef, FieldValue, RecordChange, RecordValues, Summary } from './types.ts';
import { checkValidation } from './validation.ts';

/** How many generations of parents may sum up what those before them do; Salesforce has three. */
const MAX_GENERATIONS = 10;

/** A parent, and the changes of its children. */
interface Stale {
  readonly parent: SchemaEntry;
  readonly id: string;
  readonly fields: Map<string, { readonly field: FieldDef; readonly changes: RecordChange[] }>;
}

/**
 * After a write: the parents of what changed since `mark` take their new values in the same transaction, each as one
 * update, and theirs after them.
 */
export function rollUp(schema: Schema, context: WriteContext, mark: number): void {
  if (!schema.hasSummaries()) return;
  let from = mark;
  for (let generation = 0; generation < MAX_GENERATIONS; generation++) {
    const stale = staleParents(schema, context, from);
    if (stale.length === 0) return;
    from = context.unit.mark();
    for (const each of stale) update(schema, context, each);
  }
}

function staleParents(schema: Schema, context: WriteContext, from: number): Stale[] {
  const parents = new Map<string, Stale>();
  for (const change of context.unit.changesSince(from)) {
    for (const { parent, field, summary } of schema.summariesOf(change.entity)) {
      const ids = new Set([change.before?.[summary.reference], change.after?.[summary.reference]]);
      for (const id of ids) {
        if (typeof id !== 'string') continue;
        const known = parents.get(id) ?? { parent, id, fields: new Map() };
        parents.set(id, known);
        const stale = known.fields.get(field.name) ?? { field, changes: [] };
        known.fields.set(field.name, stale);
        stale.changes.push(change);
      }
    }
  }
  return [...parents.values()];
}

/** A parent that is deleted too keeps what it had. */
function update(schema: Schema, context: WriteContext, { parent, id, fields }: Stale): void {
  const before = parent.table.get(id);
  if (before === undefined || before['IsDeleted'] === true) return;
  const record: Record<string, FieldValue> = { ...before };
  let changed = false;
  for (const { field, changes } of fields.values()) {
    const { summary } = field;
    const child = summary === undefined ? undefined : schema.find(summary.child);
    if (summary === undefined || child === undefined) continue;
    const value = valueOf(child, summary, id, before[field.name] ?? null, changes);
    if (value !== record[field.name]) changed = true;
    record[field.name] = value;
  }
  if (!changed) return;
  stamp(record, context);
  checkParent(schema, context, parent, parent.table.dress(record), before);
  context.unit.apply(parent, 'UPDATE', id, before, record, true);
}

function valueOf(
  child: SchemaEntry,
  summary: Summary,
  parentId: string,
  before: FieldValue,
  changes: readonly RecordChange[],
): FieldValue {
  let value: FieldValue | undefined = before;
  for (const change of changes) {
    if (value !== undefined) value = adjusted(child, summary, parentId, value, change);
  }
  return value === undefined ? summarize(child, summary, parentId) : value;
}

/** A parent is saved like any record: what its rules refuse, the child can't do. */
function checkParent(
  { world }: Schema,
  { userId }: WriteContext,
  { model }: SchemaEntry,
  record: RecordValues,
  before: RecordValues,
): void {
  try {
    checkValidation(model.def, world, record, before, userId);
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    const message = `There were custom validation error(s) encountered while saving the affected record(s). The first validation error encountered was "${error.message}".`;
    throw new SalesforceError(error.httpStatus, error.errorCode, message);
  }
}
