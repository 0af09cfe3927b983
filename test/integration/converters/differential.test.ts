/**
 * Goal: Connect's converters are Connect's: the same value gives the same bytes, the same bytes the same value.
 * Method: random cases, answered by Connect's own classes in one JVM. Seeds are fixed and in the names.
 */
import { expect, it } from 'vitest';
import { configKeys } from '../../../src/config/keys.ts';
import { CONVERTERS } from '../../../src/converters/catalog.ts';
import { converterDifferences } from '../../support/jvm-transforms/converters.ts';
import { askJvm } from '../../support/jvm-transforms/jvm.ts';
import { hasJvm } from '../../support/stack.ts';

const SEED = 44;
const RUNS = 300;

it.skipIf(!hasJvm)(`${RUNS} random cases (seed ${SEED}) end as on a JVM`, async () => {
  expect(await converterDifferences(SEED, RUNS)).toEqual([]);
});

it.skipIf(!hasJvm)('every property is defined as Connect defines it', async () => {
  const classes = CONVERTERS.filter((known) => known.class.startsWith('org.apache.kafka'));
  const answers = await askJvm(
    classes.map((known) => ({ kind: 'definitions', class: known.class })),
  );
  const ours = classes.map((known) =>
    configKeys(known.config).map((key) => ({ ...key, dependents: undefined })),
  );
  expect(ours).toEqual(answers.map(({ keys }) => keys));
});
