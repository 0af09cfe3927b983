import type { FieldDef, FieldValue } from '../org/types.ts';
import { fold } from './comparison.ts';
import { malformed } from './errors.ts';
import { isSortable } from './fields.ts';
import type { Column } from './scope.ts';
import type { Ordering, Term } from './syntax/tree.ts';

interface Key {
  readonly direction: 1 | -1;
  /** Where empty values go: before all others unless NULLS LAST. */
  readonly nulls: 1 | -1;
}

/** Sorts by ORDER BY; what is equal stays in order. */
export function sorter<Row>(
  orderings: readonly Ordering[],
  column: (term: Term) => Column<Row>,
): (rows: readonly Row[]) => readonly Row[] {
  if (orderings.length === 0) return (rows) => rows;
  const columns = orderings.map(({ term }) => column(term));
  for (const { field } of columns) requireSortable(field);
  const keys = orderings.map(({ descending, nullsLast }): Key => ({
    direction: descending ? -1 : 1,
    nulls: nullsLast ? 1 : -1,
  }));
  return (rows) =>
    rows
      .map((row) => ({ row, values: columns.map(({ field, get }) => fold(field, get(row))) }))
      .toSorted((a, b) => order(keys, a.values, b.values))
      .map(({ row }) => row);
}

function requireSortable(field: FieldDef): void {
  if (isSortable(field)) return;
  throw malformed(`field '${field.name}' can not be sorted in a query call`);
}

function order(keys: readonly Key[], a: readonly FieldValue[], b: readonly FieldValue[]): number {
  for (const [i, key] of keys.entries()) {
    const [left, right] = [a[i] ?? null, b[i] ?? null];
    if (left === right) continue;
    if (left === null) return key.nulls;
    if (right === null) return -key.nulls;
    return (left < right ? -1 : 1) * key.direction;
  }
  return 0;
}
