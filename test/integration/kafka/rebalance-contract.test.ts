/**
 * Goal: the members of a consumer group share its partitions, hand them over where they stand, and may be on different clients.
 * Method: one suite for each pair of clients, on a real broker.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { KAFKA_CLIENTS } from '../../../src/config/worker.ts';
import type { TopicPartition } from '../../../src/data/record.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { openKafka } from '../../../src/kafka/clients.ts';
import type { GroupKafka, KafkaConsumer } from '../../../src/kafka/port.ts';
import { eventually } from '../../support/eventually.ts';

const PARTITIONS = 4;
const pairs = KAFKA_CLIENTS.flatMap((a) => KAFKA_CLIENTS.map((b) => [a, b] as const));
const { signal } = new AbortController();

async function open(client: string): Promise<GroupKafka> {
  const brokers = process.env['KAFKA_BROKERS'] ?? '';
  const properties = { 'bootstrap.servers': brokers, 'kafka.client': client };
  return await openKafka(properties, silentLog, systemClock);
}

describe.each(pairs)('%s, joined by %s', (first, second) => {
  test('shares, hands over what was committed, and takes everything back', async () => {
    await using one = await open(first);
    await using two = await open(second);
    const topic = `rebalance-${randomUUID()}`;
    await one.admin.createTopic({
      topic,
      partitions: PARTITIONS,
      replicationFactor: -1,
      config: {},
    });
    const write = async (values: readonly string[]): Promise<void> => {
      await using producer = await one.producer({ clientId: 'contract' });
      await producer.send(
        values.flatMap((value) =>
          Array.from({ length: PARTITIONS }, (_, partition) => ({
            topic,
            partition,
            key: null,
            value: Buffer.from(value),
            headers: [],
          })),
        ),
      );
    };
    const revoked: TopicPartition[] = [];
    const join = (kafka: GroupKafka): Promise<KafkaConsumer> =>
      kafka.consumer({
        groupId: `group-${topic}`,
        clientId: 'contract',
        topics: [topic],
        autoOffsetReset: 'earliest',
        onAssigned: () => Promise.resolve([]),
        onRevoked: (lost) => {
          revoked.push(...lost);
          return Promise.resolve();
        },
      });
    const seen: string[] = [];
    const take = async (consumer: KafkaConsumer): Promise<void> => {
      const records = await consumer.poll(
        100,
        0,
        AbortSignal.any([signal, AbortSignal.timeout(50)]),
      );
      for (const { partition, offset } of records) seen.push(`${partition}:${offset}`);
      const next = records.map((each) => ({ ...at(each), offset: each.offset + 1n }));
      await consumer.commit(next).catch(() => undefined);
    };
    const at = ({ partition }: TopicPartition): TopicPartition => ({ topic, partition });
    const owned = (...consumers: KafkaConsumer[]): number[] =>
      consumers.map((consumer) => consumer.assignment().length);

    await write(['a']);
    const staying = await join(one);
    await eventually(
      () => take(staying),
      () => seen.length >= PARTITIONS,
    );
    {
      await using joining = await join(two);
      await eventually(
        () => take(staying),
        () => owned(staying, joining).every((count) => count === PARTITIONS / 2),
      );
      expect(revoked).toHaveLength(PARTITIONS / 2);
      await write(['b']);
      await eventually(
        async () => {
          await take(staying);
          await take(joining);
        },
        () => seen.length >= 2 * PARTITIONS,
      );
    }
    await eventually(
      () => take(staying),
      () => owned(staying)[0] === PARTITIONS,
    );
    await write(['c']);
    await eventually(
      () => take(staying),
      () => seen.length >= 3 * PARTITIONS,
    );
    await staying[Symbol.asyncDispose]();
    const each = [0, 1, 2].flatMap((offset) =>
      Array.from({ length: PARTITIONS }, (_, partition) => `${partition}:${offset}`),
    );
    expect(seen.toSorted()).toEqual(each.toSorted());
  });
});
