/**
 * Goal: as `test/integration/sandbox/state/kill.test.ts`, with 50 kills (or as many as `HEADWATER_KILLS` says).
 * Method: the same; what was found is written to docs/evidence/state-kill.md. `HEADWATER_SEED` repeats a run.
 */
import { expect, test } from 'vitest';
import { writeEvidence } from '../support/evidence.ts';
import { seededRandom } from '../support/random.ts';
import { stateKillProof } from '../support/state-kill-proof.ts';

const KILLS = Number(process.env['HEADWATER_KILLS'] ?? 50);

test(
  `${KILLS} kills of the sandbox lose nothing that was answered`,
  { timeout: 1_200_000 },
  async () => {
    const random = seededRandom();
    console.log(`HEADWATER_SEED=${random.seed}`);
    const begun = performance.now();
    const { wrong, ...counts } = await stateKillProof(KILLS, random);
    writeEvidence('state-kill', {
      what: `A sandbox that keeps its org was killed (kill -9) ${KILLS} times under eight writers, with a snapshot every 40 kB. To pass, every answered write is in the org, the events of a subscriber that went on from its last position make the same records, positions only rise, and sessions that were opened are live.`,
      seed: random.seed,
      seconds: (performance.now() - begun) / 1_000,
      ok: wrong.length === 0,
      counts: { ...counts },
    });
    expect(wrong).toEqual([]);
  },
);
