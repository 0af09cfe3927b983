/** Roll-up summary fields: what a parent counts, sums, or has the least or greatest of, among its children. */
import { sum } from '../soql/decimal.ts';
import { emptySummary } from './empty-summary.ts';
import { matchesFilter } from './roll-up-filter.ts';
import { stamp } from './rules.ts';
import type { WriteContext } from './rules.ts';
import type { Schema, SchemaEntry } from './schema.ts';
import { SalesforceError } from './types.ts';
import type { FieldDef, FieldValue, RecordValues, Summary } from './types.ts';
import { checkValidation } from './validation.ts';

/** How many generations of parents may sum up what those before them do; Salesforce has three. */
const MAX_GENERATIONS = 10;

/** A field of this parent is worked out anew. */
interface Stale {
  readonly parent: SchemaEntry;
  readonly id: string;
  readonly fields: Map<string, FieldDef>;
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
  const stale = new Map<string, Stale>();
  for (const { entity, before, after } of context.unit.changesSince(from)) {
    for (const { parent, field, summary } of schema.summariesOf(entity)) {
      const ids = new Set([before?.[summary.reference], after?.[summary.reference]]);
      for (const id of ids) {
        if (typeof id !== 'string') continue;
        const known = stale.get(id) ?? { parent, id, fields: new Map<string, FieldDef>() };
        known.fields.set(field.name, field);
        stale.set(id, known);
      }
    }
  }
  return [...stale.values()];
}

/** A parent that is deleted too keeps what it had. */
function update(schema: Schema, context: WriteContext, { parent, id, fields }: Stale): void {
  const before = parent.table.get(id);
  if (before === undefined || before['IsDeleted'] === true) return;
  const record: Record<string, FieldValue> = { ...before };
  let changed = false;
  for (const field of fields.values()) {
    if (field.summary === undefined) continue;
    const value = summarize(schema, field.summary, id);
    if (value !== record[field.name]) changed = true;
    record[field.name] = value;
  }
  if (!changed) return;
  stamp(record, context);
  checkParent(schema, context, parent, parent.table.dress(record), before);
  context.unit.apply(parent, 'UPDATE', id, before, record, true);
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

function summarize(schema: Schema, summary: Summary, parentId: string): FieldValue {
  const child = schema.find(summary.child);
  if (child === undefined) return emptySummary(summary);
  const rows = child.table
    .find(summary.reference, parentId)
    .filter((row) => row['IsDeleted'] !== true && row[summary.reference] === parentId)
    .filter((row) => summary.filters.every((filter) => matchesFilter(child.model, filter, row)));
  return summary.operation === 'count' ? rows.length : ofValues(summary, rows);
}

function ofValues(summary: Summary, rows: readonly RecordValues[]): FieldValue {
  const { operation, field = '' } = summary;
  const values = rows.map((row) => row[field] ?? null).filter((value) => value !== null);
  if (operation === 'sum') return sum(values.map(Number));
  const sign = operation === 'max' ? 1 : -1;
  return values.reduce<FieldValue>(
    (best, value) => (best === null || (value > best ? sign : -sign) > 0 ? value : best),
    null,
  );
}
