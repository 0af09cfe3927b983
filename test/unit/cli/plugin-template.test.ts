/** Goal: `headwater plugins new` writes a package under the given name, and over nothing that is there. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newPlugin } from '../../../src/cli/plugin-template.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-new-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('names the package, its classes and its topic, and leaves no placeholder', async () => {
  const place = join(folder, 'mine');
  const files = await newPlugin('@acme/drop-folder2', place);
  expect(files).toContain('test/conformance.test.js');
  const texts = files.map((file) => readFileSync(join(place, file), 'utf8')).join('\n');
  expect(texts).toContain('"name": "@acme/drop-folder2"');
  expect(texts).toContain("class: 'DropFolder2Source'");
  expect(texts).toContain('topic=drop-folder2');
  expect(texts).not.toMatch(/__[A-Z]+__/);
});

it.each(['', 'Drop', '../drop', '7days', '@acme/', 'a b'])('refuses the name %j', async (name) => {
  await expect(newPlugin(name, join(folder, 'mine'))).rejects.toThrow('is no name of a package');
});

it('writes over nothing', async () => {
  await expect(newPlugin('drop', folder)).rejects.toThrow('is there already');
});
