/** The value of a roll-up summary field: from all children, or from its last value and one child's change. */
import { sum } from '../soql/decimal.ts';
import { matchesFilter } from './roll-up-filter.ts';
import type { SchemaEntry } from './schema.ts';
import type { FieldValue, RecordChange, RecordValues, Summary } from './types.ts';

/** From all children of the parent. */
export function summarize(child: SchemaEntry, summary: Summary, parentId: string): FieldValue {
  const values = child.table
    .find(summary.reference, parentId)
    .map((row) => contribution(child, summary, parentId, row))
    .filter((value) => value !== null);
  if (summary.operation === 'count') return values.length;
  if (summary.operation === 'sum') return sum(values.map(Number));
  return values.reduce<FieldValue>((best, value) => better(summary, best, value), null);
}

/** As `summarize`, by what one child's change adds and takes away; undefined where only all children can tell. */
export function adjusted(
  child: SchemaEntry,
  summary: Summary,
  parentId: string,
  current: FieldValue,
  { before, after }: RecordChange,
): FieldValue | undefined {
  if (!isSteady(child, summary)) return undefined;
  const old = contribution(child, summary, parentId, before);
  const fresh = contribution(child, summary, parentId, after);
  if (old === fresh) return current;
  if (summary.operation === 'min' || summary.operation === 'max') {
    return old === null || old !== current ? better(summary, current, fresh) : undefined;
  }
  if (typeof current !== 'number') return undefined;
  return sum([current, Number(fresh ?? 0), -Number(old ?? 0)]);
}

/** What a child brings in: null where it is another's, deleted, filtered out or empty. */
function contribution(
  { model }: SchemaEntry,
  summary: Summary,
  parentId: string,
  row: RecordValues | null,
): FieldValue {
  if (row === null || row['IsDeleted'] === true || row[summary.reference] !== parentId) return null;
  if (!summary.filters.every((filter) => matchesFilter(model, filter, row))) return null;
  return summary.operation === 'count' ? 1 : (row[summary.field ?? ''] ?? null);
}

/** Formulas may have had another value when the child came. */
function isSteady({ model }: SchemaEntry, { field, filters }: Summary): boolean {
  const names = [field, ...filters.flatMap((filter) => [filter.field, filter.valueField])];
  return names.every((name) => name === undefined || model.field(name)?.formula === undefined);
}

function better({ operation }: Summary, best: FieldValue, value: FieldValue): FieldValue {
  if (best === null || value === null) return best ?? value;
  return value > best === (operation === 'max') ? value : best;
}
