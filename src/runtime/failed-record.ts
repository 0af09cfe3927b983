/** A record as a dead letter keeps it. */
import { valueToJson } from '../converters/json-values.ts';
import { stringifyJson } from '../data/exact-json.ts';
import type { Position, RawHeader, SourceRecord } from '../data/record.ts';
import type { Schema } from '../data/schema.ts';
import type { OutRecord } from '../kafka/port.ts';

export interface FailedRecord {
  readonly topic: string;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly RawHeader[];
  readonly timestamp?: number | undefined;
  /** Where a sink read it; a source's record isn't in Kafka. */
  readonly partition?: number | undefined;
  readonly offset?: bigint | undefined;
  /** Where a source read it, if the record says so. */
  readonly position?: Position | undefined;
}

/**
 * A source's record as it came from its connector, before the transforms. It has no bytes yet, and its converter may be what
 * failed: text and bytes are kept as they are, everything else as JSON.
 */
export function failedSource(record: SourceRecord): FailedRecord {
  const { topic, keySchema, key, valueSchema, value, headers, timestamp, position } = record;
  return {
    topic,
    key: toBytes(keySchema, key),
    value: toBytes(valueSchema, value),
    headers: headers.map((header) => ({
      key: header.key,
      value: toBytes(header.schema, header.value),
    })),
    timestamp,
    position,
  };
}

/** A source's record that Kafka refused. */
export function failedOut({ topic, key, value, headers, timestamp }: OutRecord): FailedRecord {
  return { topic, key, value, headers, timestamp };
}

function toBytes(schema: Schema | undefined, value: unknown): Uint8Array | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return value;
  return Buffer.from(typeof value === 'string' ? value : toJson(schema, value));
}

/** What its schema can't write may be why it is here: then it is written without. */
function toJson(schema: Schema | undefined, value: unknown): string {
  try {
    return stringifyJson(valueToJson(schema, value, { decimals: 'NUMERIC', replaceNull: false }));
  } catch {
    try {
      return stringifyJson(value);
    } catch {
      return '(not to be written as JSON)';
    }
  }
}
