import type { RawHeader, RawRecord } from '../../data/record.ts';
import type { KafkaMessage } from './kafkajs.ts';
import { listHeaders, PackedHeaders } from './packed-headers.ts';

/** Makes records of a partition's messages, one after the other. */
export function rawReader(topic: string, partition: number): (message: KafkaMessage) => RawRecord {
  let last: PackedHeaders | undefined;
  return (message) => {
    const list = listHeaders(message.headers);
    const packed = PackedHeaders.of(list, last);
    last = packed ?? last;
    return new KafkaJsRecord(topic, partition, message, packed ?? list);
  };
}

class KafkaJsRecord implements RawRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly #headers: PackedHeaders | readonly RawHeader[];

  constructor(
    topic: string,
    partition: number,
    message: KafkaMessage,
    headers: PackedHeaders | readonly RawHeader[],
  ) {
    this.topic = topic;
    this.partition = partition;
    this.offset = BigInt(message.offset);
    this.timestamp = Number(message.timestamp);
    this.key = message.key;
    this.value = message.value;
    this.#headers = headers;
  }

  /** Made anew each time: ask once. */
  get headers(): readonly RawHeader[] {
    return this.#headers instanceof PackedHeaders ? this.#headers.list() : this.#headers;
  }
}
