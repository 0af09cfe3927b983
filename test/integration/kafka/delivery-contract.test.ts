/**
 * Goal: what is written is there once, in every codec, for every reader; what is rolled back is not there.
 * Method: one suite for each adapter, on a real broker; another adapter and Kafka's own console consumer read, too.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KAFKA_CLIENTS } from '../../../src/config/worker.ts';
import type { RawRecord } from '../../../src/data/record.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { openKafka } from '../../../src/kafka/clients.ts';
import type { GroupKafka, OutRecord } from '../../../src/kafka/port.ts';
import { cutNextProduceAnswer } from '../../support/cut-answers.ts';
import { askTool, resolveConnect } from '../../support/jvm-connect/jvm.ts';
import { hasJvm } from '../../support/stack.ts';

const brokers = process.env['KAFKA_BROKERS'] ?? '';
const { signal } = new AbortController();
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
const RUN = `delivery-${randomUUID()}`;
/** Compressible, and larger than one block of any codec. */
const text = (codec: string): string => `${codec} ${'0123456789abcdef'.repeat(8_000)}`;
const textOf = ({ value }: RawRecord): string => Buffer.from(value ?? '').toString();
const record = (topic: string, value: string): OutRecord => ({
  topic,
  key: null,
  value: Buffer.from(value),
  headers: [],
});

async function open(client: string): Promise<GroupKafka> {
  const properties = { 'bootstrap.servers': brokers, 'kafka.client': client };
  return await openKafka(properties, silentLog, systemClock);
}

async function readAll(kafka: GroupKafka, topic: string): Promise<readonly RawRecord[]> {
  const all: RawRecord[] = [];
  await kafka.readToEnd(topic, (found) => all.push(found), signal);
  return all;
}

describe.each(KAFKA_CLIENTS)('%s', (client) => {
  let kafka: GroupKafka;
  beforeAll(async () => {
    kafka = await open(client);
  });
  afterAll(() => kafka[Symbol.asyncDispose]());

  async function newTopic(name = `${RUN}-${client}-${randomUUID()}`): Promise<string> {
    await kafka.admin.createTopic({
      topic: name,
      partitions: 1,
      replicationFactor: -1,
      config: {},
    });
    return name;
  }

  test('a batch whose answer is lost is written once (Invariant 5)', async () => {
    const topic = await newTopic();
    await using producer = await kafka.producer({ clientId: 'contract' });
    await producer.send([record(topic, 'before')]);
    using cut = cutNextProduceAnswer();
    await producer.send([record(topic, 'lost and sent again'), record(topic, 'with it')]);
    expect(cut.wasCut()).toBe(true);
    await producer.send([record(topic, 'after')]);
    const found = await readAll(kafka, topic);
    expect(found.map(textOf)).toEqual(['before', 'lost and sent again', 'with it', 'after']);
  });

  test('a transaction of several topics is there in all of them or in none', async () => {
    const topics = [await newTopic(), await newTopic()];
    await using producer = kafka.transactionalProducer({
      clientId: 'contract',
      transactionalId: topics.join(),
      timeoutMs: 10_000,
    });
    await producer.init();
    const write = async (value: string): Promise<void> => {
      await producer.send(topics.map((topic) => record(topic, value)));
    };
    await write('rolled back');
    await producer.abort();
    await write('kept');
    await producer.commit();
    for (const topic of topics) {
      expect((await readAll(kafka, topic)).map(textOf)).toEqual(['kept']);
    }
  });

  test('a consumer is shown what is committed alone, unless it asks for all', async () => {
    const topic = await newTopic();
    await using producer = kafka.transactionalProducer({
      clientId: 'contract',
      transactionalId: topic,
      timeoutMs: 10_000,
    });
    await producer.init();
    await producer.send([record(topic, 'rolled back')]);
    await producer.abort();
    await producer.send([record(topic, 'kept')]);
    await producer.commit();
    const read = async (count: number, overrides: Record<string, string>): Promise<string[]> => {
      await using consumer = await kafka.consumer({
        groupId: `${topic}-${count}`,
        clientId: 'contract',
        topics: [topic],
        autoOffsetReset: 'earliest',
        onAssigned: () => Promise.resolve([]),
        onRevoked: () => Promise.resolve(),
        overrides,
      });
      const found: string[] = [];
      while (found.length < count) {
        found.push(...(await consumer.poll(count, 100, signal)).map(textOf));
      }
      return found;
    };
    expect(await read(1, {})).toEqual(['kept']);
    expect(await read(2, { 'isolation.level': 'read_uncommitted' })).toEqual([
      'rolled back',
      'kept',
    ]);
  });

  test('a second transaction follows the first without a pause', async () => {
    const topic = await newTopic();
    await using producer = kafka.transactionalProducer({
      clientId: 'contract',
      transactionalId: topic,
      timeoutMs: 10_000,
    });
    await producer.init();
    const begun = systemClock.monotonic();
    for (let i = 0; i < 10; i++) {
      await producer.send([record(topic, `${i}`)]);
      await producer.commit();
    }
    // Both clients wait 300 to 1,000 ms for each where nobody tells them otherwise.
    expect(systemClock.monotonic() - begun).toBeLessThan(2_900);
  });

  describe('codecs', () => {
    beforeAll(async () => {
      for (const codec of CODECS) {
        const topic = await newTopic(`${RUN}-${client}-${codec}`);
        await using producer = await kafka.producer({
          clientId: 'contract',
          overrides: { 'compression.type': codec },
        });
        await producer.send([record(topic, text(codec))]);
      }
    });

    test.each(CODECS)('%s is read by each client', async (codec) => {
      for (const reader of KAFKA_CLIENTS) {
        await using other = await open(reader);
        const found = await readAll(other, `${RUN}-${client}-${codec}`);
        expect(found.map(textOf), reader).toEqual([text(codec)]);
      }
    });

    test('another name is refused with those that there are', async () => {
      const opened = (async () =>
        await kafka.producer({ clientId: 'c', overrides: { 'compression.type': 'brotli' } }))();
      await expect(opened).rejects.toMatchObject({
        code: 'kafka.compression',
        suggestion: 'Use none, gzip, snappy, lz4, zstd.',
      });
    });
  });
});

test.skipIf(!hasJvm)("Kafka's console consumer reads every codec of each client", async () => {
  const jars = await resolveConnect();
  if (jars === undefined) throw new Error('the jars of Kafka 4.3.1 are needed');
  const out = await askTool(jars, 'org.apache.kafka.tools.consumer.ConsoleConsumer', [
    '--bootstrap-server',
    brokers,
    '--include',
    `${RUN}-(${KAFKA_CLIENTS.join('|')})-(${CODECS.join('|')})`,
    '--from-beginning',
    '--max-messages',
    String(KAFKA_CLIENTS.length * CODECS.length),
    '--timeout-ms',
    '30000',
  ]);
  const expected = KAFKA_CLIENTS.flatMap(() => CODECS.map(text));
  expect(
    out
      .split('\n')
      .filter((line) => line !== '')
      .toSorted(),
  ).toEqual(expected.toSorted());
});
