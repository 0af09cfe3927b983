import type { RawHeader, RawRecord } from '../../data/record.ts';
import type { KafkaMessage } from './kafkajs.ts';
import type { PackedHeaders } from '../packed-headers.ts';
import { DecodedRecord } from './record-decoder.ts';

export function toRaw(topic: string, partition: number, message: KafkaMessage): RawRecord {
  return new KafkaJsRecord(topic, partition, message);
}

class KafkaJsRecord implements RawRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly #headers: PackedHeaders | readonly RawHeader[];

  constructor(topic: string, partition: number, message: KafkaMessage) {
    this.topic = topic;
    this.partition = partition;
    this.offset = BigInt(message.offset);
    this.timestamp = Number(message.timestamp);
    this.key = message.key;
    this.value = message.value;
    this.#headers =
      message instanceof DecodedRecord ? message.packedHeaders : listed(message.headers);
  }

  /** Read anew each time: ask once. */
  get headers(): readonly RawHeader[] {
    const headers = this.#headers;
    return 'list' in headers ? headers.list() : headers;
  }
}

/** kafkajs' headers, where its own decoder is in use. */
function listed(headers: KafkaMessage['headers'] = {}): readonly RawHeader[] {
  return Object.entries(headers).flatMap(([key, values]) =>
    (Array.isArray(values) ? values : [values]).map((value) => ({
      key,
      value: typeof value === 'string' ? Buffer.from(value) : (value ?? null),
    })),
  );
}
