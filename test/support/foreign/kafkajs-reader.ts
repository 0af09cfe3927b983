/** Somebody else's reader in JavaScript: kafkajs, with @kafkajs/confluent-schema-registry as its users set it up. */
import { randomUUID } from 'node:crypto';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { SchemaType } from '@kafkajs/confluent-schema-registry/dist/@types.js';
import avsc from 'avsc';
import { Kafka, logLevel } from 'kafkajs';
import { eventually } from '../eventually.ts';

export interface ReadRecord {
  readonly topic: string;
  readonly key: unknown;
  readonly value: Readonly<Record<string, unknown>>;
  /** As on the topic: wire header and payload. */
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** avsc refuses numbers beyond 2^53 unless it is told how to keep them: its documentation's way. */
const long = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: () => Buffer.alloc(8),
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: () => 0,
});

function typeHook(schema: unknown): avsc.Type | undefined {
  const name =
    typeof schema === 'object' && schema !== null && 'type' in schema ? schema.type : schema;
  return name === 'long' ? long : undefined;
}

/** The topics' records from their beginning, `counts` by topic (or more), in each topic's order. */
export async function readWithKafkajs(
  counts: Readonly<Record<string, number>>,
): Promise<(topic: string) => readonly ReadRecord[]> {
  const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
  const kafka = new Kafka({ clientId: 'reader', brokers, logLevel: logLevel.NOTHING });
  const registry = new SchemaRegistry(
    { host: process.env['SCHEMA_REGISTRY_URL'] ?? '' },
    { [SchemaType.AVRO]: { typeHook } },
  );
  const consumer = kafka.consumer({ groupId: `reader-${randomUUID()}` });
  const admin = kafka.admin();
  const topics = Object.keys(counts);
  const read: ReadRecord[] = [];
  const of = (topic: string): readonly ReadRecord[] => read.filter((each) => each.topic === topic);
  await Promise.all([admin.connect(), consumer.connect()]);
  try {
    await eventually(
      () => admin.listTopics(),
      (known) => topics.every((topic) => known.includes(topic)),
    );
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ topic, message: { key, value, headers = {} } }) => {
        if (key === null || value === null) throw new Error(`a record of ${topic} lacks a part`);
        read.push({
          topic,
          key: await registry.decode(key),
          value: (await registry.decode(value)) as ReadRecord['value'],
          bytes: value,
          headers: Object.fromEntries(
            Object.entries(headers).map(([name, text]) => [name, String(text)]),
          ),
        });
      },
    });
    await eventually(
      () => topics.map((topic) => of(topic).length),
      (found) => found.every((count, at) => count >= (counts[topics[at] ?? ''] ?? 0)),
      30_000,
    );
  } finally {
    await Promise.all([admin.disconnect(), consumer.disconnect()]);
  }
  return of;
}
