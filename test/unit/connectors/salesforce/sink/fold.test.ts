/** Goal: a folded batch leaves the target as its changes one by one would, in fewer writes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TargetChange } from '../../../../../connectors/salesforce/sink/change.ts';
import { foldChanges } from '../../../../../connectors/salesforce/sink/fold.ts';
import { bare } from '../../../../support/change.ts';

type Org = Map<string, Record<string, unknown>>;

function apply(org: Org, change: TargetChange): void {
  const key = change.key ?? `loose ${change.records[0]?.kafkaOffset}`;
  if (change.kind === 'delete') org.delete(key);
  else org.set(key, { ...org.get(key), ...change.values });
}

const changes = fc
  .array(
    fc.record({
      kind: fc.constantFrom('write' as const, 'write' as const, 'delete' as const),
      key: fc.constantFrom('a', 'b', 'c'),
      keyless: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      values: fc.dictionary(
        fc.constantFrom('Name', 'Phone', 'Fax'),
        fc.constantFrom('x', 'y', null),
        { maxKeys: 3 },
      ),
    }),
    { maxLength: 30 },
  )
  .map((specs): readonly TargetChange[] =>
    specs.map(({ kind, key, keyless, values }, i) => ({
      kind: keyless ? 'write' : kind,
      key: keyless ? undefined : key,
      values: kind === 'delete' && !keyless ? {} : values,
      records: [bare('org.Account', BigInt(i))],
    })),
  );

test('phases leave what one by one leaves, in whatever order each is sent', () => {
  fc.assert(
    fc.property(changes, fc.boolean(), (all, backwards) => {
      const wanted: Org = new Map();
      for (const change of all) apply(wanted, change);
      const folded: Org = new Map();
      for (const phase of foldChanges(all)) {
        for (const change of backwards ? phase.toReversed() : phase) apply(folded, change);
      }
      expect(folded).toEqual(wanted);
    }),
  );
});

test('each target is once in a phase, and each record is once in all, in order per target', () => {
  fc.assert(
    fc.property(changes, (all) => {
      const phases = foldChanges(all);
      for (const phase of phases) {
        const keys = phase.flatMap(({ key }) => key ?? []);
        expect(new Set(keys).size).toBe(keys.length);
      }
      const offsets = (list: readonly TargetChange[], key: string | undefined): bigint[] =>
        list
          .filter((change) => change.key === key)
          .flatMap(({ records }) => records.map((record) => record.kafkaOffset));
      for (const key of ['a', 'b', 'c', undefined]) {
        expect(offsets(phases.flat(), key)).toEqual(offsets(all, key));
      }
    }),
  );
});

test('a hundred updates of one record are one write', () => {
  const updates = Array.from({ length: 100 }, (_, i) => ({
    kind: 'write' as const,
    key: 'a',
    values: { Phone: `${i}` },
    records: [bare('org.Account', BigInt(i))],
  }));
  expect(foldChanges(updates)).toEqual([[expect.objectContaining({ values: { Phone: '99' } })]]);
});
