import type { Clock } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import type { Kafka } from '../port.ts';
import { KafkaJsAdmin } from './admin.ts';
import { kafkaJsClient, type ClientProperties } from './client.ts';
import { KafkaJsConsumer } from './consumer.ts';
import { readToEnd } from './log-reader.ts';
import { openProducer } from './producer.ts';
import { mendRequestQueue } from './request-queue.ts';

/** The port on kafkajs. Nothing connects before it is used. */
export function kafkaJs(properties: ClientProperties, log: Log, clock: Clock): Kafka {
  mendRequestQueue(clock);
  const client = kafkaJsClient(properties, log);
  const admin = new KafkaJsAdmin(() => client.admin(), clock);
  return {
    admin,
    producer: (options) =>
      openProducer(clientFor(properties, options.clientId, options.overrides, log), options),
    consumer: (options) =>
      new KafkaJsConsumer(
        clientFor(properties, options.clientId, options.overrides, log),
        admin,
        options,
        clock,
      ).start(),
    readToEnd: (topic, onRecord, signal) => readToEnd(client, admin, topic, onRecord, signal),
    [Symbol.asyncDispose]: () => admin.close(),
  };
}

function clientFor(
  properties: ClientProperties,
  clientId: string,
  overrides: ClientProperties | undefined,
  log: Log,
): ReturnType<typeof kafkaJsClient> {
  return kafkaJsClient({ ...properties, ...overrides, 'client.id': clientId }, log);
}
