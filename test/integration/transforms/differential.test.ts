/**
 * Goal: Connect's transforms are Connect's: the same configuration and record give the same record or the same error.
 * Method: random cases, answered by Connect's own classes in one JVM. Seeds are fixed and in the names.
 */
import { expect, it } from 'vitest';
import { configKeys } from '../../../src/config/keys.ts';
import { PREDICATES, TRANSFORMS } from '../../../src/transforms/catalog.ts';
import { successes, transformDifferences } from '../../support/jvm-transforms/differential.ts';
import { askJvm } from '../../support/jvm-transforms/jvm.ts';
import { hasJvm } from '../../support/stack.ts';

const SEED = 43;
const RUNS = 300;

it.skipIf(!hasJvm)(`${RUNS} random cases (seed ${SEED}) end as on a JVM`, async () => {
  expect(successes(SEED, RUNS)).toBeGreaterThan(RUNS / 3);
  expect(await transformDifferences(SEED, RUNS)).toEqual([]);
});

it.skipIf(!hasJvm)('every property is defined as Connect defines it', async () => {
  const classes = [...TRANSFORMS, ...PREDICATES];
  const answers = await askJvm(
    classes.map((known) => ({ kind: 'definitions', class: known.class })),
  );
  const ours = classes.map((known) =>
    configKeys(known.config).map((key) => ({ ...key, dependents: undefined })),
  );
  expect(ours).toEqual(answers.map(({ keys }) => keys));
});
