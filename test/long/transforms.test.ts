/**
 * Goal: as test/integration/transforms and converters, with new cases each time.
 * Method: the same, 2,000 cases of each; `HEADWATER_SEED` repeats a run.
 */
import { expect, it } from 'vitest';
import { converterDifferences } from '../support/jvm-transforms/converters.ts';
import { transformDifferences } from '../support/jvm-transforms/differential.ts';
import { seededRandom } from '../support/random.ts';
import { hasJvm } from '../support/stack.ts';

const RUNS = 2000;

it.skipIf(!hasJvm)(`${RUNS} random transforms end as on a JVM`, async () => {
  const { seed } = seededRandom();
  console.log(`seed ${seed}`);
  expect(await transformDifferences(seed, RUNS)).toEqual([]);
});

it.skipIf(!hasJvm)(`${RUNS} random conversions end as on a JVM`, async () => {
  const { seed } = seededRandom();
  console.log(`seed ${seed}`);
  expect(await converterDifferences(seed, RUNS)).toEqual([]);
});
