import type { Converter } from '../converters/converter.ts';
import type { HeaderConverter } from '../converters/header.ts';
import type { RawHeader, RawRecord, SinkRecord, SourceRecord } from '../data/record.ts';
import type { SchemaAndValue } from '../data/schema.ts';
import { AssertionError, toAppError, type AppError } from '../foundation/errors.ts';
import type { OutRecord } from '../kafka/port.ts';
import type { Transform } from '../transforms/transform.ts';
import type { Stage } from './error-policy.ts';

/** A connector's converters and transforms. Synchronous per record once its schema is known. */
export interface Pipeline {
  readonly transform: Transform;
  readonly keyConverter: Converter;
  readonly valueConverter: Converter;
  readonly headerConverter: HeaderConverter;
}

/** An error and where on a record's way it happened. */
export class StageError extends Error {
  readonly stage: Stage;
  override readonly cause: AppError;

  constructor(stage: Stage, cause: AppError) {
    super(cause.message);
    this.stage = stage;
    this.cause = cause;
  }
}

const NO_HEADERS: readonly RawHeader[] = [];

/** The record for Kafka, or undefined when a transform filtered it. Throws StageError. */
export function encode(
  pipeline: Pipeline,
  record: SourceRecord,
): OutRecord | undefined | Promise<OutRecord | undefined> {
  const transformed = at('transform', () => pipeline.transform.apply(record));
  if (transformed === undefined) return undefined;
  const { topic } = transformed;
  const key = at('convert-key', () =>
    pipeline.keyConverter.encode(topic, transformed.keySchema, transformed.key),
  );
  const value = at('convert-value', () =>
    pipeline.valueConverter.encode(topic, transformed.valueSchema, transformed.value),
  );
  const headers =
    transformed.headers.length === 0
      ? NO_HEADERS
      : at('convert-header', () =>
          transformed.headers.map((header) => pipeline.headerConverter.encode(topic, header)),
        );
  const finish = (keyBytes: Uint8Array | null, valueBytes: Uint8Array | null): OutRecord => ({
    topic,
    partition: transformed.kafkaPartition,
    key: keyBytes,
    value: valueBytes,
    headers,
    timestamp: transformed.timestamp,
  });
  if (!(key instanceof Promise) && !(value instanceof Promise)) return finish(key, value);
  return Promise.all([late('convert-key', key), late('convert-value', value)]).then(
    ([keyBytes, valueBytes]) => finish(keyBytes, valueBytes),
  );
}

/** The sink's record, or undefined when filtered. Throws StageError. */
export function decode(
  pipeline: Pipeline,
  raw: RawRecord,
): SinkRecord | undefined | Promise<SinkRecord | undefined> {
  const { topic } = raw;
  const key = at('convert-key', () => pipeline.keyConverter.decode(topic, raw.key));
  const value = at('convert-value', () => pipeline.valueConverter.decode(topic, raw.value));
  const headers = at('convert-header', () =>
    raw.headers.map((header) => pipeline.headerConverter.decode(topic, header)),
  );
  const finish = (k: SchemaAndValue, v: SchemaAndValue): SinkRecord | undefined =>
    at('transform', () =>
      pipeline.transform.apply<SinkRecord>({
        topic,
        kafkaPartition: raw.partition,
        kafkaOffset: raw.offset,
        keySchema: k.schema,
        key: k.value,
        valueSchema: v.schema,
        value: v.value,
        headers,
        timestamp: raw.timestamp,
        original: raw,
      }),
    );
  if (!(key instanceof Promise) && !(value instanceof Promise)) return finish(key, value);
  return Promise.all([late('convert-key', key), late('convert-value', value)]).then(([k, v]) =>
    finish(k, v),
  );
}

function at<T>(stage: Stage, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw stageError(stage, error);
  }
}

async function late<T>(stage: Stage, value: T | Promise<T>): Promise<T> {
  try {
    return await value;
  } catch (error) {
    throw stageError(stage, error);
  }
}

/** What a converter or transform throws concerns its record; a broken assertion is our bug and isn't tolerated. */
function stageError(stage: Stage, error: unknown): StageError {
  const kind = error instanceof AssertionError ? 'fatal' : 'data';
  return new StageError(stage, toAppError(error, kind, 'runtime.record'));
}
