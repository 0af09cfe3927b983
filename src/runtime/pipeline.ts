import type { Converter } from '../converters/converter.ts';
import type { HeaderConverter } from '../converters/header.ts';
import type { Header, RawHeader, RawRecord, SinkRecord, SourceRecord } from '../data/record.ts';
import type { Schema, SchemaAndValue } from '../data/schema.ts';
import { AssertionError, toAppError, type AppError } from '../foundation/errors.ts';
import type { OutRecord } from '../kafka/port.ts';
import { NO_TRANSFORM, type Transform } from '../transforms/transform.ts';
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
  const finish = (k: SchemaAndValue, v: SchemaAndValue): SinkRecord | undefined => {
    const { transform, headerConverter } = pipeline;
    const record = new ConvertedRecord(raw, k, v, headerConverter);
    if (transform === NO_TRANSFORM) return record;
    const headers = at('convert-header', () => record.headers);
    return at('transform', () => transform.apply<SinkRecord>(record.with(headers)));
  };
  if (!(key instanceof Promise) && !(value instanceof Promise)) return finish(key, value);
  return Promise.all([late('convert-key', key), late('convert-value', value)]).then(([k, v]) =>
    finish(k, v),
  );
}

/** A record as it was read; its headers are converted when they are first asked for: most sinks never do. */
class ConvertedRecord implements SinkRecord {
  readonly topic: string;
  readonly kafkaPartition: number;
  readonly kafkaOffset: bigint;
  readonly keySchema: Schema | undefined;
  readonly key: unknown;
  readonly valueSchema: Schema | undefined;
  readonly value: unknown;
  readonly timestamp: number;
  readonly original: RawRecord;
  readonly #converter: HeaderConverter;
  #headers: readonly Header[] | undefined;

  constructor(
    raw: RawRecord,
    key: SchemaAndValue,
    value: SchemaAndValue,
    converter: HeaderConverter,
  ) {
    this.topic = raw.topic;
    this.kafkaPartition = raw.partition;
    this.kafkaOffset = raw.offset;
    this.keySchema = key.schema;
    this.key = key.value;
    this.valueSchema = value.schema;
    this.value = value.value;
    this.timestamp = raw.timestamp;
    this.original = raw;
    this.#converter = converter;
  }

  /** For transforms, which copy records by their own properties. */
  with(headers: readonly Header[]): SinkRecord {
    const { topic, kafkaPartition, kafkaOffset, keySchema, key, valueSchema, value } = this;
    const { timestamp, original } = this;
    const where = { topic, kafkaPartition, kafkaOffset, timestamp, original };
    return { ...where, keySchema, key, valueSchema, value, headers };
  }

  get headers(): readonly Header[] {
    this.#headers ??= this.original.headers.map((header) =>
      this.#converter.decode(this.topic, header),
    );
    return this.#headers;
  }
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
