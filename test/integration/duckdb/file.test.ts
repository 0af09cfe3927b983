/**
 * Goal: the file is held by one worker, stays small, and is asked without harm.
 * Method: a task on a real file, another process and other connectors beside it, SQL that must be refused.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { duckDbConfig } from '../../../connectors/warehouse/duckdb/config.ts';
import { openDuckDbTask } from '../../../connectors/warehouse/duckdb/task.ts';
import { Config } from '../../../src/config/config.ts';
import { DuckDbFile, TOPIC } from './support.ts';

const duck = DuckDbFile.forEachTest();

describe('the file', () => {
  test('takes in its write-ahead log when that has grown to the threshold, not at each commit', async () => {
    const log = `${duck.path}.wal`;
    await duck.put([{ op: 'create', id: 'A', record: { Name: 'Acme' } }]);
    expect(existsSync(log)).toBe(true);
    await duck.close();
    const settings = {
      'duckdb.path': duck.path,
      'duckdb.checkpoint.threshold': '1KB',
    };
    duck.task = await openDuckDbTask(new Config(duckDbConfig, settings), duck.context());
    await duck.task.assign([{ topic: TOPIC, partition: 0 }]);
    await duck.put([{ op: 'create', id: 'B', record: { Name: 'x'.repeat(2_000) } }], 1n);
    expect(existsSync(log)).toBe(false);
    expect(await duck.sql(`SELECT count(*) FROM "org_Account"`)).toEqual([[2]]);
  });

  test('held by another process is one clear error with that process named', async () => {
    await duck.close();
    const holder = spawn(
      process.execPath,
      [
        '-e',
        `require('@duckdb/node-api').DuckDBInstance.create(${JSON.stringify(duck.path)})
         .then(() => { console.log('held'); setInterval(() => {}, 1000); })`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    try {
      await expect(openDuckDbTask(duck.config(), duck.context())).rejects.toMatchObject({
        kind: 'config',
        code: 'duckdb.locked',
        message: expect.stringContaining(`process ${holder.pid}`) as string,
      });
    } finally {
      holder.kill('SIGKILL');
      await new Promise((resolve) => holder.once('exit', resolve));
    }
    duck.task = await duck.open();
  });

  test('open in another connector of this worker is refused', async () => {
    await expect(
      openDuckDbTask(duck.config(), { ...duck.context(), connector: 'second' }),
    ).rejects.toMatchObject({ code: 'duckdb.in_use' });
  });
});

describe('queries', () => {
  test.each([
    ['DELETE FROM _connect_offsets', 'Only SELECT is allowed.'],
    ['SELECT 1; SELECT 2', 'One statement at a time.'],
    ['CREATE TABLE x (y INTEGER)', 'Only SELECT is allowed.'],
  ])('%s is refused', async (text, message) => {
    await expect(duck.sql(text)).rejects.toMatchObject({ kind: 'config', message });
  });

  test('can not reach files', async () => {
    for (const text of [`SELECT * FROM read_csv('/etc/passwd')`, `COPY (SELECT 1) TO 'x.csv'`]) {
      await expect(duck.sql(text)).rejects.toMatchObject({
        kind: 'config',
        message: expect.stringMatching(/disabled/) as string,
      });
    }
  });

  test('are bounded in rows and in time', async () => {
    const limits = { maxRows: 3, timeoutMs: 200 };
    const { signal } = new AbortController();
    const result = await duck.task.query('SELECT * FROM range(10)', limits, signal);
    expect(result).toMatchObject({ rows: [[0], [1], [2]], truncated: true });
    await expect(
      duck.task.query('SELECT count(*) FROM range(1000000) a, range(1000000) b', limits, signal),
    ).rejects.toMatchObject({ code: 'query.timeout' });
  });
});
