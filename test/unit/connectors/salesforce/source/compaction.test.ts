/** Goal: topic creation can't ask for compaction of deltas. */
import { expect, test } from 'vitest';
import { compactionFindings } from '../../../../../connectors/salesforce/source/compaction.ts';
import { sourceConfig } from '../../../../../connectors/salesforce/source/config.ts';
import { Config } from '../../../../../src/config/config.ts';

const pathsOf = (properties: Record<string, string>): readonly string[] =>
  compactionFindings(new Config(sourceConfig, properties)).map(({ path }) => path);

test.each([
  ['topic.creation.default.cleanup.policy', 'compact', true],
  ['topic.creation.facts.cleanup.policy', 'delete,compact', true],
  ['topic.creation.default.cleanup.policy', 'delete', false],
  ['topic.creation.default.retention.ms', '1', false],
  ['transforms.compact.cleanup.policy', 'compact', false],
])('%s=%s is refused: %s', (name, value, isRefused) => {
  expect(pathsOf({ [name]: value })).toEqual(isRefused ? [name] : []);
});
