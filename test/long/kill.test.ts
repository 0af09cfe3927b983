/**
 * Goal: as `test/integration/e2e/kill.test.ts`, with 200 kills (or as many as `HEADWATER_KILLS` says).
 * Method: the same; what was found is written to docs/evidence/kill.md. `HEADWATER_SEED` repeats a run.
 */
import { expect, test } from 'vitest';
import { writeEvidence } from '../support/evidence.ts';
import { killProof } from '../support/kill-proof.ts';
import { seededRandom } from '../support/random.ts';

const KILLS = Number(process.env['HEADWATER_KILLS'] ?? 200);

test(`${KILLS} kills under load lose nothing`, async () => {
  const random = seededRandom();
  console.log(`HEADWATER_SEED=${random.seed}`);
  const begun = performance.now();
  const { missing, misordered, invented, differences, ...counts } = await killProof(KILLS, random);
  const wrong = [...missing, ...misordered, ...invented, ...differences];
  writeEvidence('kill', {
    what: `The worker was killed (kill -9) ${KILLS} times under about 200 writes a second. To pass, every committed change is on its topic, in its record's order, and DuckDB equals the org field by field.`,
    seed: random.seed,
    seconds: (performance.now() - begun) / 1_000,
    ok: wrong.length === 0,
    counts: { ...counts, wrong: wrong.length },
  });
  expect(wrong).toEqual([]);
});
