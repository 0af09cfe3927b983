/**
 * Goal: what was acknowledged is read back whole, whatever a kill left behind it.
 * Method: files in a temporary folder; cut at every byte, as a kill would.
 */
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CommitLog } from '../../../../sandbox/salesforce/state/commit-log.ts';
import { readFrames } from '../../../../sandbox/salesforce/state/frames.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-log-'));
  path = join(folder, 'log-1');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = (words: string): Buffer[] => [Buffer.from(words)];
const frames = (file: string): string[] => [...readFrames(file)].map((body) => body.toString());

test('what is added in one moment is one frame, and read back in order', async () => {
  const log = await CommitLog.create(path);
  const first = log.add(text('a'));
  const second = log.add(text('b'));
  await Promise.all([first, second]);
  await log.add(text('c'));
  expect(frames(path)).toEqual(['ab', 'c']);
  await log.close();
});

test('settled waits for what was added, and for nothing that comes later', async () => {
  const log = await CommitLog.create(path);
  void log.add(text('a'));
  await log.settled();
  expect(frames(path)).toEqual(['a']);
  await expect(log.settled()).resolves.toBeUndefined();
  await log.close();
});

test('a file that is cut at any byte has the frames that were whole', async () => {
  const log = await CommitLog.create(path);
  await log.add(text('first'));
  const whole = log.bytes;
  await log.add(text('second'));
  const bytes = readFileSync(path);
  for (let size = 0; size < bytes.length; size++) {
    writeFileSync(path, bytes);
    truncateSync(path, size);
    expect(frames(path)).toEqual(size < whole ? [] : ['first']);
  }
  await log.close();
});

test('a frame with a wrong bit, or of nothing, ends the file', async () => {
  const log = await CommitLog.create(path);
  await log.add(text('good'));
  await log.add(text('bad'));
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  writeFileSync(path, bytes);
  expect(frames(path)).toEqual(['good']);
  truncateSync(path, 8 + 'good'.length);
  appendFileSync(path, Buffer.alloc(64));
  expect(frames(path)).toEqual(['good']);
  await log.close();
});

test('a rotation divides what was before its capture from what came later', async () => {
  const log = await CommitLog.create(path);
  const following = join(folder, 'log-2');
  let seen = '';
  const pieces: string[] = ['a'];
  void log.add(text('a'));
  const rotated = log.rotate(following, () => (seen = pieces.join('')));
  pieces.push('b');
  void log.add(text('b'));
  await rotated;
  await log.add(text('c'));
  expect(seen).toBe('ab');
  expect(frames(path)).toEqual(['ab']);
  expect(frames(following)).toEqual(['c']);
  await log.close();
});

test('after a write that fails nothing is acknowledged any more', async () => {
  const log = await CommitLog.create(path);
  await log.close();
  await expect(log.add(text('lost'))).rejects.toMatchObject({ code: 'sandbox.state.write' });
  await expect(log.add(text('too'))).rejects.toMatchObject({ code: 'sandbox.state.write' });
  await expect(log.settled()).rejects.toMatchObject({ code: 'sandbox.state.write' });
});
