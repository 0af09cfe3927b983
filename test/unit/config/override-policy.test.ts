/** Goal: which client properties connectors may set is Connect's, in its words. */
import { describe, expect, test } from 'vitest';
import { overrideFindings, policyProblem } from '../../../src/config/override-policy.ts';

const CONNECTOR = {
  'producer.override.compression.type': 'gzip',
  'consumer.override.sasl.jaas.config': 'x',
  'admin.override.client.id': 'y',
  'tasks.max': '1',
};
const POLICY = 'connector.client.config.override.policy';
const forbidden = (worker: Record<string, string>): readonly string[] =>
  overrideFindings(CONNECTOR, worker).map(({ path }) => path);

describe('a policy', () => {
  test.each([
    ['All', []],
    ['None', Object.keys(CONNECTOR).slice(0, 3)],
    ['Principal', ['producer.override.compression.type', 'admin.override.client.id']],
    ['Allowlist', ['consumer.override.sasl.jaas.config', 'admin.override.client.id']],
    [
      'org.apache.kafka.connect.connector.policy.NoneConnectorClientConfigOverridePolicy',
      Object.keys(CONNECTOR).slice(0, 3),
    ],
  ])('%s forbids %j', (policy, expected) => {
    const allowlist = 'linger.ms, compression.type';
    const worker = { [POLICY]: policy, 'connector.client.config.override.allowlist': allowlist };
    expect(forbidden(worker)).toEqual(expected);
  });

  test('without a list allows nothing, without a policy everything', () => {
    expect(forbidden({ [POLICY]: 'Allowlist' })).toHaveLength(3);
    expect(forbidden({})).toEqual([]);
  });

  test("says so in Connect's words", () => {
    const [finding] = overrideFindings(CONNECTOR, { [POLICY]: 'None' });
    expect(finding?.message).toBe(
      "The 'None' policy does not allow 'compression.type' to be overridden in the connector configuration.",
    );
  });

  test('that is none is refused', () => {
    expect(policyProblem('Some')).toBe('must be one of All, None, Principal, Allowlist');
    expect(policyProblem('Allowlist')).toBeUndefined();
  });
});
