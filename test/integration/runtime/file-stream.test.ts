/**
 * Goal: a line of a file goes through a source, a real topic and a sink into another file, and every
 * operation of the herder does to it what Connect's does.
 */
import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { startTestWorker, type TestWorker } from '../../support/worker.ts';

let folder: string;
let worker: TestWorker;
let topic: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-file-'));
  topic = `lines-${randomUUID()}`;
  worker = await startTestWorker();
});
afterEach(async () => {
  await worker[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const source = (): Record<string, string> => ({
  'connector.class': 'FileStreamSource',
  file: join(folder, 'in'),
  topic,
});
const sink = (): Record<string, string> => ({
  'connector.class': 'FileStreamSink',
  file: join(folder, 'out'),
  topics: topic,
});
const output = async (): Promise<string> =>
  await readFile(join(folder, 'out'), 'utf8').catch(() => '');
const isRunning = (name: string): boolean =>
  worker.herder.status(name).tasks.every(({ state }) => state === 'RUNNING') &&
  worker.herder.status(name).tasks.length > 0;

test('lines pass from file to file, and offsets say how far', async () => {
  const { herder } = worker;
  await writeFile(join(folder, 'in'), 'one\ntwo\n');
  await herder.create('lines', source());
  await herder.create('copy', sink());
  await eventually(output, (text) => text === 'one\ntwo\n');
  await eventually(
    () => herder.offsets('lines'),
    ([entry]) => entry?.offset?.['position'] === 8,
  );
  expect(herder.topics('lines')).toEqual([topic]);
  expect(isRunning('lines')).toBe(true);

  await herder.pause('lines');
  expect(herder.status('lines').tasks[0]?.state).toBe('PAUSED');
  await appendFile(join(folder, 'in'), 'three\n');
  await herder.resume('lines');
  await eventually(output, (text) => text === 'one\ntwo\nthree\n');
});

test('offsets of a stopped source are altered, and its records come again', async () => {
  const { herder } = worker;
  await writeFile(join(folder, 'in'), 'one\ntwo\n');
  await herder.create('lines', source());
  await herder.create('copy', sink());
  await eventually(output, (text) => text === 'one\ntwo\n');
  const partition = { filename: join(folder, 'in') };
  const change = [{ partition, offset: { position: 4 } }];
  await expect(herder.alterOffsets('lines', change)).rejects.toMatchObject({ kind: 'config' });
  await herder.stop('lines');
  await expect(
    herder.alterOffsets('lines', [{ partition, offset: { position: 'abc' } }]),
  ).rejects.toMatchObject({ kind: 'config' });
  await herder.alterOffsets('lines', change);
  expect(await herder.offsets('lines')).toEqual(change);
  await herder.resume('lines');
  await eventually(output, (text) => text === 'one\ntwo\ntwo\n');
});

test('a task that fails says why, and a restart runs it again', async () => {
  const { herder } = worker;
  await herder.create('copy', { ...sink(), file: join(folder, 'missing', 'out') });
  const [task] = await eventually(
    () => herder.status('copy').tasks,
    ([first]) => first?.state === 'FAILED',
  );
  expect(task?.trace).toContain('ENOENT');
  await herder.restartTask('copy', 0);
  await eventually(
    () => herder.status('copy').tasks,
    ([first]) => first?.state === 'FAILED',
  );
});

test('a misspelt property is refused with the name that was meant', async () => {
  await expect(
    worker.herder.create('lines', { ...source(), 'batch.sise': '7' }),
  ).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringContaining('did you mean batch.size?') as string,
  });
});
