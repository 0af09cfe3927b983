/**
 * Goal: what a group of workers needs of Kafka does on a real broker what the port says.
 * Method: one suite for each adapter.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RawRecord } from '../../../src/data/record.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import type { AppError } from '../../../src/foundation/errors.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { KAFKA_CLIENTS } from '../../../src/config/worker.ts';
import { openKafka } from '../../../src/kafka/clients.ts';
import type { GroupKafka, GroupMember, Joined, TopicTail } from '../../../src/kafka/port.ts';
import { eventually } from '../../support/eventually.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const text = (value: Uint8Array | null): string => Buffer.from(value ?? []).toString();

describe.each(KAFKA_CLIENTS)('%s', (client) => {
  let kafka: GroupKafka;
  const { signal } = new AbortController();
  beforeAll(async () => {
    const brokers = process.env['KAFKA_BROKERS'] ?? '';
    const properties = { 'bootstrap.servers': brokers, 'kafka.client': client };
    kafka = await openKafka(properties, silentLog, systemClock);
  });
  afterAll(() => kafka[Symbol.asyncDispose]());

  async function newTopic(partitions = 1, config: Record<string, string> = {}): Promise<string> {
    const topic = `group-contract-${randomUUID()}`;
    await kafka.admin.createTopic({ topic, partitions, replicationFactor: -1, config });
    return topic;
  }

  const write = async (topic: string, values: readonly string[], partition = 0): Promise<void> => {
    await using producer = await kafka.producer({ clientId: 'contract' });
    const records = values.map((value) => ({
      topic,
      partition,
      key: bytes('k'),
      value: bytes(value),
      headers: [],
    }));
    await producer.send(records);
  };

  const follow = (topic: string, into: RawRecord[]): Promise<TopicTail> =>
    kafka.tail(
      {
        topic,
        clientId: 'contract',
        onRecord: (record) => into.push(record),
        onTrouble: () => undefined,
      },
      signal,
    );

  describe('a tail', () => {
    test('has read what was there when it is given, and follows what comes', async () => {
      const topic = await newTopic(2);
      await write(topic, ['a', 'b']);
      await write(topic, ['c'], 1);
      const found: RawRecord[] = [];
      await using tail = await follow(topic, found);
      expect(found.map(({ value }) => text(value)).toSorted()).toEqual(['a', 'b', 'c']);
      expect([tail.position(0), tail.position(1)]).toEqual([2n, 1n]);
      await write(topic, ['d']);
      await tail.readToEnd(signal);
      expect(found.map(({ value }) => text(value))).toContain('d');
    });

    test('of an empty topic is at its end', async () => {
      await using tail = await follow(await newTopic(3), []);
      expect(tail.position(2)).toBe(0n);
    });

    test('shows what is committed, never what is aborted, and reaches the end behind markers', async () => {
      const topic = await newTopic();
      const found: RawRecord[] = [];
      await using tail = await follow(topic, found);
      await using producer = kafka.transactionalProducer({
        clientId: 'contract',
        transactionalId: topic,
        timeoutMs: 10_000,
      });
      await producer.init();
      const record = (value: string) => ({ topic, key: null, value: bytes(value), headers: [] });
      await producer.send([record('aborted')]);
      await producer.abort();
      await producer.send([record('one'), record('two')]);
      await producer.send([record('three')]);
      expect(found).toEqual([]);
      await producer.commit();
      await tail.readToEnd(signal);
      expect(found.map(({ value }) => text(value))).toEqual(['one', 'two', 'three']);
    });

    test('that is closed lets nobody wait', async () => {
      const topic = await newTopic();
      const tail = await follow(topic, []);
      await tail[Symbol.asyncDispose]();
      await write(topic, ['x']);
      await expect(tail.readToEnd(signal)).rejects.toThrow('not read any more');
    });
  });

  describe('a transactional producer', () => {
    test('loses its id to the next one, in the middle of a transaction', async () => {
      const topic = await newTopic();
      const options = { clientId: 'contract', transactionalId: topic, timeoutMs: 10_000 };
      const record = { topic, key: null, value: bytes('zombie'), headers: [] };
      await using first = kafka.transactionalProducer(options);
      await first.init();
      await first.send([record]);
      await using second = kafka.transactionalProducer(options);
      await second.init();
      await expect(first.commit()).rejects.toMatchObject({ kind: 'fatal', code: 'kafka.fenced' });
      await expect(first.send([record])).rejects.toMatchObject({ code: 'kafka.fenced' });
      await second.send([{ ...record, value: bytes('heir') }]);
      await second.commit();
      const found: RawRecord[] = [];
      await using tail = await follow(topic, found);
      await tail.readToEnd(signal);
      expect(found.map(({ value }) => text(value))).toEqual(['heir']);
    });
  });

  describe('a group', () => {
    const member = (groupId: string): GroupMember =>
      kafka.groupMember({
        groupId,
        clientId: 'contract',
        protocolType: 'connect',
        protocol: 'sessioned',
        sessionTimeoutMs: 10_000,
        rebalanceTimeoutMs: 10_000,
      });

    test('of one is led by it, with its own bytes', async () => {
      await using one = member(`group-${randomUUID()}`);
      const joined = await one.join(bytes('mine'));
      expect(joined.leaderId).toBe(joined.memberId);
      expect(joined.members.map(({ metadata }) => text(metadata))).toEqual(['mine']);
      const assigned = await one.sync(new Map([[joined.memberId, bytes('work')]]));
      expect(text(assigned)).toBe('work');
      await one.heartbeat();
      await one.leave();
    });

    test('of two rebalances when the second comes, and each learns its own', async () => {
      const groupId = `group-${randomUUID()}`;
      await using one = member(groupId);
      await using two = member(groupId);
      const alone = await one.join(bytes('1'));
      await one.sync(new Map([[alone.memberId, bytes('all')]]));
      const joining = two.join(bytes('2'));
      const rebalances = (): Promise<boolean> =>
        one.heartbeat().then(
          () => false,
          (error: AppError) => error.code === 'kafka.rebalancing',
        );
      await eventually(rebalances, (does) => does);
      const [first, second] = await Promise.all([one.join(bytes('1')), joining]);
      expect(second.generation).toBe(first.generation);
      const share = ({ members }: Joined): Map<string, Uint8Array> =>
        new Map(members.map(({ memberId, metadata }) => [memberId, metadata]));
      expect(share(first).size + share(second).size).toBe(2);
      const own = await Promise.all([one.sync(share(first)), two.sync(share(second))]);
      expect(own.map(text)).toEqual(['1', '2']);
      await two.leave();
      await eventually(rebalances, (does) => does);
      await one.leave();
    });

    test('that went on without a member takes it as a new one', async () => {
      await using one = member(`group-${randomUUID()}`);
      const before = await one.join(bytes('1'));
      await one.sync(new Map([[before.memberId, bytes('')]]));
      await one.leave();
      await expect(one.heartbeat()).rejects.toMatchObject({
        kind: 'retriable',
        code: 'kafka.not_a_member',
      });
      const after = await one.join(bytes('1'));
      expect(after.memberId).not.toBe(before.memberId);
      await one.sync(new Map([[after.memberId, bytes('')]]));
      await one.leave();
    });
  });
});
