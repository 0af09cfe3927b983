/**
 * Goal: the fuzz tests of the sandbox's REST API, CometD and gRPC, a minute each property; SOQL, CSV and logins have files of their own.
 * Method: the very tests of `npm test`, told to go on for a minute. `HEADWATER_SEED` repeats a run.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeEvidence } from '../support/evidence.ts';
import { seededRandom } from '../support/random.ts';

const root = join(import.meta.dirname, '../..');
const MINUTE_MS = 60_000;
const FILES = [
  'test/unit/sandbox/rest/fuzz.test.ts',
  'test/integration/sandbox/streaming/fuzz.test.ts',
  'test/integration/sandbox/pubsub/fuzz.test.ts',
];

function run(file: string, seed: number): Promise<number | null> {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', file], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, HEADWATER_FUZZ_MS: String(MINUTE_MS), HEADWATER_SEED: String(seed) },
  });
  return new Promise((resolve) => child.once('close', resolve));
}

test(
  'random requests, messages and frames are answered or refused',
  { timeout: 10 * MINUTE_MS },
  async () => {
    const { seed } = seededRandom();
    const begun = performance.now();
    const codes: (number | null)[] = [];
    for (const file of FILES) codes.push(await run(file, seed));
    const ok = codes.every((code) => code === 0);
    writeEvidence('fuzz', {
      what: 'Random REST requests, CometD messages and bodies, and gRPC messages were sent to the sandbox, a minute for each property. To pass, each is answered or refused in the protocol’s own form, none by an internal error, and all works as before afterwards.',
      seed,
      seconds: (performance.now() - begun) / 1_000,
      ok,
      counts: { files: FILES.length, failed: codes.filter((code) => code !== 0).length },
    });
    expect(ok).toBe(true);
  },
);
