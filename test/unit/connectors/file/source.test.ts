import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, test } from 'vitest';
import { fileStreamSource } from '../../../../connectors/file/index.ts';
import { fileStreamSourcePlugin } from '../../../../connectors/file/source.ts';
import { Config } from '../../../../src/config/config.ts';
import { harness, sourceContext } from '../../../support/source-task.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-file-source-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function open(text: string, batchSize: number) {
  const file = join(folder, 'lines.txt');
  writeFileSync(file, text);
  const properties = { file, topic: 'lines', 'batch.size': String(batchSize) };
  const config = new Config(fileStreamSource.config, properties);
  const signal = new AbortController().signal;
  return await fileStreamSourcePlugin.openTask(config, sourceContext(harness()), signal);
}

/** Bytes of buffers that are still in use. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().arrayBuffers;
}

test('lines are published in order, whatever the batch', async () => {
  const lines = Array.from({ length: 5_000 }, (_, i) => `line ${i} ${'é'.repeat(i % 90)}`);
  await using task = await open(`${lines.join('\n')}\n`, 7);
  const found: unknown[] = [];
  while (found.length < lines.length) {
    const { records } = await task.poll(new AbortController().signal);
    expect(records.length).toBeLessThanOrEqual(7);
    found.push(...records.map(({ value }) => value));
  }
  expect(found).toEqual(lines);
});

test('a file is not read further than its lines are taken (Invariant 8)', async () => {
  await using task = await open('a short line\n'.repeat(1_000_000), 1);
  const before = heldBytes();
  for (let i = 0; i < 200; i += 1) await task.poll(new AbortController().signal);
  expect(heldBytes() - before).toBeLessThan(1024 * 1024);
});
