import {
  BIGINT,
  BOOLEAN,
  DuckDBTimestampValue,
  INTEGER,
  TIMESTAMP,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBValue,
} from '@duckdb/node-api';
import { widened } from './columns.ts';
import { quote } from './database.ts';
import type { Row } from './row.ts';
import { dropTemps, fillTemps, runAll, type StageColumn, type Temp } from './stage.ts';
import type { Table, TableColumn } from './table.ts';

/** Staged rows, ready to be brought into their table. */
export interface Stage {
  /** Inside the caller's transaction. Returns how many rows had to be inserted from a partial. */
  merge(): Promise<number>;
  drop(): Promise<void>;
}

/** The guard: no older record writes over a newer row. */
const IS_NEWER = `(t._epoch < s._epoch OR (t._epoch = s._epoch AND t._offset <= s._offset))`;

const SET_STATE = [
  `_deleted = coalesce(s._deleted, t._deleted)`,
  `_deleted_at = CASE WHEN s._deleted IS NULL THEN t._deleted_at ELSE s._deleted_at END`,
  `_epoch = s._epoch`,
  `_offset = s._offset`,
];

const STATE = ['_key', '_deleted', '_deleted_at', '_epoch', '_offset'];

/**
 * Puts rows (one per key) into temporary tables, before the transaction: full images wide, one table
 * per set of columns; partials as cells, since they touch few of many columns.
 */
export async function stageRows(
  connection: DuckDBConnection,
  table: Table,
  rows: readonly Row[],
): Promise<Stage> {
  const images = [...imageGroups(rows)].map((group, number) =>
    imagesOf(table, group, `_stage_${table.name}_images_${number}`),
  );
  const partials = partialsOf(
    table,
    rows.filter((row) => !row.image),
  );
  const temps = [...images.map(({ temp }) => temp), ...partials.temps];
  await fillTemps(connection, temps);
  return {
    merge: async () => {
      const merges = images.map(({ merge }) => merge);
      const missing = await runAll(connection, [...merges, ...partials.insertMissing]);
      await runAll(connection, partials.update);
      return partials.temps.length === 0 ? 0 : missing;
    },
    drop: () => dropTemps(connection, [...temps.map(({ name }) => name), ...partials.made]),
  };
}

/** Images by their set of columns; those of one schema share the array. */
function imageGroups(rows: readonly Row[]): Iterable<readonly Row[]> {
  const names = new Map<readonly number[], string>();
  const nameOf = (columns: readonly number[]): string => {
    const known = names.get(columns) ?? columns.join();
    names.set(columns, known);
    return known;
  };
  const images = rows.filter((row) => row.image);
  return Map.groupBy(images, ({ columns }) => nameOf(columns)).values();
}

function imagesOf(
  table: Table,
  rows: readonly Row[],
  name: string,
): { readonly temp: Temp; readonly merge: string } {
  const columns = (rows[0]?.columns ?? []).map((index) => column(table, index));
  const temp = {
    name,
    rows: rows.length,
    columns: [
      ...stateOf(rows),
      ...columns.map(({ kind }, i) => ({
        name: `c${i}`,
        sql: kind.sql,
        type: kind.type,
        at: (row: number): DuckDBValue => widened(kind, at(rows, row).values[i] ?? null),
      })),
    ],
  };
  const names = columns.map((target) => quote(target.name));
  const sets = [
    ...names.map((target, i) => `${target} = s.c${i}`),
    ...SET_STATE,
    '_partial = false',
  ];
  const inserted = [quote(table.keyColumn), ...STATE.slice(1), ...names];
  const values = [...STATE.map((state) => `s.${state}`), ...names.map((_, i) => `s.c${i}`)];
  const merge = `MERGE INTO ${target(table)} AS t USING temp.${quote(name)} AS s
     ON t.${quote(table.keyColumn)} = s._key
     WHEN MATCHED AND ${IS_NEWER} THEN UPDATE SET ${sets.join(', ')}
     WHEN NOT MATCHED THEN INSERT (${inserted.join(', ')}) VALUES (${values.join(', ')})`;
  return { temp, merge };
}

interface Partials {
  readonly temps: readonly Temp[];
  readonly insertMissing: readonly string[];
  readonly update: readonly string[];
  /** Temporary tables that `update` makes. */
  readonly made: readonly string[];
}

/**
 * Only the cells that change are written, column by column, by row id. One UPDATE over all touched
 * columns would rewrite them for each row, and DuckDB keeps every rewritten cell apart until the next
 * checkpoint, so that it slows down as it goes.
 */
function partialsOf(table: Table, rows: readonly Row[]): Partials {
  if (rows.length === 0) return { temps: [], insertMissing: [], update: [], made: [] };
  const name = `_stage_${table.name}_partials`;
  const matched = `${name}_matched`;
  const cells = [...cellsByType(table, rows)].map(([sql, list]) => ({
    list,
    name: `${name}_${sql}`,
  }));
  const key = quote(table.keyColumn);
  // Joined once for all columns of a type, in their order: each column's update finds its cells together.
  const targets = cells.map(
    ({ name: staged }) =>
      `CREATE OR REPLACE TEMP TABLE ${quote(`${staged}_targets`)} AS
       SELECT c._column, m._target, c._value FROM temp.${quote(staged)} AS c
       JOIN temp.${quote(matched)} AS m ON m._row = c._row ORDER BY c._column`,
  );
  const updates = cells.flatMap(({ name: staged, list }) =>
    [...new Set(list.columns)].map(
      (index) =>
        `UPDATE ${target(table)} AS t SET ${quote(column(table, index).name)} = s._value
         FROM temp.${quote(`${staged}_targets`)} AS s
         WHERE s._column = ${index} AND t.rowid = s._target`,
    ),
  );
  return {
    temps: [
      { name, rows: rows.length, columns: [numbers('_row', (row) => row), ...stateOf(rows)] },
      ...cells.map((cell) => ({
        name: cell.name,
        rows: cell.list.values.length,
        columns: cellColumns(table, cell.list),
      })),
    ],
    insertMissing: [
      `INSERT INTO ${target(table)} (${key}, ${STATE.slice(1).join(', ')}, _partial)
       SELECT s._key, coalesce(s._deleted, false), s._deleted_at, s._epoch, s._offset, true
       FROM temp.${quote(name)} AS s ANTI JOIN ${target(table)} AS t ON t.${key} = s._key`,
    ],
    update: [
      `CREATE OR REPLACE TEMP TABLE ${quote(matched)} AS
       SELECT t.rowid AS _target, s.* FROM ${target(table)} AS t JOIN temp.${quote(name)} AS s
       ON t.${key} = s._key WHERE ${IS_NEWER}`,
      `UPDATE ${target(table)} AS t SET ${SET_STATE.join(', ')}
       FROM temp.${quote(matched)} AS s WHERE t.rowid = s._target`,
      ...targets,
      ...updates,
    ],
    made: [matched, ...cells.map((cell) => `${cell.name}_targets`)],
  };
}

/** Changed cells of columns of one SQL type: cell i is `values[i]`, for `columns[i]` of `rows[i]`. */
interface Cells {
  readonly columns: number[];
  readonly rows: number[];
  readonly values: DuckDBValue[];
}

function cellsByType(table: Table, rows: readonly Row[]): ReadonlyMap<string, Cells> {
  const byType = new Map<string, Cells>();
  rows.forEach((row, number) => {
    row.columns.forEach((index, i) => {
      const { sql } = column(table, index).kind;
      let cells = byType.get(sql);
      if (cells === undefined) byType.set(sql, (cells = { columns: [], rows: [], values: [] }));
      cells.columns.push(index);
      cells.rows.push(number);
      cells.values.push(row.values[i] ?? null);
    });
  });
  return byType;
}

function cellColumns(table: Table, { columns, rows, values }: Cells): readonly StageColumn[] {
  const { kind } = column(table, columns[0] ?? 0);
  return [
    numbers('_column', (cell) => columns[cell] ?? 0),
    numbers('_row', (cell) => rows[cell] ?? 0),
    {
      name: '_value',
      sql: kind.sql,
      type: kind.type,
      at: (cell) => widened(kind, values[cell] ?? null),
    },
  ];
}

function stateOf(rows: readonly Row[]): readonly StageColumn[] {
  const deletedAt = (row: number): DuckDBValue => {
    const ms = at(rows, row).deletedAt;
    return ms === undefined ? null : new DuckDBTimestampValue(ms * 1000n);
  };
  const deleted = (row: number): DuckDBValue => at(rows, row).deleted ?? null;
  return [
    { name: '_key', sql: 'VARCHAR', type: VARCHAR, at: (row) => at(rows, row).key },
    { name: '_deleted', sql: 'BOOLEAN', type: BOOLEAN, at: deleted },
    { name: '_deleted_at', sql: 'TIMESTAMP', type: TIMESTAMP, at: deletedAt },
    { name: '_epoch', sql: 'BIGINT', type: BIGINT, at: (row) => at(rows, row).epoch },
    { name: '_offset', sql: 'BIGINT', type: BIGINT, at: (row) => at(rows, row).offset },
  ];
}

function numbers(name: string, read: (row: number) => number): StageColumn {
  return { name, sql: 'INTEGER', type: INTEGER, at: read };
}

function at(rows: readonly Row[], index: number): Row {
  return rows[index] as Row;
}

function target(table: Table): string {
  return `main.${quote(table.name)}`;
}

function column(table: Table, index: number): TableColumn {
  const found = table.columns[index];
  if (found === undefined) throw new Error(`table ${table.name} has no column ${index}`);
  return found;
}
