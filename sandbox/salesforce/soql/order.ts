import type { OrderByClause } from '@jetstreamapp/soql-parser-js';
import type { FieldDef, FieldValue } from '../org/types.ts';
import { fold } from './comparison.ts';
import { malformed } from './errors.ts';
import { isSortable } from './fields.ts';
import type { Column } from './scope.ts';

interface Key {
  readonly field: FieldDef;
  readonly direction: 1 | -1;
  /** Where empty values go: before all others unless NULLS LAST. */
  readonly nulls: 1 | -1;
}

/** Sorts by ORDER BY; what is equal stays in order. */
export function sorter<Row>(
  clauses: readonly OrderByClause[],
  column: (clause: OrderByClause) => Column<Row>,
): (rows: readonly Row[]) => readonly Row[] {
  if (clauses.length === 0) return (rows) => rows;
  const columns = clauses.map((clause) => column(clause));
  const keys = clauses.map((clause, i) => keyOf(clause, columns[i]?.field));
  return (rows) =>
    rows
      .map((row) => ({ row, values: columns.map(({ field, get }) => fold(field, get(row))) }))
      .toSorted((a, b) => order(keys, a.values, b.values))
      .map(({ row }) => row);
}

function keyOf(clause: OrderByClause, field: FieldDef | undefined): Key {
  if (field === undefined) throw new TypeError('ORDER BY without a column.');
  if (!isSortable(field)) {
    throw malformed(`field '${field.name}' can not be sorted in a query call`);
  }
  return {
    field,
    direction: clause.order === 'DESC' ? -1 : 1,
    nulls: clause.nulls === 'LAST' ? 1 : -1,
  };
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
