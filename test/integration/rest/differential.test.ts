/**
 * Goal: whatever a client asks, our worker answers as Connect's. Method: the same random calls to a worker of Connect 4.3.1
 * on a JVM and to ours, each a group of its own on one broker; statuses, headers and bodies are compared, states once
 * both have settled. 2,000 calls: test/long/rest-differential.test.ts. `HEADWATER_SEED` chooses others.
 */
import { expect, test } from 'vitest';
import { resolveConnect } from '../../support/jvm-connect/jvm.ts';
import { seededRandom } from '../../support/random.ts';
import { differential } from '../../support/rest-differential/run.ts';
import { startPair } from '../../support/rest-differential/workers.ts';

const CALLS = 200;
/** Of this run; calls that nobody has looked at yet are for the long one. */
const SEED = Number(process.env['HEADWATER_SEED'] ?? 6);

const classPath = await resolveConnect();

test.skipIf(classPath === undefined)(
  `${CALLS} random calls are answered as Connect answers them (seed ${SEED})`,
  async () => {
    await using pair = await startPair(classPath ?? '');
    const outcome = await differential(pair, seededRandom(SEED), CALLS);
    expect(outcome.mismatches.join('\n\n')).toBe('');
    expect(outcome.calls).toBe(CALLS);
    expect(Object.keys(outcome.statuses).length).toBeGreaterThan(15);
  },
  120_000,
);
