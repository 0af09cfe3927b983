import { DuckDBDataChunk, type DuckDBConnection, type DuckDBType } from '@duckdb/node-api';
import type { DuckDBValue } from '@duckdb/node-api';
import { quote } from './database.ts';

/** DuckDB's vector size: a data chunk holds no more. */
const CHUNK_ROWS = 2048;

/** A column of a temporary table and what stands in its rows. */
export interface StageColumn {
  readonly name: string;
  readonly sql: string;
  readonly type: DuckDBType;
  at(row: number): DuckDBValue;
}

/** A temporary table: what a batch brings, before it is merged. */
export interface Temp {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly StageColumn[];
}

/** Creates and fills temporary tables, outside of any transaction: they are of this connection alone. */
export async function fillTemps(
  connection: DuckDBConnection,
  temps: readonly Temp[],
): Promise<void> {
  const ddl = temps.map(({ name, columns }) => {
    const list = columns.map((column) => `${column.name} ${column.sql}`).join(', ');
    return `CREATE OR REPLACE TEMP TABLE ${quote(name)} (${list})`;
  });
  await runAll(connection, ddl);
  for (const temp of temps) await fill(connection, temp);
}

async function fill(connection: DuckDBConnection, { name, rows, columns }: Temp): Promise<void> {
  const appender = await connection.createAppender(name, 'main', 'temp');
  const types = columns.map((column) => column.type);
  for (let from = 0; from < rows; from += CHUNK_ROWS) {
    const size = Math.min(CHUNK_ROWS, rows - from);
    const chunk = DuckDBDataChunk.create(types, size);
    for (const [index, column] of columns.entries()) {
      const vector = chunk.getColumnVector(index);
      for (let row = 0; row < size; row++) vector.setItem(row, column.at(from + row));
      vector.flush();
    }
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

export async function dropTemps(
  connection: DuckDBConnection,
  names: readonly string[],
): Promise<void> {
  await runAll(
    connection,
    names.map((name) => `DROP TABLE IF EXISTS temp.${quote(name)}`),
  );
}

/**
 * Statements in one call: each call of its own would wait for the event loop, which decodes the next
 * batch meanwhile. Returns how many rows the last one changed.
 */
export async function runAll(
  connection: DuckDBConnection,
  statements: readonly string[],
): Promise<number> {
  if (statements.length === 0) return 0;
  return (await connection.run(statements.join(';\n'))).rowsChanged;
}
