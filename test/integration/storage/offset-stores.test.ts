/**
 * Goal: every offset store keeps the same contract; the durable ones keep it over a reopening.
 * Method: one suite on the memory, the file and a real topic.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { RawRecord } from '../../../src/data/record.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { kafkaJs } from '../../../src/kafka/kafkajs/index.ts';
import { openOffsetFile } from '../../../src/storage/offset-file.ts';
import { openOffsetTopic } from '../../../src/storage/offset-kafka.ts';
import { openOffsetMemory } from '../../../src/storage/offset-memory.ts';
import type { OffsetStore } from '../../../src/storage/offset-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-offset-stores-'));
const brokers = process.env['KAFKA_BROKERS'] ?? '';
const kafka = kafkaJs({ 'bootstrap.servers': brokers }, silentLog, systemClock);
const { signal } = new AbortController();
afterAll(async () => {
  await kafka[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const newTopic = (): string => `offsets-${randomUUID()}`;
const openTopic = (topic: string): Promise<OffsetStore> =>
  openOffsetTopic(kafka, { topic, partitions: 3, replicationFactor: 1 }, signal);

/** Each gives a place; the place opens as often as the test likes. */
const STORES: readonly (readonly [string, boolean, () => () => Promise<OffsetStore>])[] = [
  ['memory', false, () => () => Promise.resolve(openOffsetMemory())],
  [
    'file',
    true,
    () => {
      const path = join(folder, `${randomUUID()}.json`);
      return () => openOffsetFile(path);
    },
  ],
  [
    'topic',
    true,
    () => {
      const topic = newTopic();
      return () => openTopic(topic);
    },
  ],
];

const accounts = { org: '00D000000000001EAA', channel: '/data/AccountChangeEvent' };
const contacts = { org: '00D000000000001EAA', channel: '/data/ContactChangeEvent' };

describe.each(STORES)('%s', (_name, _isDurable, newPlace) => {
  test('what was written is read, by connector, in the order first written', async () => {
    await using store = await newPlace()();
    expect(await store.read('orders')).toEqual([]);
    await store.write('orders', [
      { partition: contacts, offset: { replayId: 'AAE=', commitTimestamp: 1_700_000_000_123 } },
      { partition: accounts, offset: { replayId: 'AAI=' } },
    ]);
    await store.write('orders', [{ partition: contacts, offset: { replayId: 'AAM=' } }]);
    await store.write('others', [{ partition: accounts, offset: { replayId: 'AAQ=' } }]);
    expect(await store.read('orders')).toEqual([
      { partition: contacts, offset: { replayId: 'AAM=' } },
      { partition: accounts, offset: { replayId: 'AAI=' } },
    ]);
    expect(await store.read('others')).toEqual([
      { partition: accounts, offset: { replayId: 'AAQ=' } },
    ]);
  });

  test('a partition is the same whatever the order of its fields', async () => {
    await using store = await newPlace()();
    const { org, channel } = accounts;
    await store.write('orders', [{ partition: { org, channel }, offset: { replayId: 'AAE=' } }]);
    await store.write('orders', [{ partition: { channel, org }, offset: { replayId: 'AAI=' } }]);
    expect(await store.read('orders')).toEqual([
      { partition: accounts, offset: { replayId: 'AAI=' } },
    ]);
  });

  test('null forgets one partition of one connector', async () => {
    await using store = await newPlace()();
    for (const connector of ['orders', 'others']) {
      await store.write(connector, [
        { partition: accounts, offset: { replayId: 'AAE=' } },
        { partition: contacts, offset: { replayId: 'AAI=' } },
      ]);
    }
    await store.write('orders', [{ partition: accounts, offset: null }]);
    expect(await store.read('orders')).toEqual([
      { partition: contacts, offset: { replayId: 'AAI=' } },
    ]);
    expect(await store.read('others')).toHaveLength(2);
  });
});

describe.each(STORES.filter(([, isDurable]) => isDurable))('%s', (_name, _isDurable, newPlace) => {
  test('numbers beyond 2^53 stay what they are (Invariant 6)', async () => {
    const exact = { partition: { shard: 2n ** 62n + 1n }, offset: { position: 9007199254740993n } };
    const open = newPlace();
    {
      await using store = await open();
      await store.write('orders', [exact]);
    }
    await using again = await open();
    expect(await again.read('orders')).toEqual([exact]);
  });

  test('a store opened again holds what was written (Invariant 2)', async () => {
    const open = newPlace();
    {
      await using store = await open();
      await store.write('a "quoted" name', [
        { partition: accounts, offset: { replayId: 'AAE=' } },
        { partition: contacts, offset: { replayId: 'AAI=' } },
      ]);
      await store.write('a "quoted" name', [{ partition: accounts, offset: { replayId: 'AAM=' } }]);
      await store.write('a "quoted" name', [{ partition: contacts, offset: null }]);
    }
    await using again = await open();
    expect(await again.read('a "quoted" name')).toEqual([
      { partition: accounts, offset: { replayId: 'AAM=' } },
    ]);
  });
});

test("the topic is compacted, and its records are Connect's", async () => {
  const topic = newTopic();
  {
    await using store = await openTopic(topic);
    await store.write('orders', [{ partition: accounts, offset: { replayId: 'AAE=' } }]);
    await store.write('orders', [{ partition: accounts, offset: null }]);
  }
  expect(await kafka.admin.topicConfig(topic)).toMatchObject({ 'cleanup.policy': 'compact' });
  const records: RawRecord[] = [];
  await kafka.readToEnd(topic, (record) => records.push(record), signal);
  const text = (bytes: Uint8Array | null): string | null =>
    bytes === null ? null : Buffer.from(bytes).toString();
  const key = '["orders",{"channel":"/data/AccountChangeEvent","org":"00D000000000001EAA"}]';
  expect(records.map((record) => [text(record.key), text(record.value)])).toEqual([
    [key, '{"replayId":"AAE="}'],
    [key, null],
  ]);
});

test('a topic that forgets by age is refused', async () => {
  const topic = newTopic();
  await kafka.admin.createTopic({
    topic,
    partitions: 1,
    replicationFactor: 1,
    config: { 'cleanup.policy': 'delete' },
  });
  await expect(openTopic(topic)).rejects.toMatchObject({
    kind: 'config',
    code: 'offsets.topic',
    message: `Topic ${topic} isn't compacted, so it can't keep offsets.`,
  });
});
