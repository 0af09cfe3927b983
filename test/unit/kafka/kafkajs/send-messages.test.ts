/**
 * Goal: what one broker took and another didn't is sent until each partition is acked, wherever it has moved to meanwhile, with the
 * numbers it had (Invariants 1 and 5).
 * Method: kafkajs' cluster, transactions and retries in memory; every produce request is kept.
 */
import { expect, test } from 'vitest';
import { createSendMessages } from '../../../../src/kafka/kafkajs/send-messages.ts';
import type { Retrier, SendBroker } from '../../../../src/kafka/kafkajs/send-types.ts';

interface Sent {
  readonly node: string;
  readonly parts: readonly string[];
}

/** `leaders` of each partition; `refuse` decides what a broker does with a request. */
function setup(
  leaders: string[],
  refuse: (node: string) => Error | undefined,
  onRefresh: () => void = () => undefined,
  now: () => number = () => 0,
) {
  const sent: Sent[] = [];
  const sequences = new Map<number, number>();
  const broker = (node: string): SendBroker => ({
    produce: ({ topicData }) => {
      const entries = topicData.flatMap(({ partitions }) => partitions);
      sent.push({
        node,
        parts: entries.map(
          (each) => `${each.partition}@${each.firstSequence}:${each.messages.length}`,
        ),
      });
      const error = refuse(node);
      if (error !== undefined) return Promise.reject(error);
      return Promise.resolve({
        topics: [{ topicName: 't', partitions: entries.map(({ partition }) => ({ partition })) }],
      });
    },
  });
  const retrier: Retrier = async (run) => {
    let bailed: Error | undefined;
    for (let tries = 0; ; tries += 1) {
      try {
        const result = await run((error) => (bailed = error), tries, 0);
        if (bailed !== undefined) throw bailed;
        return result;
      } catch (error) {
        if (bailed !== undefined || tries === 5) throw error;
      }
    }
  };
  const send = createSendMessages(
    {
      logger: { error: () => undefined },
      partitioner: ({ message }) => (message as { partition: number }).partition,
      retrier,
      cluster: {
        addMultipleTargetTopics: () => Promise.resolve(),
        refreshMetadataIfNecessary: () => Promise.resolve(),
        refreshMetadata: () => Promise.resolve(onRefresh()),
        connect: () => Promise.resolve(),
        isConnected: () => true,
        removeBroker: () => undefined,
        findTopicPartitionMetadata: () => leaders.map(() => ({})),
        findLeaderForPartitions: (_topic, [partition = 0]) => {
          const leader = leaders[partition];
          return leader === undefined ? {} : { [leader]: [partition] };
        },
        findBroker: ({ nodeId }) => Promise.resolve(broker(nodeId)),
      },
      eosManager: {
        isTransactional: () => false,
        getTransactionalId: () => '',
        getProducerId: () => 1,
        getProducerEpoch: () => 0,
        addPartitionsToTransaction: () => Promise.resolve(),
        getSequence: (_topic, partition) => sequences.get(partition) ?? 0,
        updateSequence: (_topic, partition, by) => {
          sequences.set(partition, (sequences.get(partition) ?? 0) + by);
        },
        acquireBrokerLock: () => Promise.resolve(),
        releaseBrokerLock: () => undefined,
      },
    },
    now,
  );
  const batch = (...partitions: number[]) => ({
    acks: -1,
    timeout: 1,
    compression: 0,
    topicMessages: [{ topic: 't', messages: partitions.map((partition) => ({ partition })) }],
  });
  return { send, sent, batch };
}

const notLeader = (): Error =>
  Object.assign(new Error('not the leader'), { name: 'KafkaJSProtocolError', retriable: true });

test('a partition that moves to a broker that has answered already is sent to it', async () => {
  const leaders = ['A', 'B'];
  const moved = (): void => void leaders.splice(1, 1, 'A');
  const { send, sent, batch } = setup(
    leaders,
    (node) => (node === 'B' ? notLeader() : undefined),
    moved,
  );
  await send(batch(0, 1, 1));
  await send(batch(0, 1));
  expect(sent).toEqual([
    { node: 'A', parts: ['0@0:1'] },
    { node: 'B', parts: ['1@0:2'] },
    { node: 'A', parts: ['1@0:2'] },
    { node: 'A', parts: ['0@1:1', '1@2:1'] },
  ]);
});

test('a partition without a leader is waited for', async () => {
  const leaders = ['A', '-1'];
  const { send, sent, batch } = setup(
    leaders,
    () => undefined,
    () => leaders.splice(1, 1, 'B'),
  );
  await send(batch(0, 1));
  expect(sent).toEqual([
    { node: 'A', parts: ['0@0:1'] },
    { node: 'B', parts: ['1@0:1'] },
  ]);
});

test('what no other try mends is told at once', async () => {
  const tooLarge = Object.assign(new Error('too large'), { retriable: false });
  const { send, sent, batch } = setup(['A'], () => tooLarge);
  await expect(send(batch(0))).rejects.toBe(tooLarge);
  expect(sent).toHaveLength(1);
});

test('no try begins when another producer may have sent the batch by then (Invariant 5)', async () => {
  let time = 0;
  const away = notLeader();
  const later = (): void => void (time += 20_000);
  const { send, sent, batch } = setup(
    ['A'],
    () => away,
    later,
    () => time,
  );
  await expect(send(batch(0))).rejects.toBe(away);
  expect(sent).toHaveLength(2);
});
