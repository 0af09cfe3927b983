/** As test/integration/rest/differential.test.ts, 2,000 calls of a seed of their own. */
import { expect, test } from 'vitest';
import { writeEvidence } from '../support/evidence.ts';
import { resolveConnect } from '../support/jvm-connect/jvm.ts';
import { seededRandom } from '../support/random.ts';
import { differential } from '../support/rest-differential/run.ts';
import { startPair } from '../support/rest-differential/workers.ts';

const CALLS = 2_000;
const classPath = await resolveConnect();

test.skipIf(classPath === undefined)(
  `${CALLS} random calls are answered as Connect answers them`,
  async () => {
    const random = seededRandom();
    const started = performance.now();
    await using pair = await startPair(classPath ?? '');
    const outcome = await differential(pair, random, CALLS);
    const { calls, mismatches, reasons, statuses } = outcome;
    const ok = mismatches.length === 0 && calls === CALLS;
    const explained = [...reasons.values()].reduce((sum, count) => sum + count, 0);
    writeEvidence('rest-differential', {
      what: 'The same random REST calls were made to a worker of Connect 4.3.1 and to ours, each a group of its own on one broker. To pass, statuses, headers and bodies are the same, but for the reasons that docs/connect-parity.md lists (explained: how often one of them was met).',
      seed: random.seed,
      seconds: (performance.now() - started) / 1_000,
      ok,
      counts: { calls, explained, mismatches: mismatches.length, ...statuses },
    });
    expect(outcome.mismatches.join('\n\n'), `HEADWATER_SEED=${random.seed}`).toBe('');
    expect(outcome.calls).toBe(CALLS);
  },
);
