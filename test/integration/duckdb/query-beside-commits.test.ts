/**
 * Goal: a query that runs while the sink commits shows what was committed. (By a prepared statement of DuckDB 1.5.5 it
 * showed other texts, one time in eight.)
 * Method: a writer creates and fills tables; a reader asks each again and again until it has its row.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Database } from '../../../connectors/warehouse/duckdb/database.ts';
import { runQuery } from '../../../connectors/warehouse/duckdb/query.ts';
import { systemClock } from '../../../src/foundation/clock.ts';

const TABLES = 150;
const TRIES = 2_000;

test('a row is shown as it is from the first time on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-query-'));
  const settings = { threads: 1, checkpointBytes: 16_000_000 };
  const database = await Database.open(
    join(folder, 'a.duckdb'),
    'test',
    settings as Parameters<typeof Database.open>[2],
  );
  const { signal } = new AbortController();
  const limits = { maxRows: 10, timeoutMs: 10_000 };
  const seen = new Map<string, number>();
  const write = async (table: string): Promise<void> => {
    await database.connection.run(
      `CREATE TABLE ${table} (Id VARCHAR PRIMARY KEY, _offset BIGINT NOT NULL, Name VARCHAR)`,
    );
    await database.connection.run('BEGIN');
    await database.connection.run(
      `MERGE INTO ${table} AS t USING (SELECT '001Hw0000000001IAA' AS id, 'before' AS name) AS s ON t.Id = s.id
       WHEN NOT MATCHED THEN INSERT (Id, _offset, Name) VALUES (s.id, 0, s.name)`,
    );
    await database.connection.run('COMMIT');
  };
  const read = async (table: string): Promise<void> => {
    const sql = `SELECT Name FROM ${table} ORDER BY _offset`;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const asked = runQuery(database, sql, limits, systemClock, signal);
      const rows = await asked.then(
        (result) => result.rows,
        () => [],
      );
      if (rows.length === 0) continue;
      const text = String(rows[0]?.[0]);
      seen.set(text, (seen.get(text) ?? 0) + 1);
      return;
    }
  };
  try {
    for (let i = 0; i < TABLES; i += 1) await Promise.all([write(`t${i}`), read(`t${i}`)]);
    expect([...seen]).toEqual([['before', TABLES]]);
  } finally {
    await database[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
});
