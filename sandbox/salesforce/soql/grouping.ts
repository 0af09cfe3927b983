/** GROUP BY: rows → groups. */
import type { RecordValues } from '../org/types.ts';
import type { Group } from './aggregate-functions.ts';
import { fold } from './comparison.ts';
import { malformed } from './errors.ts';
import type { Column } from './scope.ts';
import type { Grouping } from './syntax/tree.ts';

/** Salesforce's bound for ROLLUP and CUBE, fields. */
const MAX_SUBTOTALED = 3;

/** By which fields groups are made: for subtotals several times, by fewer and fewer. */
export function groupingSets({ kind, terms }: Grouping): readonly (readonly boolean[])[] {
  const all = terms.map(() => true);
  if (kind === 'plain') return [all];
  if (terms.length > MAX_SUBTOTALED) {
    throw malformed(`GROUP BY ${kind.toUpperCase()} takes at most ${MAX_SUBTOTALED} fields`);
  }
  if (kind === 'rollup') {
    return [all, ...terms.map((_, i) => terms.map((__, j) => j < terms.length - 1 - i))];
  }
  const sets = Array.from({ length: 2 ** terms.length }, (_, bits) =>
    terms.map((__, i) => (bits & (1 << (terms.length - 1 - i))) === 0),
  );
  return sets.toSorted((a, b) => b.filter(Boolean).length - a.filter(Boolean).length);
}

/** Without fields, as in a grand total, one group of all rows, even of none. */
export function groupRows(
  rows: readonly RecordValues[],
  columns: readonly Column<RecordValues>[],
  sets: readonly (readonly boolean[])[],
): Group[] {
  const groups = sets.flatMap((by) =>
    by.includes(true) ? groupBy(rows, columns, by) : [{ keys: columns.map(() => null), by, rows }],
  );
  return sets.length === 1 ? groups : groups.toSorted((a, b) => order(columns, a, b));
}

function groupBy(
  rows: readonly RecordValues[],
  columns: readonly Column<RecordValues>[],
  by: readonly boolean[],
): Group[] {
  const groups = new Map<string, Group & { rows: RecordValues[] }>();
  for (const row of rows) {
    const keys = columns.map((column, i) => (by[i] === true ? column.get(row) : null));
    const key = JSON.stringify(columns.map(({ field }, i) => fold(field, keys[i] ?? null)));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { keys, by, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()];
}

/** By the fields in turn, a subtotal after what it is the total of. */
function order(columns: readonly Column<RecordValues>[], a: Group, b: Group): number {
  for (const [i, { field }] of columns.entries()) {
    if (a.by[i] !== b.by[i]) return a.by[i] === true ? -1 : 1;
    const [left, right] = [a, b].map(({ keys }) => fold(field, keys[i] ?? null));
    if (left === right || left === undefined || right === undefined) continue;
    if (left === null || right === null) return left === null ? -1 : 1;
    return left < right ? -1 : 1;
  }
  return 0;
}
