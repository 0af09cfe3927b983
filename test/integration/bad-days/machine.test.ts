/**
 * Goal: what the worker's own machine does to it is one clear sentence, and no position is lost.
 * Method: a real worker, its offset file on a disk that is full and then damaged; a project with a slip of the pen.
 */
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { files, headwater } from '../../support/headwater-process.ts';
import { Site } from '../../support/site.ts';

const FULL = '/dev/full';
/** More than one flush (1 s), and a try again. */
const A_WHILE_MS = 2_500;

let site: Site;
let offsets: string;

beforeAll(async () => {
  site = await Site.open();
  offsets = site.make.offsetsFile;
  await site.put(site.make.source('shop'));
  await site.until('shop', 'RUNNING');
});
afterAll(() => site[Symbol.asyncDispose]());

function create(Name: string): Promise<string> {
  return site.line.org.create('Account', { Name });
}

test.skipIf(!existsSync(FULL))(
  'a full disk under the offset file is told for as long as it lasts, and the old positions stand',
  async () => {
    await create('before');
    await eventually(
      () => readFileSync(offsets, 'utf8'),
      (text) => text.includes('commitTimestamp'),
    );
    const before = readFileSync(offsets, 'utf8');
    // Where the next version of the file is written, before it takes the old one's place.
    symlinkSync(FULL, `${offsets}.new`);
    await create('full');
    const why = `Offsets can't be written to ${offsets}: ENOSPC: no space left on device, write. Make room or mend the folder.`;
    expect((await site.until('shop', 'RESTARTING')).why).toBe(why);
    // Invariant 10: records go on, and the trouble isn't painted over by them.
    const until = performance.now() + A_WHILE_MS;
    for (let i = 1; performance.now() < until; i++) {
      await create(`full ${i}`);
      expect(await site.seen('shop')).toEqual({ state: 'RESTARTING', why });
    }
    expect(readFileSync(offsets, 'utf8')).toBe(before);

    rmSync(`${offsets}.new`);
    await site.until('shop', 'RUNNING');
    await eventually(
      () => readFileSync(offsets, 'utf8'),
      (text) => text !== before,
    );
  },
);

test('a damaged offset file ends the worker with 2 and is left alone; restored, nothing is skipped', async () => {
  await create('early');
  await eventually(
    () => site.names('shop', 1),
    (names) => names.includes('early'),
  );
  await site.line.stop();
  const whole = readFileSync(offsets, 'utf8');
  const torn = whole.slice(0, whole.length / 2);
  writeFileSync(offsets, torn);
  await create('late');

  await using worker = headwater(['worker', join(dirname(offsets), 'worker.properties')]);
  expect(await worker.exited).toBe(2);
  const said = worker
    .stderr()
    .split('\n')
    .filter((line) => line.startsWith('headwater worker: '));
  expect(said).toEqual([
    expect.stringMatching(
      /offsets\.json is not a file of offsets: .+ Restore it from a backup, or move it away and set the positions by PATCH \/connectors\/<name>\/offsets\.$/,
    ),
  ]);
  expect(readFileSync(offsets, 'utf8')).toBe(torn);

  writeFileSync(offsets, whole);
  await site.start();
  await site.put(site.make.source('shop'));
  await eventually(
    () => site.names('shop', 1),
    (names) => names.at(-1) === 'late',
  );
});

test('a Salesforce project with a slip of the pen ends the sandbox with 2, file and line', async () => {
  const { 'sfdx-project.json': project = '' } = files({
    'sfdx-project.json': '{\n  "packageDirectories": [{ "path": "force-app" }\n}\n',
  });
  await using sandbox = headwater(['sandbox', '--project', dirname(project)]);
  expect(await sandbox.exited).toBe(2);
  expect(sandbox.stderr()).toMatch(
    new RegExp(`^headwater sandbox: ${project}:3: Expected ',' or '\\]' after array element.*\\n$`),
  );
  expect(sandbox.stdout()).toBe('');
});
