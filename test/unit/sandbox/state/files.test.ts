import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StateFiles } from '../../../../sandbox/salesforce/state/files.ts';

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-files-'));
  lock = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const locked = { code: 'sandbox.state.locked', kind: 'config' };

test('a folder is for one at a time, in one process too', () => {
  const files = new StateFiles(folder);
  files.lock();
  expect(() => new StateFiles(folder).lock()).toThrow(expect.objectContaining(locked) as Error);
  files.unlock();
  expect(() => new StateFiles(folder).lock()).not.toThrow();
});

test('a process that lives has it, by its number alone where nothing else is known', () => {
  writeFileSync(lock, String(process.ppid));
  expect(() => new StateFiles(folder).lock()).toThrow(`in use by process ${process.ppid}.`);
});

test('the number of a killed process that another has now is no lock, our own neither', () => {
  for (const pid of [process.ppid, process.pid]) {
    writeFileSync(lock, `${pid} another start`);
    new StateFiles(folder).lock();
    expect(readFileSync(lock, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
    rmSync(lock);
  }
});

test.each(['', 'garbage', '999999999 1'])('a lock that says "%s" is nobody\'s', (text) => {
  writeFileSync(lock, text);
  expect(() => new StateFiles(folder).lock()).not.toThrow();
});
