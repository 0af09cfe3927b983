/** Goal: what a worker couldn't write of its work before it lost it isn't written over what another says of it (Invariant 10). */
import { expect, test } from 'vitest';
import { silentLog } from '../../../src/foundation/log.ts';
import type { GroupKafka, OutRecord, TailOptions } from '../../../src/kafka/port.ts';
import { StatusTopic } from '../../../src/storage/status-topic.ts';

function statuses() {
  const sent: string[] = [];
  const kafka = {
    isAway: true,
    admin: {
      createTopic: () => Promise.resolve(true),
      partitions: () => Promise.resolve(1),
      topicConfig: () => Promise.resolve({ 'cleanup.policy': 'compact' }),
    },
    tail: (_options: TailOptions) => Promise.resolve({}),
    producer: () =>
      Promise.resolve({
        send: (records: readonly OutRecord[]) => {
          if (kafka.isAway) return Promise.reject(new Error('Kafka is away'));
          for (const { key } of records) sent.push(Buffer.from(key ?? []).toString());
          return Promise.resolve();
        },
      }),
  };
  const topic = {
    topic: 's',
    property: 'status.storage.topic',
    partitions: 1,
    replicationFactor: 1,
    config: {},
  };
  const options = { kafka: kafka as unknown as GroupKafka, topic, log: silentLog };
  return { topic: new StatusTopic(options), kafka, sent };
}

const RESTARTING = {
  state: 'RESTARTING',
  trace: 'Kafka is away',
  workerId: 'w:1',
  generation: 1,
  version: null,
} as const;

test('statuses that wait are dropped with the work, topics stay', async () => {
  const { topic, kafka, sent } = statuses();
  await topic.open(new AbortController().signal);
  topic.put({ connector: 'c', task: 0 }, RESTARTING);
  topic.putTopic('c', 'orders', { task: 0, at: 1 });
  await topic.flush();
  topic.put({ connector: 'c', task: undefined }, RESTARTING);
  topic.dropStatuses();
  await topic.flush();
  kafka.isAway = false;
  await topic.flush();
  expect(sent).toEqual(['status-topic-orders:connector-c']);
  topic.put({ connector: 'c', task: 0 }, { ...RESTARTING, state: 'RUNNING', trace: null });
  await topic.flush();
  expect(sent.at(-1)).toBe('status-task-c-0');
});
