/** The sink benchmark's ceiling: the same rows through DuckDB's bare appender into a table of their own. */
import { rmSync } from 'node:fs';
import { DuckDBDataChunk, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { layoutOf } from '../../connectors/warehouse/duckdb/layout.ts';
import type { SourceRecord, Struct } from '../../src/sdk/index.ts';

/** DuckDB's vector size. */
const CHUNK_ROWS = 2048;

/**
 * Rows a second into `file`, which is deleted. Only DuckDB's part is timed: values stand ready by column, what
 * an update leaves alone as NULL.
 */
export async function appenderRate(
  file: string,
  count: number,
  at: (i: number) => SourceRecord,
): Promise<number> {
  const { valueSchema } = at(0);
  if (valueSchema === undefined) throw new Error('the stream has a schema');
  const { columns } = layoutOf(valueSchema);
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  const ddl = columns.map(({ name, kind }) => `"${name}" ${kind.sql}`).join(', ');
  await connection.run(`SET checkpoint_threshold = '256MB'`);
  await connection.run(`CREATE TABLE rows (${ddl})`);
  const types = columns.map(({ kind }) => kind.type);
  let ms = 0;
  const appender = await connection.createAppender('rows');
  for (let from = 0; from < count; from += CHUNK_ROWS) {
    const size = Math.min(CHUNK_ROWS, count - from);
    const bodies = Array.from({ length: size }, (_, i) => (at(from + i).value as Struct)['record']);
    const byColumn = columns.map(({ field, kind }) =>
      bodies.map((body): DuckDBValue => {
        const value = (body as Struct)[field] ?? null;
        return value === null ? null : (kind.write(value) ?? null);
      }),
    );
    const started = performance.now();
    const chunk = DuckDBDataChunk.create(types, size);
    byColumn.forEach((list, i) => chunk.setColumnValues(i, list));
    appender.appendDataChunk(chunk);
    ms += performance.now() - started;
  }
  const started = performance.now();
  appender.closeSync();
  ms += performance.now() - started;
  connection.closeSync();
  instance.closeSync();
  rmSync(file, { force: true });
  return Math.round(count / (ms / 1000));
}
