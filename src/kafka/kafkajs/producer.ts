import kafkajs, {
  type IHeaders,
  type Kafka,
  type Message,
  type Producer,
  type TopicMessages,
} from './kafkajs.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { RawHeader } from '../../data/record.ts';
import { AppError } from '../../foundation/errors.ts';
import type { KafkaProducer, OutRecord, ProducerOptions } from '../port.ts';
import { codecNamed } from '../compression.ts';
import { answered, closed } from './answered.ts';
import { RETRY } from './client.ts';
import { isInForce } from './overrides.ts';
import { isType, kafkaError } from './errors.ts';
import { stickyPartitioner } from './partitioner.ts';

/** Idempotent, acks=all, one request in flight: order per key survives every retry (Invariant 5). */
export async function openProducer(
  kafka: Kafka,
  options: ProducerOptions,
  clock: Clock,
): Promise<KafkaProducer> {
  const producer = new KafkaJsProducer(kafka, options, clock);
  await producer.connect();
  return producer;
}

class KafkaJsProducer implements KafkaProducer {
  readonly #kafka: Kafka;
  readonly #compression: number;
  readonly #clock: Clock;
  #producer: Producer | undefined;

  constructor(kafka: Kafka, options: ProducerOptions, clock: Clock) {
    this.#kafka = kafka;
    this.#clock = clock;
    this.#compression = compression(options.overrides?.['compression.type']);
  }

  async connect(): Promise<Producer> {
    if (this.#producer !== undefined) return this.#producer;
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: stickyPartitioner,
      retry: RETRY,
    });
    try {
      await answered(producer.connect(), 'Connecting to Kafka', this.#clock);
    } catch (error) {
      await closed(producer.disconnect(), this.#clock);
      throw kafkaError(error, 'Connecting to Kafka');
    }
    this.#producer = producer;
    return producer;
  }

  async send(records: readonly OutRecord[]): Promise<void> {
    for (const round of rounds(records)) await this.#sendRound(round);
  }

  /** A batch that its topic finds too large is halved until it fits or one record is too large alone. */
  async #sendRound(records: readonly OutRecord[]): Promise<void> {
    const producer = await this.connect();
    try {
      const sent = producer.sendBatch({
        acks: -1,
        compression: this.#compression,
        topicMessages: toTopicMessages(records),
      });
      await answered(sent, `Writing to ${topicsOf(records)}`, this.#clock);
      return;
    } catch (error) {
      await this.#discard();
      if (!isType(error, 'MESSAGE_TOO_LARGE') || records.length < 2) {
        throw this.#explain(error, records);
      }
    }
    const half = Math.ceil(records.length / 2);
    await this.#sendRound(records.slice(0, half));
    await this.#sendRound(records.slice(half));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#producer !== undefined) await closed(this.#producer.disconnect(), this.#clock);
  }

  /**
   * kafkajs takes the sequence numbers of a failed batch back, though the broker may have written it:
   * the next batch under the same numbers would be acked as a duplicate and never written. A new
   * producer id can't be mistaken so.
   */
  async #discard(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    if (producer !== undefined) await closed(producer.disconnect(), this.#clock);
  }

  #explain(error: unknown, records: readonly OutRecord[]): AppError {
    const topics = topicsOf(records);
    const [only] = records;
    if (isType(error, 'MESSAGE_TOO_LARGE') && records.length === 1 && only !== undefined) {
      const bytes = (only.key?.length ?? 0) + (only.value?.length ?? 0);
      return new AppError(
        'data',
        'kafka.record_too_large',
        `A record of ${bytes} bytes is larger than topic ${topics} takes.`,
        { cause: error, suggestion: "Raise the topic's max.message.bytes." },
      );
    }
    return kafkaError(error, `Writing to ${topics}`);
  }
}

function topicsOf(records: readonly OutRecord[]): string {
  return [...new Set(records.map(({ topic }) => topic))].join(', ');
}

/**
 * Far below the default max.message.bytes (1 MiB), which bounds a batch: kafkajs makes one per partition and call, and copies
 * it six times. Others were slower, larger ones most (docs/benchmarks.md).
 */
const ROUND_BYTES = 240_000;
/** kafkajs groups a call's messages in time that grows with their square. */
const ROUND_RECORDS = 1_000;

export function* rounds(records: readonly OutRecord[]): Iterable<readonly OutRecord[]> {
  let from = 0;
  let bytes = 0;
  for (const [at, { key, value }] of records.entries()) {
    const size = (key?.length ?? 0) + (value?.length ?? 0);
    if (at > from && (bytes + size > ROUND_BYTES || at - from >= ROUND_RECORDS)) {
      yield records.slice(from, at);
      from = at;
      bytes = 0;
    }
    bytes += size;
  }
  if (from < records.length) yield records.slice(from);
}

export function toTopicMessages(records: readonly OutRecord[]): TopicMessages[] {
  const byTopic = new Map<string, Message[]>();
  for (const record of records) {
    let messages = byTopic.get(record.topic);
    if (messages === undefined) byTopic.set(record.topic, (messages = []));
    messages.push(toMessage(record));
  }
  return Array.from(byTopic, ([topic, messages]) => ({ topic, messages }));
}

function toMessage(record: OutRecord): Message {
  const message: Message = {
    key: record.key === null ? null : asBuffer(record.key),
    value: record.value === null ? null : asBuffer(record.value),
    headers: toHeaders(record.headers),
  };
  if (record.partition !== undefined) message.partition = record.partition;
  if (record.timestamp !== undefined) message.timestamp = String(record.timestamp);
  return message;
}

/** kafkajs' own encoder measures a header before it looks for null: there an empty one stands for it. */
const NULL_HEADER = (isInForce ? null : Buffer.alloc(0)) as Buffer;

function toHeaders(headers: readonly RawHeader[]): IHeaders {
  const object: IHeaders = {};
  for (const { key, value } of headers) {
    const bytes = value === null ? NULL_HEADER : asBuffer(value);
    const earlier = object[key];
    if (!(key in object)) object[key] = bytes;
    else if (Array.isArray(earlier)) object[key] = [...earlier, bytes];
    else object[key] = [earlier ?? NULL_HEADER, bytes];
  }
  return object;
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Of `compression.type`, by its number. */
export function compression(type: string | undefined): number {
  return codecNamed(type)?.id ?? kafkajs.CompressionTypes.None;
}
