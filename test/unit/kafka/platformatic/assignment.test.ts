/** Goal: a group's partitions are dealt out whole, each once, evenly, and alike by every leader. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  deal,
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../../../../src/kafka/platformatic/assignment.ts';

const topics = fc.uniqueArray(fc.constantFrom<string[]>('a', 'b', 'c', 'd'), { minLength: 1 });
const counts: fc.Arbitrary<ReadonlyMap<string, number>> = fc
  .array(fc.nat({ max: 7 }), { minLength: 4, maxLength: 4 })
  .map(
    (numbers) =>
      new Map<string, number>(['a', 'b', 'c', 'd'].map((topic, i) => [topic, numbers[i] ?? 0])),
  );

test('each partition goes to one member that subscribes to its topic', () => {
  const members = fc.uniqueArray(fc.record({ memberId: fc.uuid(), topics }), {
    selector: ({ memberId }) => memberId,
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(members, counts, (subscribers, partitions) => {
      const shares = deal(subscribers, partitions);
      const dealt = [...shares].flatMap(([, share]) =>
        share.map(({ topic, partition }) => `${topic}-${partition}`),
      );
      const wanted = new Set(subscribers.flatMap((each) => each.topics));
      const all = [...wanted].flatMap((topic) =>
        Array.from(
          { length: partitions.get(topic) ?? 0 },
          (_, partition) => `${topic}-${partition}`,
        ),
      );
      expect(dealt.toSorted()).toEqual(all.toSorted());
      for (const { memberId, topics: own } of subscribers) {
        expect(shares.get(memberId)?.every(({ topic }) => own.includes(topic))).toBe(true);
      }
      expect(deal(subscribers.toReversed(), partitions)).toEqual(shares);
    }),
  );
});

test('members that subscribe alike get alike, but for one partition', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), topics, counts, (size, own, partitions) => {
      const subscribers = Array.from({ length: size }, (_, i) => ({
        memberId: `${i}`,
        topics: own,
      }));
      const sizes = [...deal(subscribers, partitions).values()].map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test('what members tell one another comes back', () => {
  expect(decodeSubscription(encodeSubscription(['orders', 'ünï']))).toEqual(['orders', 'ünï']);
  const share = [
    { topic: 'orders', partition: 0 },
    { topic: 'orders', partition: 2 },
    { topic: 'ünï', partition: 1 },
  ];
  expect(decodeAssignment(encodeAssignment(share))).toEqual(share);
  expect(decodeAssignment(Buffer.alloc(0))).toEqual([]);
});
