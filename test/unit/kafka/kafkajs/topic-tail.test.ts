/**
 * Goal: a call that kafkajs never ends is given up, and the topic read on over new connections (Invariant 8); an answer that comes
 * after its partition was asked for again leaves out nothing (Invariant 3).
 */
import { expect, test } from 'vitest';
import type { RawRecord } from '../../../../src/data/record.ts';
import type { Broker, Cluster } from '../../../../src/kafka/kafkajs/cluster.ts';
import type { Kafka } from '../../../../src/kafka/kafkajs/kafkajs.ts';
import { KafkaJsTopicTail } from '../../../../src/kafka/kafkajs/topic-tail.ts';
import type { KafkaAdmin } from '../../../../src/kafka/port.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const never = new Promise<never>(() => undefined);
const END = '5';

/** Of one partition with a log of markers alone; `hang` makes every call wait for ever. */
function cluster(state: { hangs: boolean }): Cluster {
  const answer = <T>(value: T): Promise<T> => (state.hangs ? never : Promise.resolve(value));
  const broker = {
    listOffsets: () => answer({ responses: [{ partitions: [{ partition: 0, offset: END }] }] }),
    fetch: () =>
      answer({
        responses: [
          {
            topicName: 't',
            partitions: [{ partition: 0, highWatermark: END, lastStableOffset: END, messages: [] }],
          },
        ],
      }),
  };
  return {
    connect: () => Promise.resolve(),
    disconnect: () => answer(undefined),
    refreshMetadata: () => Promise.resolve(),
    addTargetTopic: () => Promise.resolve(),
    findBroker: () => Promise.resolve(broker as unknown as Broker),
    findGroupCoordinator: () => never,
    findLeaderForPartitions: () => ({ 1: [0] }),
  };
}

test('what hangs is given up, and read over other connections', async () => {
  const clock = new ManualClock();
  const states = [{ hangs: false }, { hangs: false }];
  let made = 0;
  const kafka = {
    [Symbol('private:Kafka:createCluster')]: () => cluster(states[made++] ?? { hangs: true }),
  } as unknown as Kafka;
  const offsets = () => Promise.resolve([{ partition: 0, low: 0n, high: 5n }]);
  const admin = { offsets } as unknown as KafkaAdmin;
  const options = { topic: 't', clientId: 'c', onRecord: () => 0, onTrouble: () => undefined };
  const { signal } = new AbortController();
  const tail = await new KafkaJsTopicTail(kafka, admin, clock, options).start(signal);
  expect(tail.position(0)).toBe(5n);

  const [first] = states;
  if (first !== undefined) first.hangs = true;
  const reading = tail.readToEnd(signal);
  const refused = expect(reading).rejects.toMatchObject({
    kind: 'retriable',
    code: 'kafka.no_answer',
  });
  await clock.advance(45_000);
  await refused;
  expect(made).toBe(2);
  await tail.readToEnd(signal);

  const closing = tail[Symbol.asyncDispose]();
  await clock.advance(60_000);
  await closing;
});

test('an answer that comes late, another broker having failed meanwhile, leaves out no record', async () => {
  const clock = new ManualClock();
  const record = (offset: string) => ({
    offset,
    key: null,
    value: Buffer.from(offset),
    headers: {},
    timestamp: '0',
    isControlRecord: false,
    batchContext: { producerId: '-1', inTransaction: false },
  });
  const answer = (partition: number, ...offsets: string[]) => ({
    responses: [
      {
        partitions: [
          { partition, highWatermark: END, lastStableOffset: '0', messages: offsets.map(record) },
        ],
      },
    ],
  });
  const [late, more] = [Promise.withResolvers(), Promise.withResolvers()];
  const first = [Promise.reject(new Error('broke off')), Promise.resolve(answer(0, '0')), never];
  const second = [late.promise, Promise.resolve(answer(1, '0', '1')), more.promise, never];
  first[0]?.catch(() => undefined);
  const ends = {
    responses: [0, 1].map((partition) => ({ partitions: [{ partition, offset: '1' }] })),
  };
  const cluster = {
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    refreshMetadata: () => Promise.resolve(),
    addTargetTopic: () => Promise.resolve(),
    findLeaderForPartitions: () => ({ 1: [0], 2: [1] }),
    findBroker: ({ nodeId }: { nodeId: string }) =>
      Promise.resolve({
        listOffsets: () => Promise.resolve(ends),
        fetch: () => (nodeId === '1' ? first : second).shift(),
      }),
  };
  const kafka = {
    [Symbol('private:Kafka:createCluster')]: () => cluster,
  } as unknown as Kafka;
  const lows = [0, 1].map((partition) => ({ partition, low: 0n, high: 1n }));
  const admin = { offsets: () => Promise.resolve(lows) } as unknown as KafkaAdmin;
  const read: string[] = [];
  const options = {
    topic: 't',
    clientId: 'c',
    onRecord: ({ partition, offset }: RawRecord) => read.push(`${partition}:${offset}`),
    onTrouble: () => undefined,
  };
  const { signal } = new AbortController();
  const starting = new KafkaJsTopicTail(kafka, admin, clock, options).start(signal);
  await clock.advance(1_000);
  const tail = await starting;
  late.resolve(answer(1, '0', '1'));
  more.resolve(answer(1, '2'));
  await clock.advance(1_000);
  expect(tail.position(1)).toBe(3n);
  expect(read.toSorted()).toEqual(['0:0', '1:0', '1:1', '1:2']);
  const closing = tail[Symbol.asyncDispose]();
  await clock.advance(60_000);
  await closing;
});
