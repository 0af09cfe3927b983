/**
 * Goal: as test/integration/transforms and converters, with new cases each time.
 * Method: the same, 2,000 cases of each; what was found is written to docs/evidence/connect-classes.md. `HEADWATER_SEED` repeats a run.
 */
import { expect, it } from 'vitest';
import { writeEvidence } from '../support/evidence.ts';
import { converterDifferences } from '../support/jvm-transforms/converters.ts';
import { transformDifferences } from '../support/jvm-transforms/differential.ts';
import { seededRandom } from '../support/random.ts';
import { hasJvm } from '../support/stack.ts';

const RUNS = 2000;

it.skipIf(!hasJvm)('random transforms and conversions end as on a JVM', async () => {
  const { seed } = seededRandom();
  console.log(`seed ${seed}`);
  const begun = performance.now();
  const found = [
    ...(await transformDifferences(seed, RUNS)),
    ...(await converterDifferences(seed, RUNS)),
  ];
  writeEvidence('connect-classes', {
    what: "Random records and configurations were given to Connect 4.3.1's own transforms, predicates and converters on a JVM, and to ours. To pass, results and messages are the same but for what docs/connect-parity.md lists.",
    seed,
    seconds: (performance.now() - begun) / 1000,
    ok: found.length === 0,
    counts: { transforms: RUNS, conversions: RUNS, differences: found.length },
  });
  expect(found).toEqual([]);
});
