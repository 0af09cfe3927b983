/** Goal: a batch is cut into transactions where the boundary says, and nowhere else; nothing of it is lost or changes its order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutRecord } from '../../../src/kafka/port.ts';
import {
  boundaryOf,
  segmentsOf,
  type Prepared,
  type Segment,
} from '../../../src/runtime/transaction-segments.ts';
import { position } from './source-harness.ts';

const out = (n: number): OutRecord => ({
  topic: 't',
  key: null,
  value: Buffer.from(String(n)),
  headers: [],
});
const batch = (size: number): readonly Prepared[] =>
  Array.from({ length: size }, (_, n) => ({ out: out(n), position: position(n) }));
const shape = (segments: readonly Segment[]): readonly string[] =>
  segments.map(({ records, positions, end }) => `${records.length}/${positions.length} ${end}`);

describe('the boundary', () => {
  it.each([
    [{}, {}, { kind: 'poll' }],
    [{ 'transaction.boundary': 'Poll' }, {}, { kind: 'poll' }],
    [{ 'transaction.boundary': 'CONNECTOR' }, {}, { kind: 'connector' }],
    [{ 'transaction.boundary': 'interval' }, {}, { kind: 'interval', everyMs: 60_000 }],
    [
      { 'transaction.boundary': 'interval' },
      { 'offset.flush.interval.ms': '250' },
      { kind: 'interval', everyMs: 250 },
    ],
    [
      { 'transaction.boundary': 'interval', 'transaction.boundary.interval.ms': '10' },
      { 'offset.flush.interval.ms': '250' },
      { kind: 'interval', everyMs: 10 },
    ],
  ])('of %j, with a worker of %j, is %j', (connector, worker, expected) => {
    expect(boundaryOf(connector, worker)).toEqual(expected);
  });
});

describe('segments', () => {
  it('are one transaction for a poll, an open one for an interval, and what the connector says', () => {
    const ends = [{ after: 2, how: 'abort' as const }];
    const of = (kind: 'poll' | 'connector'): readonly string[] =>
      shape(segmentsOf({ kind }, batch(3), [position(9)], ends));
    expect(of('poll')).toEqual(['3/4 commit']);
    expect(shape(segmentsOf({ kind: 'interval', everyMs: 1 }, batch(3), [], ends))).toEqual([
      '3/3 go-on',
    ]);
    expect(of('connector')).toEqual(['2/2 abort', '1/2 go-on']);
  });

  it('of an end after all records have the bare positions, too', () => {
    const ends = [{ after: 2, how: 'commit' as const }];
    const segments = segmentsOf({ kind: 'connector' }, batch(2), [position(9)], ends);
    expect(shape(segments)).toEqual(['2/3 commit']);
  });

  it('are none of an empty batch, unless it ends a transaction', () => {
    expect(segmentsOf({ kind: 'poll' }, [], [])).toEqual([]);
    const ends = [{ after: 0, how: 'commit' as const }];
    expect(shape(segmentsOf({ kind: 'connector' }, [], [], ends))).toEqual(['0/0 commit']);
  });

  it.each([[-1], [4], [1.5]])('can’t end after record %d of three', (after) => {
    const ends = [{ after, how: 'commit' as const }];
    expect(() => segmentsOf({ kind: 'connector' }, batch(3), [], ends)).toThrow(
      `ends a transaction after record ${after} of a batch of 3`,
    );
  });

  it('hold every record and position once and in order, wherever transactions end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { maxLength: 12 }),
        fc.array(fc.tuple(fc.nat(12), fc.boolean()), { maxLength: 4 }),
        (kept, cuts) => {
          const prepared = kept.map((isKept, n) => ({
            out: isKept ? out(n) : undefined,
            position: position(n),
          }));
          const ends = cuts
            .map(([after, isCommit]) => ({
              after: Math.min(after, kept.length),
              how: isCommit ? ('commit' as const) : ('abort' as const),
            }))
            .toSorted((a, b) => a.after - b.after);
          const segments = segmentsOf({ kind: 'connector' }, prepared, [position(99)], ends);
          expect(segments.flatMap(({ records }) => records)).toEqual(
            prepared.flatMap(({ out: record }) => (record === undefined ? [] : [record])),
          );
          const positions = segments.flatMap((each) => each.positions);
          expect(positions.filter(({ offset }) => offset['n'] !== 99)).toEqual(
            prepared.map((each) => each.position),
          );
          expect(segments.filter(({ end }) => end !== 'go-on')).toHaveLength(ends.length);
        },
      ),
    );
  });
});
