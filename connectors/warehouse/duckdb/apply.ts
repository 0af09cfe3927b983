import {
  BIGINT,
  BOOLEAN,
  DuckDBDataChunk,
  DuckDBTimestampValue,
  INTEGER,
  TIMESTAMP,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { quote } from './database.ts';
import type { Row } from './row.ts';
import type { Table, TableColumn } from './table.ts';

/** DuckDB's vector size: a data chunk holds no more. */
const CHUNK_ROWS = 2048;

/** Staged rows and the statements that bring them into their table. */
export interface Stage {
  /** Inside the caller's transaction. Returns how many rows had to be inserted from a partial. */
  merge(): Promise<number>;
  drop(): Promise<void>;
}

interface StageColumn<Item> {
  readonly name: string;
  readonly sql: string;
  readonly type: DuckDBType;
  readonly read: (item: Item) => DuckDBValue;
}

/** The guard: no older record writes over a newer row. */
const IS_NEWER = `(t._epoch < s._epoch OR (t._epoch = s._epoch AND t._offset <= s._offset))`;

const SET_STATE = [
  `_deleted = coalesce(s._deleted, t._deleted)`,
  `_deleted_at = CASE WHEN s._deleted IS NULL THEN t._deleted_at ELSE s._deleted_at END`,
  `_epoch = s._epoch`,
  `_offset = s._offset`,
];

const STATE: readonly StageColumn<Row>[] = [
  { name: '_key', sql: 'VARCHAR', type: VARCHAR, read: (row) => row.key },
  { name: '_deleted', sql: 'BOOLEAN', type: BOOLEAN, read: (row) => row.deleted ?? null },
  {
    name: '_deleted_at',
    sql: 'TIMESTAMP',
    type: TIMESTAMP,
    read: ({ deletedAt }) =>
      deletedAt === undefined ? null : new DuckDBTimestampValue(deletedAt * 1000n),
  },
  { name: '_epoch', sql: 'BIGINT', type: BIGINT, read: (row) => row.epoch },
  { name: '_offset', sql: 'BIGINT', type: BIGINT, read: (row) => row.offset },
];

/**
 * Puts rows (one per key) into temporary tables, before the transaction: full images wide, one stage
 * per set of columns; partials as cells, since they touch few of many columns.
 */
export async function stageRows(
  connection: DuckDBConnection,
  table: Table,
  rows: readonly Row[],
): Promise<readonly Stage[]> {
  const groups = Map.groupBy(
    rows.filter((row) => row.image),
    ({ columns }) => columns.join(),
  );
  const stages: Stage[] = [];
  for (const images of groups.values()) {
    stages.push(await stageImages(connection, table, images, stages.length));
  }
  const partials = rows.filter((row) => !row.image);
  if (partials.length > 0) stages.push(await stagePartials(connection, table, partials));
  return stages;
}

async function stageImages(
  connection: DuckDBConnection,
  table: Table,
  rows: readonly Row[],
  number: number,
): Promise<Stage> {
  const name = `_stage_${table.name}_images_${number}`;
  const columns = (rows[0]?.columns ?? []).map((index) => column(table, index));
  await fill(connection, name, rows, [
    ...STATE,
    ...columns.map(({ kind }, i) => ({
      name: `c${i}`,
      sql: kind.sql,
      type: kind.type,
      read: (row: Row) => row.values[i] ?? null,
    })),
  ]);
  const names = columns.map((target) => quote(target.name));
  const sets = [
    ...names.map((target, i) => `${target} = s.c${i}`),
    ...SET_STATE,
    '_partial = false',
  ];
  const inserted = [quote(table.keyColumn), ...STATE.slice(1).map((c) => c.name), ...names];
  const values = [...STATE.map((c) => `s.${c.name}`), ...names.map((_, i) => `s.c${i}`)];
  return {
    merge: async () => {
      await connection.run(
        `MERGE INTO ${target(table)} AS t USING temp.${quote(name)} AS s
         ON t.${quote(table.keyColumn)} = s._key
         WHEN MATCHED AND ${IS_NEWER} THEN UPDATE SET ${sets.join(', ')}
         WHEN NOT MATCHED THEN INSERT (${inserted.join(', ')}) VALUES (${values.join(', ')})`,
      );
      return 0;
    },
    drop: () => dropTemp(connection, name),
  };
}

interface Cell {
  readonly row: number;
  readonly column: number;
  readonly value: DuckDBValue;
}

/**
 * Only the cells that change are written, column by column, by row id. One UPDATE over all touched
 * columns would rewrite them for each row, and DuckDB keeps every rewritten cell apart until the next
 * checkpoint, so that it slows down as it goes.
 */
async function stagePartials(
  connection: DuckDBConnection,
  table: Table,
  rows: readonly Row[],
): Promise<Stage> {
  const name = `_stage_${table.name}_partials`;
  const matched = `${name}_matched`;
  const numbers = new Map(rows.map((row, number) => [row, number]));
  await fill(connection, name, rows, [
    { name: '_row', sql: 'INTEGER', type: INTEGER, read: (row) => numbers.get(row) ?? null },
    ...STATE,
  ]);
  const cells = cellsByType(table, rows);
  for (const [sql, list] of cells) {
    const { type } = column(table, list[0]?.column ?? 0).kind;
    await fill(connection, `${name}_${sql}`, list, [
      { name: '_column', sql: 'INTEGER', type: INTEGER, read: (cell) => cell.column },
      { name: '_row', sql: 'INTEGER', type: INTEGER, read: (cell) => cell.row },
      { name: '_value', sql, type, read: (cell) => cell.value },
    ]);
  }
  const merge = async (): Promise<number> => {
    const state = STATE.map((c) => c.name).slice(1);
    const key = quote(table.keyColumn);
    const missing = await connection.run(
      `INSERT INTO ${target(table)} (${key}, ${state.join(', ')}, _partial)
       SELECT s._key, coalesce(s._deleted, false), s._deleted_at, s._epoch, s._offset, true
       FROM temp.${quote(name)} AS s ANTI JOIN ${target(table)} AS t ON t.${key} = s._key`,
    );
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE ${quote(matched)} AS
       SELECT t.rowid AS _target, s.* FROM ${target(table)} AS t JOIN temp.${quote(name)} AS s
       ON t.${key} = s._key WHERE ${IS_NEWER}`,
    );
    await connection.run(
      `UPDATE ${target(table)} AS t SET ${SET_STATE.join(', ')}
       FROM temp.${quote(matched)} AS s WHERE t.rowid = s._target`,
    );
    for (const [sql, list] of cells) {
      for (const index of new Set(list.map((cell) => cell.column))) {
        await connection.run(
          `UPDATE ${target(table)} AS t SET ${quote(column(table, index).name)} = s._value FROM (
             SELECT m._target, c._value FROM temp.${quote(`${name}_${sql}`)} AS c
             JOIN temp.${quote(matched)} AS m ON m._row = c._row WHERE c._column = ${index}
           ) AS s WHERE t.rowid = s._target`,
        );
      }
    }
    return missing.rowsChanged;
  };
  const drop = async (): Promise<void> => {
    for (const temp of [name, matched, ...[...cells.keys()].map((sql) => `${name}_${sql}`)]) {
      await dropTemp(connection, temp);
    }
  };
  return { merge, drop };
}

/** SQL type → cells, grouped by column. */
function cellsByType(table: Table, rows: readonly Row[]): ReadonlyMap<string, readonly Cell[]> {
  const byColumn = new Map<number, Cell[]>();
  rows.forEach((row, number) => {
    row.columns.forEach((index, i) => {
      const cells = byColumn.get(index) ?? [];
      byColumn.set(index, cells);
      cells.push({ row: number, column: index, value: row.values[i] ?? null });
    });
  });
  const byType = new Map<string, Cell[]>();
  for (const [index, cells] of byColumn) {
    const { sql } = column(table, index).kind;
    byType.set(sql, (byType.get(sql) ?? []).concat(cells));
  }
  return byType;
}

async function fill<Item>(
  connection: DuckDBConnection,
  name: string,
  items: readonly Item[],
  columns: readonly StageColumn<Item>[],
): Promise<void> {
  const ddl = columns.map((c) => `${c.name} ${c.sql}`).join(', ');
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${quote(name)} (${ddl})`);
  const appender = await connection.createAppender(name, 'main', 'temp');
  const types = columns.map((c) => c.type);
  for (let from = 0; from < items.length; from += CHUNK_ROWS) {
    const slice = items.slice(from, from + CHUNK_ROWS);
    const chunk = DuckDBDataChunk.create(types, slice.length);
    columns.forEach((c, i) => chunk.setColumnValues(i, slice.map(c.read)));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

async function dropTemp(connection: DuckDBConnection, name: string): Promise<void> {
  await connection.run(`DROP TABLE IF EXISTS temp.${quote(name)}`);
}

function target(table: Table): string {
  return `main.${quote(table.name)}`;
}

function column(table: Table, index: number): TableColumn {
  const found = table.columns[index];
  if (found === undefined) throw new Error(`table ${table.name} has no column ${index}`);
  return found;
}
