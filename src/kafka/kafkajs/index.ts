import type { Clock } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import type { GroupKafka } from '../port.ts';
import { KafkaJsAdmin } from './admin.ts';
import type { ClientProperties } from '../connection.ts';
import { kafkaJsClient } from './client.ts';
import { KafkaJsConsumer } from './consumer.ts';
import { readToEnd } from './log-reader.ts';
import { KafkaJsGroupMember } from './group-member.ts';
import { openProducer } from './producer.ts';
import { mendRequestQueue } from './request-queue.ts';
import { KafkaJsTopicTail } from './topic-tail.ts';
import { KafkaJsTransactionalProducer } from './transactions.ts';

/** The port on kafkajs. Nothing connects before it is used. */
export function kafkaJs(properties: ClientProperties, log: Log, clock: Clock): GroupKafka {
  mendRequestQueue(clock);
  const client = kafkaJsClient(properties, log, clock);
  const admin = new KafkaJsAdmin(() => client.admin(), clock);
  return {
    admin,
    producer: (options) =>
      openProducer(
        clientFor(properties, options.clientId, options.overrides, log, clock),
        options,
        clock,
      ),
    consumer: (options) =>
      new KafkaJsConsumer(
        clientFor(properties, options.clientId, options.overrides, log, clock),
        admin,
        options,
        clock,
      ).start(),
    transactionalProducer: (options) =>
      new KafkaJsTransactionalProducer(
        clientFor(properties, options.clientId, options.overrides, log, clock),
        options,
        clock,
      ),
    groupMember: (options) =>
      new KafkaJsGroupMember(
        clientFor(properties, options.clientId, undefined, log, clock),
        options,
      ),
    tail: (options, signal) =>
      new KafkaJsTopicTail(
        clientFor(properties, options.clientId, undefined, log, clock),
        admin,
        clock,
        options,
      ).start(signal),
    readToEnd: (topic, onRecord, signal) => readToEnd(client, admin, topic, onRecord, signal),
    [Symbol.asyncDispose]: () => admin.close(),
  };
}

function clientFor(
  properties: ClientProperties,
  clientId: string,
  overrides: ClientProperties | undefined,
  log: Log,
  clock: Clock,
): ReturnType<typeof kafkaJsClient> {
  return kafkaJsClient({ ...properties, ...overrides, 'client.id': clientId }, log, clock);
}
