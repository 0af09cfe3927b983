/** Goal: a call that kafkajs never ends is given up, and the topic read on over new connections (Invariant 8). */
import { expect, test } from 'vitest';
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
