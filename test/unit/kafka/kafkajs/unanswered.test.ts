/** Goal: a producer's call, a transaction's and an admin's that kafkajs never ends hold up nobody for ever (Invariant 8). */
import { expect, test } from 'vitest';
import { KafkaJsAdmin } from '../../../../src/kafka/kafkajs/admin.ts';
import type { Kafka } from '../../../../src/kafka/kafkajs/kafkajs.ts';
import { openProducer } from '../../../../src/kafka/kafkajs/producer.ts';
import { KafkaJsTransactionalProducer } from '../../../../src/kafka/kafkajs/transactions.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const never = new Promise<never>(() => undefined);
const UNANSWERED = { kind: 'retriable', code: 'kafka.no_answer' };

test('a transaction that is never answered is given up, and its producer closed', async () => {
  const clock = new ManualClock();
  const producer = {
    connect: () => Promise.resolve(),
    transaction: () => never,
    disconnect: () => never,
  };
  const kafka = { producer: () => producer } as unknown as Kafka;
  const options = { clientId: 'c', transactionalId: 'g-c-0', timeoutMs: 60_000 };
  const transactions = new KafkaJsTransactionalProducer(kafka, options, clock);
  const refused = expect(transactions.init()).rejects.toMatchObject(UNANSWERED);
  await clock.advance(45_000);
  await refused;
  const closing = transactions[Symbol.asyncDispose]();
  await clock.advance(5_000);
  await closing;
});

test('a batch that is never acked is given up, and sent by a new producer next', async () => {
  const clock = new ManualClock();
  let made = 0;
  const kafka = {
    producer: () => {
      made += 1;
      const isFirst = made === 1;
      return {
        connect: () => Promise.resolve(),
        disconnect: () => never,
        sendBatch: () => (isFirst ? never : Promise.resolve()),
      };
    },
  } as unknown as Kafka;
  const producer = await openProducer(kafka, { clientId: 'c' }, clock);
  const records = [{ topic: 't', key: null, value: Buffer.from('v'), headers: [] }];
  const refused = expect(producer.send(records)).rejects.toMatchObject(UNANSWERED);
  await clock.advance(45_000);
  await clock.advance(5_000);
  await refused;
  await producer.send(records);
  expect(made).toBe(2);
});

test('a producer that never connects is given up', async () => {
  const clock = new ManualClock();
  const producer = { connect: () => never, disconnect: () => never };
  const kafka = { producer: () => producer } as unknown as Kafka;
  const refused = expect(openProducer(kafka, { clientId: 'c' }, clock)).rejects.toMatchObject(
    UNANSWERED,
  );
  await clock.advance(45_000);
  await clock.advance(5_000);
  await refused;
});

test('an admin call that is never answered is given up, and asked over a new connection next', async () => {
  const clock = new ManualClock();
  let made = 0;
  const admin = new KafkaJsAdmin(() => {
    made += 1;
    const isFirst = made === 1;
    return {
      connect: () => Promise.resolve(),
      disconnect: () => never,
      listTopics: () => (isFirst ? never : Promise.resolve(['t'])),
    } as never;
  }, clock);
  const refused = expect(admin.listTopics()).rejects.toMatchObject(UNANSWERED);
  await clock.advance(45_000);
  await clock.advance(5_000);
  await refused;
  expect(await admin.listTopics()).toEqual(['t']);
});
