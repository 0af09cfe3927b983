/**
 * Goal: as `test/integration/sandbox/bulk/agreement.test.ts`, for longer: a minute of data of any kind.
 * Method: the same; what was found is written to docs/evidence/bulk.md. `HEADWATER_SEED` repeats a run.
 */
import { expect, test } from 'vitest';
import { fuzzData } from '../integration/sandbox/bulk/csv.ts';
import { startBulkOrg } from '../integration/sandbox/bulk/support.ts';
import { writeEvidence } from '../support/evidence.ts';
import { seededRandom } from '../support/random.ts';

const MINUTE_MS = 60_000;

test(
  'a minute of random data leaves every bulk job finished',
  { timeout: 3 * MINUTE_MS },
  async () => {
    const { seed } = seededRandom();
    const sandbox = await startBulkOrg({ maxJobs: 100 });
    const begun = performance.now();
    let counts: Record<string, number> = {};
    let ok = false;
    try {
      const options = { seed, numRuns: Infinity, interruptAfterTimeLimit: MINUTE_MS };
      counts = await fuzzData(sandbox, options);
      ok = (counts['JobComplete'] ?? 0) > 0 && (counts['Failed'] ?? 0) > 0;
    } finally {
      await sandbox.close();
      writeEvidence('bulk', {
        what: 'Random bytes, almost CSV and CSV of every dialect were uploaded for a minute, a job each. To pass, every job is finished, none by an internal error, and every row is told as done or failed.',
        seed,
        seconds: (performance.now() - begun) / 1_000,
        ok,
        counts,
      });
    }
    expect(ok).toBe(true);
  },
);
