/** A group's topics while several workers open them for the first time. */
import { expect, test } from 'vitest';
import { silentLog } from '../../../src/foundation/log.ts';
import { connectorRecord } from '../../../src/storage/config-records.ts';
import { ConfigTopic } from '../../../src/storage/config-topic.ts';
import {
  ensureCompacted,
  toOutRecord,
  topicSettings,
} from '../../../src/storage/internal-topic.ts';
import type { NewTopic } from '../../../src/kafka/port.ts';
import { StatusTopic } from '../../../src/storage/status-topic.ts';
import { MemoryGroupKafka } from '../herder/distributed/harness.ts';

const { signal } = new AbortController();
const named = (topic: string): ConstructorParameters<typeof StatusTopic>[0]['topic'] => ({
  topic,
  property: `${topic}.storage.topic`,
  partitions: 1,
  replicationFactor: 1,
});

/** A broker that knows a topic that somebody else creates, and doesn't tell of it yet. */
function justCreated(): MemoryGroupKafka {
  const kafka = new MemoryGroupKafka();
  const { admin } = kafka;
  return Object.assign(kafka, {
    admin: {
      ...admin,
      createTopic: () => Promise.resolve(false),
      topicConfig: () => Promise.resolve(undefined),
    },
  });
}

test('a topic that another worker has just created is asked for again', async () => {
  const kafka = justCreated();
  const status = new StatusTopic({ kafka, topic: named('status'), log: silentLog });
  await expect(status.open(signal)).rejects.toMatchObject({ kind: 'retriable' });
  const config = new ConfigTopic({
    kafka,
    topic: named('config'),
    groupId: 'g',
    log: silentLog,
    onChange: () => undefined,
  });
  await expect(config.open(signal)).rejects.toMatchObject({ kind: 'retriable' });
});

test('a topic that is open already is not followed twice when the other has to be asked again', async () => {
  const kafka = new MemoryGroupKafka();
  const changes: string[] = [];
  const config = new ConfigTopic({
    kafka,
    topic: named('config'),
    groupId: 'g',
    log: silentLog,
    onChange: ({ kind }) => changes.push(kind),
  });
  await config.open(signal);
  await config.open(signal);
  kafka.append(toOutRecord('config', connectorRecord('c', {})));
  expect(changes).toEqual(['connector']);
});

test('config.storage.* are settings of the topic, which stays compacted; the worker keeps its own', async () => {
  const config = topicSettings('config', {
    'config.storage.topic': 'configs',
    'config.storage.replication.factor': '1',
    'config.storage.max.message.bytes': '2097152',
    'config.storage.cleanup.policy': 'delete',
    'offset.storage.segment.bytes': '1',
  });
  const created: object[] = [];
  const { admin } = new MemoryGroupKafka();
  const recording = {
    ...admin,
    createTopic: (topic: NewTopic) => {
      created.push(topic.config);
      return Promise.resolve(true);
    },
  };
  await ensureCompacted(recording, { ...named('configs'), config });
  expect(created).toEqual([{ 'max.message.bytes': '2097152', 'cleanup.policy': 'compact' }]);
});
