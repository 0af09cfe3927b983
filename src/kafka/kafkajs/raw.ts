import type { KafkaMessage } from './kafkajs.ts';
import type { RawHeader, RawRecord } from '../../data/record.ts';

export function toRaw(topic: string, partition: number, message: KafkaMessage): RawRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: toRawHeaders(message.headers),
  };
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
