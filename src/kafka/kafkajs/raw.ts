import type { KafkaMessage } from './kafkajs.ts';
import type { RawHeader, RawRecord } from '../../data/record.ts';

export function toRaw(topic: string, partition: number, message: KafkaMessage): RawRecord {
  return new KafkaJsRecord(topic, partition, message);
}

/** kafkajs' message, its headers listed when they are first asked for: most records' never are. */
class KafkaJsRecord implements RawRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  #headers: KafkaMessage['headers'] | readonly RawHeader[];

  constructor(topic: string, partition: number, message: KafkaMessage) {
    this.topic = topic;
    this.partition = partition;
    this.offset = BigInt(message.offset);
    this.timestamp = Number(message.timestamp);
    this.key = message.key;
    this.value = message.value;
    this.#headers = message.headers;
  }

  get headers(): readonly RawHeader[] {
    const listed = Array.isArray(this.#headers)
      ? (this.#headers as readonly RawHeader[])
      : toRawHeaders(this.#headers as KafkaMessage['headers']);
    this.#headers = listed;
    return listed;
  }
}

const NO_HEADERS: readonly RawHeader[] = [];

function toRawHeaders(headers: KafkaMessage['headers']): readonly RawHeader[] {
  if (headers === undefined) return NO_HEADERS;
  const list: RawHeader[] = [];
  for (const [key, values] of Object.entries(headers)) {
    for (const value of Array.isArray(values) ? values : [values]) {
      list.push({ key, value: typeof value === 'string' ? Buffer.from(value) : (value ?? null) });
    }
  }
  return list;
}
