/** Goal: a source that can't deliver as it is asked to is refused, in Connect's words. */
import { describe, expect, it } from 'vitest';
import { exactlyOnceFindings } from '../../../src/herder/exactly-once-findings.ts';
import type { SourceConnector } from '../../../src/sdk/index.ts';

const ENABLED = { 'group.id': 'g', 'exactly.once.source.support': 'ENABLED' };
const source = (more: Partial<SourceConnector> = {}): SourceConnector => ({
  plan: () => Promise.resolve([]),
  ...more,
});
const SUPPORTED = source({ exactlyOnceSupport: () => 'supported' });
const REQUIRED = { 'exactly.once.support': 'Required' };
const CONNECTOR = { 'transaction.boundary': 'connector' };

function messages(...given: Parameters<typeof exactlyOnceFindings>): readonly string[] {
  return exactlyOnceFindings(...given).map(({ path, message }) => `${path}: ${message}`);
}

describe('exactly.once.support', () => {
  it('requested asks nothing of a connector', () => {
    const properties = { 'exactly.once.support': 'requested' };
    expect(messages(source(), properties, {})).toEqual([]);
    expect(messages(source(), {}, ENABLED)).toEqual([]);
  });

  it('required is granted where worker and connector can', () => {
    expect(messages(SUPPORTED, REQUIRED, ENABLED)).toEqual([]);
  });

  it.each([[{ 'group.id': 'g' }], [{ ...ENABLED, 'exactly.once.source.support': 'preparing' }]])(
    'required is refused by a worker of %j',
    (worker) => {
      expect(messages(SUPPORTED, REQUIRED, worker)).toEqual([
        'exactly.once.support: This worker does not have exactly-once source support enabled.',
      ]);
    },
  );

  it('isn’t asked for by a standalone worker, which delivers at least once', () => {
    expect(messages(source(), { ...REQUIRED, ...CONNECTOR }, {})).toEqual([]);
  });

  it.each([
    ['unsupported', 'does not support exactly-once semantics with the provided configuration.'],
    [undefined, 'does not implement the API required for preflight validation'],
  ] as const)('required is refused of a connector that says %s', (answer, text) => {
    const connector =
      answer === undefined ? source() : source({ exactlyOnceSupport: () => answer });
    const [message, ...more] = messages(connector, REQUIRED, ENABLED);
    expect(message).toContain(text);
    expect(more).toEqual([]);
  });

  it('tells what a connector throws when it is asked', () => {
    const exactlyOnceSupport = (): never => {
      throw new Error('no idea');
    };
    expect(messages(source({ exactlyOnceSupport }), REQUIRED, ENABLED)).toEqual([
      'exactly.once.support: An unexpected error occurred during validation: no idea',
    ]);
  });
});

describe('transaction.boundary=connector', () => {
  it('is for connectors that say where their transactions end', () => {
    const able = source({ canDefineTransactionBoundaries: () => true });
    expect(messages(able, CONNECTOR, ENABLED)).toEqual([]);
    const refused =
      'transaction.boundary: The connector does not support connector-defined transaction boundaries with the given configuration. Please reconfigure it to use a different transaction boundary definition.';
    const unable = source({ canDefineTransactionBoundaries: () => false });
    expect(messages(unable, CONNECTOR, ENABLED)).toEqual([refused]);
    expect(messages(source(), CONNECTOR, ENABLED)).toEqual([refused]);
  });
});
