import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import {
  files,
  headwater,
  readyUrl,
  workerFile,
  type HeadwaterProcess,
} from '../../support/headwater-process.ts';

const topic = `cli-${randomUUID()}`;
const tableName = topic.replaceAll('-', '_');
let worker: HeadwaterProcess;
let url = '';

/** As JsonConverter writes it, with its schema. */
function row(id: string, wheels: number): string {
  const field = (name: string, type: string): object => ({ field: name, type, optional: false });
  const schema = { type: 'struct', fields: [field('Id', 'string'), field('Wheels', 'int32')] };
  return JSON.stringify({ schema, payload: { Id: id, Wheels: wheels } });
}

beforeAll(async () => {
  const { 'in.txt': input = '' } = files({ 'in.txt': `${row('a', 2)}\n${row('b', 4)}\n` });
  const { 'rows.json': source = '', 'warehouse.json': sink = '' } = files({
    'rows.json': JSON.stringify({
      name: 'rows',
      config: { 'connector.class': 'FileStreamSource', file: input, topic },
    }),
    'warehouse.json': JSON.stringify({
      name: `warehouse-${topic}`,
      config: {
        'connector.class': 'DuckDbSink',
        topics: topic,
        'duckdb.path': `${input}.duckdb`,
        'value.converter': 'JsonConverter',
        transforms: 'key',
        'transforms.key.type': 'ValueToKey',
        'transforms.key.fields': 'Id',
      },
    }),
  });
  worker = headwater(['worker', workerFile(), source, sink]);
  url = await readyUrl(worker);
  await eventually(
    () => query('--json', `select count(*) from ${tableName}`),
    ({ stdout }) => stdout.includes('[[2]]'),
  );
});

afterAll(() => worker[Symbol.asyncDispose]());

async function query(
  ...args: readonly string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  await using command = headwater(['query', '--worker', url, ...args]);
  const code = await command.exited;
  return { code, stdout: command.stdout(), stderr: command.stderr() };
}

test('a query prints a table', async () => {
  const { code, stdout } = await query(`select "Id", "Wheels" from ${tableName} order by "Id"`);
  expect(code).toBe(0);
  expect(stdout).toBe('Id  Wheels\n──  ──────\na   2\nb   4\n(2 rows)\n');
});

test('a query with more rows than asked for says so', async () => {
  const { stdout } = await query('--max-rows', '1', `select "Id" from ${tableName}`);
  expect(stdout).toMatch(/\(1 row, more were there/);
});

test('a statement that writes is refused with 2 and one line', async () => {
  const { code, stderr } = await query(`delete from ${tableName}`);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^headwater query: Only SELECT is allowed.*\n$/);
});

test('a connector that is not there is said to be missing', async () => {
  const { code, stderr } = await query('--connector', 'nope', 'select 1');
  expect(code).toBe(1);
  expect(stderr).toBe('headwater query: Connector nope not found\n');
});
