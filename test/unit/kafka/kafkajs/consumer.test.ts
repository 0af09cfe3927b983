/**
 * Goal: a slow target costs no session: heartbeats go on while partitions are being taken.
 * Method: kafkajs' consumer is played by the test, time is moved by hand.
 */
import { EventEmitter } from 'node:events';
import type { ConsumerRunConfig, EachBatchPayload, Kafka } from 'kafkajs';
import { expect, test } from 'vitest';
import { KafkaJsConsumer } from '../../../../src/kafka/kafkajs/consumer.ts';
import { ManualClock, turn } from '../../../support/manual-clock.ts';
import { MemoryKafka } from '../../../support/memory-kafka.ts';

class PlayedConsumer extends EventEmitter {
  eachBatch: NonNullable<ConsumerRunConfig['eachBatch']> = () => Promise.resolve();
  connect = (): Promise<void> => Promise.resolve();
  disconnect = (): Promise<void> => Promise.resolve();
  subscribe = (): Promise<void> => Promise.resolve();
  seek = (): void => undefined;
  run({ eachBatch = this.eachBatch }: ConsumerRunConfig): Promise<void> {
    this.eachBatch = eachBatch;
    return Promise.resolve();
  }
}

test('heartbeats go on while a target takes its time to open', async () => {
  const memory = new MemoryKafka();
  memory.addTopic('t');
  const clock = new ManualClock();
  const played = new PlayedConsumer();
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  await using consumer = await new KafkaJsConsumer(
    { consumer: () => played } as unknown as Kafka,
    memory.admin,
    {
      groupId: 'g',
      clientId: 'c',
      topics: ['t'],
      autoOffsetReset: 'earliest',
      onAssigned: async () => {
        await opened;
        return [];
      },
      onRevoked: () => Promise.resolve(),
    },
    clock,
  ).start();
  let heartbeats = 0;
  const payload = {
    batch: {
      topic: 't',
      partition: 0,
      highWatermark: '1',
      messages: [{ key: null, value: Buffer.from('v'), offset: '0', timestamp: '0' }],
      firstOffset: () => '0',
      lastOffset: () => '0',
    },
    heartbeat: () => {
      heartbeats++;
      return Promise.resolve();
    },
    resolveOffset: () => undefined,
    isRunning: () => true,
    isStale: () => false,
  } as unknown as EachBatchPayload;

  played.emit('consumer.group_join', { payload: { memberAssignment: { t: [0] } } });
  const taken = played.eachBatch(payload);
  await clock.advance(45_000);
  expect(heartbeats).toBe(45);
  open();
  await taken;
  await turn();
  const records = await consumer.poll(1, 0, new AbortController().signal);
  expect(records.map(({ offset }) => offset)).toEqual([0n]);
});

test('a restart that comes after the end is ended, too: no member stays that nobody polls', async () => {
  const memory = new MemoryKafka();
  memory.addTopic('t');
  const played = new PlayedConsumer();
  let disconnects = 0;
  played.disconnect = () => {
    disconnects += 1;
    return Promise.resolve();
  };
  const assigned: unknown[] = [];
  const consumer = await new KafkaJsConsumer(
    { consumer: () => played } as unknown as Kafka,
    memory.admin,
    {
      groupId: 'g',
      clientId: 'c',
      topics: ['t'],
      autoOffsetReset: 'earliest',
      onAssigned: (partitions) => {
        assigned.push(...partitions);
        return Promise.resolve([]);
      },
      onRevoked: () => Promise.resolve(),
    },
    new ManualClock(),
  ).start();
  await consumer[Symbol.asyncDispose]();
  expect(disconnects).toBe(1);
  played.emit('consumer.group_join', { payload: { memberAssignment: { t: [0] } } });
  await turn();
  expect(disconnects).toBe(2);
  expect(assigned).toEqual([]);
});
