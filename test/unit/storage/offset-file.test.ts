/**
 * Goal: an offset file is the old one or the new one, whatever the disk does, and says so when it is neither.
 * Method: a file port whose writes fail on demand; the real disk for the way a file is replaced.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { diskFiles, openOffsetFile, type FilePort } from '../../../src/storage/offset-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-offsets-'));
afterAll(() => rmSync(folder, { recursive: true }));

const partition = { channel: '/data/AccountChangeEvent' };
const at = (replayId: string) => [{ partition, offset: { replayId } }];

/** One file in memory; `failure` is thrown instead of the next write. */
class MemoryFile implements FilePort {
  text: string | undefined;
  failure: Error | undefined;

  read(): Promise<string | undefined> {
    return Promise.resolve(this.text);
  }

  replace(_path: string, text: string): Promise<void> {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) return Promise.reject(failure);
    this.text = text;
    return Promise.resolve();
  }
}

test('a full disk is retriable, leaves the old offsets, and the next write goes through (Invariant 9)', async () => {
  const file = new MemoryFile();
  const store = await openOffsetFile('offsets.json', file);
  await store.write('orders', at('AAE='));
  file.failure = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
  });
  await expect(store.write('orders', at('AAI='))).rejects.toMatchObject({
    kind: 'retriable',
    code: 'offsets.write',
    message: "Offsets can't be written to offsets.json: ENOSPC: no space left on device, write.",
  });
  expect(await store.read('orders')).toEqual(at('AAE='));
  expect(await (await openOffsetFile('offsets.json', file)).read('orders')).toEqual(at('AAE='));
  await store.write('orders', at('AAM='));
  expect(await (await openOffsetFile('offsets.json', file)).read('orders')).toEqual(at('AAM='));
});

test('writes at once are applied one after the other, and a failed one does not hold up the next', async () => {
  const file = new MemoryFile();
  const store = await openOffsetFile('offsets.json', file);
  file.failure = new Error('EIO');
  const results = await Promise.allSettled([
    store.write('a', at('AAE=')),
    store.write('b', at('AAI=')),
    store.write('c', at('AAM=')),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  const again = await openOffsetFile('offsets.json', file);
  expect(await again.read('a')).toEqual([]);
  expect(await again.read('b')).toEqual(at('AAI='));
  expect(await again.read('c')).toEqual(at('AAM='));
});

test.each([
  ['an empty file', ''],
  ['a torn file', '{"orders": [{"partition": {"chan'],
  ['a list', '[]'],
  ['a null', 'null'],
  ['a connector without a list', '{"orders": {}}'],
  ['an entry without an offset', '{"orders": [{"partition": {}}]}'],
  ['an offset of null', '{"orders": [{"partition": {}, "offset": null}]}'],
])('%s is refused by name, with the mend, and is left as it is', async (_name, text) => {
  const path = join(folder, 'corrupt.json');
  writeFileSync(path, text);
  await expect(openOffsetFile(path)).rejects.toMatchObject({
    kind: 'config',
    code: 'offsets.corrupt',
    message: expect.stringContaining(`${path} is not a file of offsets`) as string,
    path: 'offset.storage.file.filename',
    suggestion: expect.stringContaining('Restore it from a backup') as string,
  });
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('a file that cannot be read is an error of configuration, not an empty store', async () => {
  await expect(openOffsetFile(folder)).rejects.toMatchObject({
    kind: 'config',
    code: 'offsets.file',
  });
});

test('a replaced file leaves nothing else behind, and one in a folder that is gone is what it was', async () => {
  const alone = mkdtempSync(join(folder, 'alone-'));
  const path = join(alone, 'offsets.json');
  await diskFiles.replace(path, 'old');
  await diskFiles.replace(path, 'new');
  expect(readdirSync(alone)).toEqual(['offsets.json']);
  expect(await diskFiles.read(path)).toBe('new');
  await expect(diskFiles.replace(join(alone, 'gone', 'x'), 'y')).rejects.toThrow('ENOENT');
  expect(await diskFiles.read(join(alone, 'gone', 'x'))).toBeUndefined();
});
