/**
 * Goal: the Kafka port does on a real broker what it says, whichever client stands behind it.
 * Method: one suite, run on each adapter.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RawRecord, TopicPartition } from '../../../src/data/record.ts';
import { AppError } from '../../../src/foundation/errors.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { KAFKA_CLIENTS } from '../../../src/config/worker.ts';
import { openKafka } from '../../../src/kafka/clients.ts';
import type { ConsumerOptions, Kafka, KafkaConsumer, OutRecord } from '../../../src/kafka/port.ts';

import { eventually } from '../../support/eventually.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const record = (topic: string, key: string | null, value: string): OutRecord => ({
  topic,
  key: key === null ? null : bytes(key),
  value: bytes(value),
  headers: [],
});

describe.each(KAFKA_CLIENTS)('%s', (client) => {
  let kafka: Kafka;
  const { signal } = new AbortController();

  beforeAll(async () => {
    const brokers = process.env['KAFKA_BROKERS'] ?? '';
    const properties = { 'bootstrap.servers': brokers, 'kafka.client': client };
    kafka = await openKafka(properties, silentLog, systemClock);
  });
  afterAll(() => kafka[Symbol.asyncDispose]());

  async function newTopic(partitions = 1, config: Record<string, string> = {}): Promise<string> {
    const topic = `contract-${randomUUID()}`;
    expect(
      await kafka.admin.createTopic({ topic, partitions, replicationFactor: -1, config }),
    ).toBe(true);
    return topic;
  }

  async function produce(records: readonly OutRecord[]): Promise<void> {
    await using producer = await kafka.producer({ clientId: 'contract' });
    await producer.send(records);
  }

  const options = (topic: string, more: Partial<ConsumerOptions> = {}): ConsumerOptions => ({
    groupId: `group-${topic}`,
    clientId: 'contract',
    topics: [topic],
    autoOffsetReset: 'earliest',
    onAssigned: () => Promise.resolve([]),
    onRevoked: () => Promise.resolve(),
    ...more,
  });

  async function readAll(topic: string): Promise<readonly RawRecord[]> {
    const all: RawRecord[] = [];
    await kafka.readToEnd(topic, (found) => all.push(found), signal);
    return all;
  }

  /** The broker forgets a deleted topic some time after it said so. */
  const createWhenGone = (topic: string): Promise<boolean> =>
    eventually(
      () => kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: -1, config: {} }),
      (created) => created,
    );

  /** Polls on while the client rides out what a vanished topic does to it. */
  const pollThroughTrouble = (consumer: KafkaConsumer): Promise<unknown> =>
    eventually(
      () =>
        consumer.poll(10, 0, signal).catch((error: unknown) => {
          if (error instanceof AppError && error.code === 'kafka.position_lost') throw error;
          return [];
        }),
      (records) => records.length > 0,
    );

  test('creating a topic says whether it was there, and its configuration can be read', async () => {
    const topic = await newTopic(3, { 'cleanup.policy': 'compact' });
    const again = { topic, partitions: 3, replicationFactor: -1, config: {} };
    expect(await kafka.admin.createTopic(again)).toBe(false);
    expect(await kafka.admin.partitions(topic)).toBe(3);
    expect(await kafka.admin.topicConfig(topic)).toMatchObject({ 'cleanup.policy': 'compact' });
    expect(await kafka.admin.topicConfig(`${topic}-missing`)).toBeUndefined();
    expect(await kafka.admin.partitions(`${topic}-missing`)).toBeUndefined();
  });

  test('keys are partitioned as the JVM clients do', async () => {
    const topic = await newTopic(100);
    // org.apache.kafka.common.utils.Utils.toPositive(murmur2(key)) % 100
    const expected = { '21': 40, foobar: 66, 'a-little-bit-long-string': 12, abc: 7 };
    await produce(Object.keys(expected).map((key) => record(topic, key, 'v')));
    const found = Object.fromEntries(
      (await readAll(topic)).map(({ key, partition }) => [
        Buffer.from(key ?? '').toString(),
        partition,
      ]),
    );
    expect(found).toEqual(expected);
  });

  test('bytes, nulls, headers and timestamps come back as they went', async () => {
    const topic = await newTopic();
    const sent: OutRecord = {
      topic,
      key: null,
      value: null,
      headers: [
        { key: 'a', value: bytes('1') },
        { key: 'a', value: bytes('2') },
        { key: 'b', value: Buffer.from([0, 255]) },
      ],
      timestamp: 1_700_000_000_123,
    };
    await produce([sent, record(topic, 'k', '')]);
    const [first, second] = await readAll(topic);
    expect(first).toMatchObject({
      key: null,
      value: null,
      timestamp: 1_700_000_000_123,
      offset: 0n,
    });
    expect(
      first?.headers.map(({ key, value }) => [key, Buffer.from(value ?? '').toString('hex')]),
    ).toEqual([
      ['a', '31'],
      ['a', '32'],
      ['b', '00ff'],
    ]);
    expect(second?.value).toHaveLength(0);
  });

  test('reading an empty topic to its end returns at once', async () => {
    expect(await readAll(await newTopic(2))).toEqual([]);
  });

  test('a consumer pulls in order, commits, and goes on where it committed', async () => {
    const topic = await newTopic();
    await produce(Array.from({ length: 25_000 }, (_, i) => record(topic, `${i}`, `${i}`)));
    const seen: string[] = [];
    {
      await using consumer = await kafka.consumer(options(topic));
      while (seen.length < 20_000) {
        const batch = await consumer.poll(7_000, 50, signal);
        expect(batch.length).toBeLessThanOrEqual(7_000);
        for (const { value } of batch) seen.push(Buffer.from(value ?? '').toString());
      }
      await consumer.commit([{ topic, partition: 0, offset: 20_000n }]);
      expect(await kafka.admin.groupOffsets(`group-${topic}`)).toEqual([
        { topic, partition: 0, offset: 20_000n },
      ]);
    }
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => `${i}`));
    await using consumer = await kafka.consumer(options(topic));
    const [first] = await consumer.poll(1, 0, signal);
    expect(first?.offset).toBe(20_000n);
  });

  test('a consumer seeks to what the target says when it is assigned', async () => {
    const topic = await newTopic();
    await produce(Array.from({ length: 10 }, (_, i) => record(topic, null, `${i}`)));
    const assigned: TopicPartition[] = [];
    await using consumer = await kafka.consumer(
      options(topic, {
        onAssigned: (partitions) => {
          assigned.push(...partitions);
          return Promise.resolve([{ topic, partition: 0, offset: 7n }]);
        },
      }),
    );
    const batch = await consumer.poll(100, 100, signal);
    expect(batch.map(({ offset }) => offset)).toEqual([7n, 8n, 9n]);
    expect(assigned).toEqual([{ topic, partition: 0 }]);
    expect(consumer.assignment()).toEqual([{ topic, partition: 0 }]);
    expect(consumer.lag()).toEqual(new Map([[`${topic}-0`, 0n]]));
  });

  test('a stored offset beyond the log is an error that says so, never a silent reset', async () => {
    const topic = await newTopic();
    await produce([record(topic, null, 'x')]);
    await using consumer = await kafka.consumer(
      options(topic, {
        onAssigned: () => Promise.resolve([{ topic, partition: 0, offset: 99n }]),
      }),
    );
    await expect(consumer.poll(1, 0, signal)).rejects.toMatchObject({
      kind: 'fatal',
      code: 'kafka.position_lost',
      message: `The stored offset 99 of ${topic}-0 isn't in the log (0 to 1): the topic was recreated or truncated.`,
    });
  });

  test('a topic that is recreated under a reader is an error, for its records would be skipped', async () => {
    const topic = await newTopic();
    await produce(Array.from({ length: 5 }, (_, i) => record(topic, null, `old ${i}`)));
    await using consumer = await kafka.consumer(options(topic));
    expect(await consumer.poll(5, 1_000, signal)).toHaveLength(5);
    await consumer.commit([{ topic, partition: 0, offset: 5n }]);
    await kafka.admin.deleteTopics([topic]);
    await createWhenGone(topic);
    await produce([record(topic, null, 'new 0'), record(topic, null, 'new 1')]);
    await expect(pollThroughTrouble(consumer)).rejects.toMatchObject({
      kind: 'fatal',
      code: 'kafka.position_lost',
      message: expect.stringContaining('5 of') as string,
    });
  });

  test('records deleted before they were read are an error, now and after a restart (Invariant 4)', async () => {
    const topic = await newTopic();
    const count = 20_000;
    await produce(
      Array.from({ length: count }, (_, i) => record(topic, null, `${i} ${'x'.repeat(1_000)}`)),
    );
    {
      await using consumer = await kafka.consumer(options(topic));
      const [first] = await consumer.poll(1, 0, signal);
      expect(first?.offset).toBe(0n);
      await consumer.commit([{ topic, partition: 0, offset: 1n }]);
      await deleteRecordsBefore(topic, `${count}`);
      await produce([record(topic, null, 'after')]);
      const seen = [0n];
      const readOn = async (): Promise<void> => {
        for (;;) {
          for (const { offset } of await consumer.poll(5_000, 0, signal)) seen.push(offset);
        }
      };
      await expect(readOn()).rejects.toMatchObject({
        kind: 'fatal',
        code: 'kafka.position_lost',
        message: expect.stringMatching(/The next offset \d+ of .* deleted by retention/) as string,
      });
      expect(seen).toEqual(seen.map((_, i) => BigInt(i)));
      expect(seen.length).toBeLessThan(count);
    }
    await using again = await kafka.consumer(options(topic));
    await expect(again.poll(1, 0, signal)).rejects.toMatchObject({
      code: 'kafka.position_lost',
      message: expect.stringContaining('The stored offset 1 of') as string,
    });
  });

  test('group offsets are set, forgotten and deleted', async () => {
    const topic = await newTopic(2);
    await produce([{ ...record(topic, null, 'x'), partition: 1 }]);
    const group = `group-${topic}`;
    await kafka.admin.setGroupOffsets(group, [
      { topic, partition: 0, offset: 0n },
      { topic, partition: 1, offset: 1n },
    ]);
    await kafka.admin.setGroupOffsets(group, [{ topic, partition: 0, offset: null }]);
    expect(await kafka.admin.groupOffsets(group)).toEqual([{ topic, partition: 1, offset: 1n }]);
    await kafka.admin.deleteGroup(group);
    expect(await kafka.admin.groupOffsets(group)).toEqual([]);
    await kafka.admin.deleteGroup(group);
  });

  test('a record larger than the topic takes names its size and the topic', async () => {
    const topic = await newTopic(1, { 'max.message.bytes': '1000' });
    await expect(produce([record(topic, 'k', 'x'.repeat(5_000))])).rejects.toMatchObject({
      kind: 'data',
      code: 'kafka.record_too_large',
      message: `A record of 5001 bytes is larger than topic ${topic} takes.`,
    });
  });

  test('a record from the future is a data error, for no waiting mends it', async () => {
    const topic = await newTopic(1, { 'message.timestamp.after.max.ms': '3600000' });
    const timestamp = systemClock.now() + 7_200_000;
    await expect(produce([{ ...record(topic, 'k', 'v'), timestamp }])).rejects.toMatchObject({
      kind: 'data',
      code: 'kafka.invalid_timestamp',
    });
  });

  test('after a batch that was refused in part, nothing acked is lost', async () => {
    const topic = await newTopic(2);
    await using producer = await kafka.producer({ clientId: 'contract' });
    const small = (value: string): OutRecord => ({ ...record(topic, null, value), partition: 0 });
    const large = { ...record(topic, null, 'x'.repeat(2_000_000)), partition: 1 };
    await producer.send([small('before')]);
    await expect(producer.send([small('with'), large])).rejects.toMatchObject({ kind: 'data' });
    await producer.send([small('after')]);
    const values = (await readAll(topic)).map(({ value }) => Buffer.from(value ?? '').toString());
    expect(values).toContain('after');
  });

  test('a batch that the topic finds too large is halved until it fits, in order', async () => {
    const topic = await newTopic(1, { 'max.message.bytes': '10000' });
    await produce(
      Array.from({ length: 60 }, (_, i) => record(topic, null, `${i} ${'x'.repeat(1_000)}`)),
    );
    const found = (await readAll(topic)).map(({ value }) =>
      parseInt(Buffer.from(value ?? '').toString()),
    );
    expect(found).toEqual(Array.from({ length: 60 }, (_, i) => i));
  });

  test('one record too large among others is named, not the batch', async () => {
    const topic = await newTopic(1, { 'max.message.bytes': '10000' });
    const records = Array.from({ length: 9 }, (_, i) => record(topic, null, `${i}`));
    await expect(
      produce(records.with(6, record(topic, 'k', 'x'.repeat(20_000)))),
    ).rejects.toMatchObject({
      kind: 'data',
      code: 'kafka.record_too_large',
      message: `A record of 20001 bytes is larger than topic ${topic} takes.`,
    });
    const found = (await readAll(topic)).map(({ value }) => Buffer.from(value ?? '').toString());
    expect(found).toEqual(['0', '1', '2', '3', '4', '5']);
  });

  test('a header of null comes back as null', async () => {
    const topic = await newTopic();
    await produce([{ ...record(topic, 'k', 'v'), headers: [{ key: 'h', value: null }] }]);
    const [found] = await readAll(topic);
    expect(found?.headers).toEqual([{ key: 'h', value: null }]);
  });

  test('many small records to one partition go in batches that the topic takes', async () => {
    const topic = await newTopic();
    const count = 4_000;
    await produce(
      Array.from({ length: count }, (_, i) => record(topic, null, `${i} ${'x'.repeat(740)}`)),
    );
    const found = (await readAll(topic)).map(({ value }) =>
      parseInt(Buffer.from(value ?? '').toString()),
    );
    expect(found).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  test('writing to a topic that is not there is a configuration error', async () => {
    await expect(produce([record(`missing-${randomUUID()}`, 'k', 'v')])).rejects.toMatchObject({
      kind: 'config',
      code: 'kafka.unknown_topic',
    });
  });

  test('a poll that is aborted returns nothing', async () => {
    const topic = await newTopic();
    await using consumer = await kafka.consumer(options(topic));
    const controller = new AbortController();
    const polled = consumer.poll(10, 10, controller.signal);
    controller.abort();
    expect(await polled).toEqual([]);
  });

  test('a broker that is away is a retriable error', async () => {
    const properties = { 'bootstrap.servers': '127.0.0.1:1', 'kafka.client': client };
    await using away = await openKafka(properties, silentLog, systemClock);
    await expect(away.admin.clusterId()).rejects.toMatchObject({
      kind: 'retriable',
      message:
        "Asking Kafka for its cluster: Kafka can't be reached (connect ECONNREFUSED 127.0.0.1:1).",
      suggestion: 'Check bootstrap.servers and that the broker is up.',
    });
  });
});

/** What retention does, at once. */
async function deleteRecordsBefore(topic: string, offset: string): Promise<void> {
  const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
  // Not before the adapter, which replaces some of its functions.
  const { default: kafkajs } = await import('kafkajs');
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  // Loads the topic's metadata, which kafkajs' deletion takes for granted.
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset }] });
  await admin.disconnect();
}

test('an idle kafkajs connection arms no timer and warns of none', async () => {
  const warnings: string[] = [];
  const note = (warning: Error): number => warnings.push(warning.name);
  process.on('warning', note);
  const properties = { 'bootstrap.servers': process.env['KAFKA_BROKERS'] ?? '' };
  await using kafka = await openKafka(properties, silentLog, systemClock);
  await kafka.admin.clusterId();
  await kafka.admin.listTopics();
  process.off('warning', note);
  expect(warnings).not.toContain('TimeoutNegativeWarning');
});
