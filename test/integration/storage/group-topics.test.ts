/**
 * Goal: the group's topics on a real broker: leaders fence each other, followers see what was written, unfit topics are refused.
 * Method: two stores on one topic, as two workers have them.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { kafkaJs } from '../../../src/kafka/kafkajs/index.ts';
import type { GroupKafka } from '../../../src/kafka/port.ts';
import { connectorRecord, targetRecord, taskRecords } from '../../../src/storage/config-records.ts';
import type { ConfigChange } from '../../../src/storage/config-state.ts';
import { ConfigTopic } from '../../../src/storage/config-topic.ts';
import { StatusTopic } from '../../../src/storage/status-topic.ts';
import { eventually } from '../../support/eventually.ts';

let kafka: GroupKafka;
const { signal } = new AbortController();
beforeAll(() => {
  const properties = { 'bootstrap.servers': process.env['KAFKA_BROKERS'] ?? '' };
  kafka = kafkaJs(properties, silentLog, systemClock);
});
afterAll(() => kafka[Symbol.asyncDispose]());

const named = (topic: string, property: string, partitions: number) => ({
  topic,
  property,
  partitions,
  replicationFactor: -1,
});

describe('the config topic', () => {
  const open = (topic: string, changes: ConfigChange[] = []): Promise<ConfigTopic> =>
    new ConfigTopic({
      kafka,
      topic: named(topic, 'config.storage.topic', 1),
      groupId: topic,
      log: silentLog,
      onChange: (change) => changes.push(change),
    }).open(signal);

  test('tells a follower what the leader wrote, in its order, and a newcomer all there is', async () => {
    const topic = `configs-${randomUUID()}`;
    const changes: ConfigChange[] = [];
    await using leader = await open(topic);
    await using follower = await open(topic, changes);
    await leader.claim();
    await leader.write([targetRecord('c', 'STOPPED'), connectorRecord('c', { a: 'b' })], signal);
    await leader.write(taskRecords('c', [{ n: '0' }]), signal);
    await follower.writeShared([targetRecord('c', 'RUNNING')], signal);
    await leader.refresh(signal);
    await follower.refresh(signal);
    const connector = 'c';
    expect(changes.map(({ kind }) => kind)).toEqual(['connector', 'tasks', 'target']);
    await using newcomer = await open(topic);
    for (const each of [leader, follower, newcomer]) {
      expect(each.state.properties(connector)).toEqual({ a: 'b' });
      expect(each.state.tasks(connector)).toEqual([{ n: '0' }]);
      expect(each.state.target(connector)).toBe('RUNNING');
      expect(each.offset).toBe(leader.offset);
    }
  });

  test('is written by no leader of before', async () => {
    const topic = `configs-${randomUUID()}`;
    await using before = await open(topic);
    await using after = await open(topic);
    await before.claim();
    await before.write([connectorRecord('one', {})], signal);
    await after.claim();
    const late = before.write([connectorRecord('late', {})], signal);
    await expect(late).rejects.toMatchObject({ code: 'kafka.fenced' });
    // Nor does it shut out who leads by trying again.
    const again = before.write([connectorRecord('late', {})], signal);
    await expect(again).rejects.toMatchObject({ code: 'kafka.fenced' });
    await after.write([connectorRecord('two', {})], signal);
    expect(after.state.connectors()).toEqual(['one', 'two']);
  });

  test.each([
    [
      '2 partitions',
      { partitions: 2, config: { 'cleanup.policy': 'compact' } },
      'required to have 1 partition',
    ],
    ['a wrong cleanup policy', { partitions: 1, config: {} }, "found 'delete'"],
  ])('with %s is refused', async (_what, { partitions, config }, message) => {
    const topic = `configs-${randomUUID()}`;
    await kafka.admin.createTopic({ topic, partitions, replicationFactor: -1, config });
    await expect(open(topic)).rejects.toMatchObject({
      kind: 'config',
      path: 'config.storage.topic',
      message: expect.stringContaining(message) as string,
    });
  });
});

test('the status topic tells other workers what one put, the newest of each', async () => {
  const topic = `statuses-${randomUUID()}`;
  const open = (): Promise<StatusTopic> =>
    new StatusTopic({ kafka, topic: named(topic, 'status.storage.topic', 5), log: silentLog }).open(
      signal,
    );
  await using one = await open();
  await using other = await open();
  const task = { connector: 'c', task: 0 };
  const status = { trace: null, workerId: 'a:1', generation: 1, version: '1' };
  one.put(task, { ...status, state: 'RESTARTING' });
  one.put(task, { ...status, state: 'RUNNING' });
  one.putTopic('c', 'orders', { task: 0, at: 5 });
  await eventually(
    () => Promise.resolve([other.state.get(task)?.state, other.state.topics('c')[0]]),
    (seen) => seen[0] === 'RUNNING' && seen[1] === 'orders',
  );
  other.putSafe(task, { ...status, workerId: 'b:1', generation: 0, state: 'UNASSIGNED' });
  expect(other.state.get(task)?.state).toBe('RUNNING');
});
