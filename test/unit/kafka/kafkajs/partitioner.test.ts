import type { Message, PartitionMetadata } from 'kafkajs';
import { expect, test } from 'vitest';
import { stickyPartitioner } from '../../../../src/kafka/kafkajs/partitioner.ts';

const partitionMetadata: PartitionMetadata[] = Array.from({ length: 5 }, (_, partitionId) => ({
  partitionId,
  partitionErrorCode: 0,
  leader: 1,
  replicas: [1],
  isr: [1],
}));

test('a record without a key stays where it was put when the batch is tried again', () => {
  const pick = stickyPartitioner();
  const messages: Message[] = Array.from({ length: 5 }, () => ({ key: null, value: 'v' }));
  const place = (): number[] =>
    messages.map((message) => pick({ topic: 't', partitionMetadata, message }));
  const first = place();
  expect(new Set(first).size).toBe(5);
  expect(place()).toEqual(first);
});
