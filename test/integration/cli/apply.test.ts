/**
 * Goal: files are the source of truth for a worker's connectors.
 * Method: the real command against a real worker.
 */
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import {
  files,
  headwater,
  readyUrl,
  workerFile,
  type HeadwaterProcess,
} from '../../support/headwater-process.ts';

let worker: HeadwaterProcess;
let url = '';

beforeAll(async () => {
  worker = headwater(['worker', workerFile()]);
  url = await readyUrl(worker);
});

afterAll(() => worker[Symbol.asyncDispose]());

async function run(
  ...args: readonly string[]
): Promise<{ code: number | null; out: string; err: string }> {
  await using command = headwater(args, { CONNECT_URL: url });
  const code = await command.exited;
  return { code, out: command.stdout(), err: command.stderr() };
}

test('a folder is applied, diffed, changed, pruned; a second time there is nothing to do', async () => {
  const topic = `cli-${randomUUID()}`;
  const { 'lines.yaml': lines = '', 'copy.json': copy = '' } = files({
    'in.txt': 'one\n',
    'lines.yaml': `connector.class: FileStreamSource\nfile: ${import.meta.filename}\ntopic: ${topic}\n`,
    'copy.json': JSON.stringify({
      name: `copy-${topic}`,
      config: { 'connector.class': 'FileStreamSink', topics: topic, file: '/dev/null' },
      initial_state: 'STOPPED',
    }),
  });
  const folder = dirname(lines);

  const differs = await run('connectors', 'diff', folder);
  expect(differs).toMatchObject({ code: 1, out: `create  copy-${topic}\ncreate  lines\n` });
  const dry = await run('connectors', 'apply', folder, '--dry-run');
  expect(dry).toMatchObject({ code: 0, out: differs.out });
  const first = await run('connectors', 'apply', folder);
  expect(first).toMatchObject({
    code: 0,
    out: `${differs.out}2 created, 0 updated, 0 deleted, 0 unchanged\n`,
  });
  const second = await run('connectors', 'apply', folder);
  expect(second).toMatchObject({ code: 0, out: '2 unchanged\nNothing to do.\n' });
  expect((await run('connectors', 'diff', folder)).code).toBe(0);
  const { out } = await run('connectors', 'list');
  expect(out).toMatch(/copy-\S+ +sink +STOPPED/);

  writeFileSync(lines, `connector.class: FileStreamSource\nfile: ${copy}\ntopic: ${topic}\n`);
  const changed = await run('connectors', 'apply', folder, '--json');
  expect(JSON.parse(changed.out)).toMatchObject({
    dryRun: false,
    plan: [
      { action: 'unchanged', name: `copy-${topic}` },
      { action: 'update', name: 'lines', changes: [{ key: 'file', to: copy }] },
    ],
  });

  rmSync(copy);
  expect((await run('connectors', 'diff', folder)).code).toBe(0);
  const pruned = await run('connectors', 'apply', folder, '--prune');
  expect(pruned).toMatchObject({ code: 0 });
  expect(pruned.out).toContain(`delete  copy-${topic}\n`);
  expect((await run('connectors', 'list')).out).not.toContain('copy-');
});

test("a connector that is refused doesn't keep the others, and the exit code tells", async () => {
  const name = `good-${randomUUID()}`;
  const { 'all.json': path = '' } = files({
    'all.json': JSON.stringify([
      { name: `bad-${name}`, 'connector.class': 'FileStreamSource' },
      { name, 'connector.class': 'FileStreamSource', file: import.meta.filename, topic: name },
    ]),
  });
  const { code, out, err } = await run('connectors', 'apply', path);
  expect(code).toBe(2);
  expect(out).toMatch(/1 created, 0 updated, 0 deleted, 0 unchanged, 1 failed\n$/);
  expect(err).toMatch(new RegExp(`headwater connectors: bad-${name}: .*topic`));
  const valid = await run('validate', path);
  expect(valid.code).toBe(2);
  expect(valid.out).toMatch(new RegExp(`bad-${name}: topic: `));
  expect(valid.out).toMatch(new RegExp(`${name} is valid\\.\n$`));
});

test('what show prints can be applied again', async () => {
  const name = `odd-${randomUUID()}`;
  const odd = { file: ' C:\\new = odd\n', topic: name, 'connector.class': 'FileStreamSource' };
  const { 'odd.json': json = '', 'odd.properties': shown = '' } = files({
    'odd.json': JSON.stringify({ name, config: odd }),
    'odd.properties': '',
  });
  await run('connectors', 'create', json);
  writeFileSync(shown, (await run('connectors', 'show', name)).out);
  expect(await run('connectors', 'diff', shown)).toMatchObject({ code: 0 });
});

test("a worker's status, the topics and the offsets of a connector are told, also as JSON", async () => {
  const name = `told-${randomUUID()}`;
  const { 'told.json': path = '', 'in.txt': input = '' } = files({
    'told.json': '',
    'in.txt': 'one\n',
  });
  writeFileSync(
    path,
    JSON.stringify({ name, 'connector.class': 'FileStreamSource', file: input, topic: name }),
  );
  await run('connectors', 'create', path);
  await eventually(
    () => run('topics', name),
    ({ out }) => out === `${name}\n`,
  );
  const status = await run('worker', 'status', '--json');
  expect(status.code).toBe(0);
  expect(JSON.parse(status.out)).toMatchObject({
    health: { status: 'healthy' },
    worker: { version: expect.any(String) as unknown },
    workers: { [new URL(url).host]: { tasks: expect.any(Number) as unknown } },
  });
  expect((await run('worker', 'status')).out).toMatch(/^healthy: .*\nworker +http:.*Headwater/);
  expect((await run('connectors', 'stop', name)).code).toBe(0);
  const moved = JSON.stringify({
    offsets: [{ partition: { filename: input }, offset: { position: 0 } }],
  });
  writeFileSync(path, moved);
  await eventually(
    () => run('offsets', 'set', name, '--file', path),
    ({ code }) => code === 0,
  );
  expect(JSON.parse((await run('offsets', 'show', name, '--json')).out)).toEqual(JSON.parse(moved));
  expect((await run('offsets', 'set', name, '--partition', '{}')).code).toBe(2);
});

test('a connector is created in the state that its file names', async () => {
  const name = `waits-${randomUUID()}`;
  const config = { 'connector.class': 'FileStreamSource', file: '/dev/null', topic: name };
  const { 'waits.json': file = '' } = files({
    'waits.json': JSON.stringify({ name, config, initial_state: 'STOPPED' }),
  });
  const created = await run('connectors', 'create', file);
  expect(created).toMatchObject({ code: 0, out: `${name} is created.\n` });
  expect((await run('connectors', 'status', name)).out).toContain('STOPPED');
  const again = await run('connectors', 'create', file);
  expect(again).toMatchObject({ code: 0, out: `${name} is updated.\n` });
});
