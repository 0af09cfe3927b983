/**
 * Goal: both Kafka clients agree on which partitions came and went, and on where those that came are read from.
 * Method: the functions that they share, over a log whose ends are given.
 */
import { expect, test } from 'vitest';
import type { KafkaAdmin } from '../../../src/kafka/port.ts';
import { reassigned, storedPositions } from '../../../src/kafka/positions.ts';

const at = (partition: number): { topic: string; partition: number } => ({ topic: 't', partition });
const position = (partition: number, offset: bigint) => ({ ...at(partition), offset });
/** Each partition holds the offsets 10 to 20. */
const admin = {
  offsets: () =>
    Promise.resolve([0, 1, 2].map((partition) => ({ partition, low: 10n, high: 20n }))),
} as unknown as KafkaAdmin;

test('a partition that stays neither came nor went', () => {
  expect(reassigned([at(0), at(1)], [at(1), at(2)])).toEqual({ gained: [at(2)], lost: [at(0)] });
});

test('the target goes before the group, and what neither knows is missing', async () => {
  const group = [position(0, 11n), position(1, 12n)];
  const stored = await storedPositions(admin, [at(0), at(1), at(2)], group, [position(1, 15n)]);
  expect([...stored.values()]).toEqual([position(0, 11n), position(1, 15n)]);
});

test('only partitions that came are held against their logs', async () => {
  const group = [position(0, 3n), position(1, 12n)];
  await expect(storedPositions(admin, [at(1)], group, [])).resolves.toHaveProperty('size', 1);
  await expect(storedPositions(admin, [at(0)], group, [])).rejects.toMatchObject({
    code: 'kafka.position_lost',
  });
});
