import { AppError, type Schema, type SinkRecord, type Struct } from '../../../src/sdk/index.ts';

export interface Envelope {
  readonly op: string;
  readonly id: string;
  /** Salesforce's dotted names, changed and nulled together. */
  readonly touched: ReadonlySet<string>;
  readonly nulled: ReadonlySet<string>;
  readonly record: Struct;
  readonly recordSchema: Schema | undefined;
  readonly origin: unknown;
}

/** The `change` envelope of a record (design: records on topics), or undefined. */
export function envelopeOf(record: SinkRecord): Envelope | undefined {
  const value = record.value as Struct | null;
  if (value === null || typeof value !== 'object') return undefined;
  const { op, id, changed, nulled, record: body, source } = value;
  // In a raw event null means "not touched", too (Invariant 7).
  if ('ChangeEventHeader' in value) {
    throw new AppError(
      'data',
      'salesforce.raw',
      'A raw Salesforce event says too little to write it.',
      {
        suggestion: 'Publish the topic with output.format=change.',
      },
    );
  }
  if (typeof op !== 'string' || typeof id !== 'string' || !Array.isArray(changed)) return undefined;
  const nulledNames = Array.isArray(nulled) ? nulled.map(String) : [];
  return {
    op,
    id,
    touched: new Set([...changed.map(String), ...nulledNames]),
    nulled: new Set(nulledNames),
    record: (body ?? {}) as Struct,
    recordSchema: record.valueSchema?.fields?.find((field) => field.name === 'record')?.schema,
    origin: (source as Struct | null | undefined)?.['changeOrigin'],
  };
}

/** The fields to write: the envelope's record, or the value itself. Throws `data` where there are none. */
export function bodyOf(
  record: SinkRecord,
  envelope: Envelope | undefined,
): { body: Struct; schema: Schema | undefined } {
  if (envelope !== undefined) return { body: envelope.record, schema: envelope.recordSchema };
  if (record.value !== null && typeof record.value === 'object') {
    const body = record.value instanceof Map ? Object.fromEntries(record.value) : record.value;
    return { body: body as Struct, schema: record.valueSchema };
  }
  throw new AppError('data', 'salesforce.record', 'The value is neither a change nor a struct.', {
    path: 'value',
  });
}
