import type { Schema, SinkRecord } from '../src/sdk/index.ts';
import type { Place } from './conformance/types.ts';

/** A record as a sink gets it. */
export function sinkRecord(
  at: Place,
  record: {
    readonly key?: unknown;
    readonly keySchema?: Schema | undefined;
    /** null = a tombstone. */
    readonly value: unknown;
    readonly valueSchema?: Schema | undefined;
  },
): SinkRecord {
  const { key = null, keySchema, value, valueSchema } = record;
  const { topic, partition, offset } = at;
  return {
    topic,
    kafkaPartition: partition,
    kafkaOffset: offset,
    key,
    keySchema,
    value,
    valueSchema,
    headers: [],
    timestamp: 0,
    original: { topic, partition, offset, timestamp: 0, key: null, value: null, headers: [] },
  };
}
