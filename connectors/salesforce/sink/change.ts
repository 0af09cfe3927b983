import { AppError, type Schema, type SinkRecord, type Struct } from '../../../src/sdk/index.ts';
import { toJson } from './convert.ts';
import type { Mapping } from './mapping.ts';
import { isOwn } from './origin.ts';

export type Operation = 'insert' | 'update' | 'upsert' | 'delete';

/** What one record, or several folded, ask of one target record. */
export interface TargetChange {
  readonly kind: 'write' | 'delete';
  /** Value of the target's id field; undefined for an insert without one. */
  readonly key: string | undefined;
  /** Absent, null and value are three things (Invariant 7). */
  readonly values: Readonly<Record<string, unknown>>;
  readonly records: readonly SinkRecord[];
}

/** Why a record asks for nothing. */
export type Skip = 'echo' | 'unmapped';

export interface ChangeOptions {
  readonly mapping: Mapping;
  readonly operation: Operation;
  /** The target's field that identifies a record (`salesforce.custom.id.field.name`). */
  readonly idField: string;
  /** Records whose change origin names this client are this sink's own echoes. */
  readonly client: string;
}

/** What a record asks for. Throws a `data` error that names the field. */
export function changeOf(record: SinkRecord, options: ChangeOptions): TargetChange | Skip {
  const { mapping, operation, idField, client } = options;
  const envelope = envelopeOf(record);
  if (isOwn(envelope?.origin, client)) return 'echo';
  const isDelete = operation === 'delete' || record.value === null || envelope?.op === 'delete';
  const key = keyOf(record, envelope, options);
  if (isDelete) {
    if (operation === 'insert') throw unfit('insert', 'a delete');
    return { kind: 'delete', key: required(key, idField), values: {}, records: [record] };
  }
  const partial = envelope?.op === 'update';
  if (operation === 'insert' && partial) throw unfit('insert', 'an update');
  const values = mapping.values(bodyOf(record, envelope), envelope, toJson);
  if (partial && Object.keys(values).length === 0) return 'unmapped';
  return {
    kind: 'write',
    key: operation === 'insert' ? key : required(key, idField),
    values,
    records: [record],
  };
}

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

function bodyOf(
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

/** The id field's value: mapped from the source, where `Id` is the change's id or the record key's. */
function keyOf(
  record: SinkRecord,
  envelope: Envelope | undefined,
  { mapping, idField }: ChangeOptions,
): string | undefined {
  const source = mapping.sourceOf(idField);
  if (source === undefined) return undefined;
  if (source === 'Id') return envelope?.id ?? keyStruct(record)?.['Id']?.toString();
  const fromValue =
    record.value === null ? undefined : mapping.read(bodyOf(record, envelope), source);
  const value = fromValue ?? keyStruct(record)?.[source];
  if (value === null || value === undefined) return undefined;
  return String(toJson(value, undefined, source));
}

function keyStruct(record: SinkRecord): Struct | undefined {
  return record.key !== null && typeof record.key === 'object' ? (record.key as Struct) : undefined;
}

function required(key: string | undefined, idField: string): string {
  if (key !== undefined && key !== '') return key;
  throw new AppError(
    'data',
    'salesforce.no_id',
    `The record has no value for ${idField}, so its target can't be found.`,
    {
      path: idField,
      suggestion: `An update carries only what changed: map the id from Id (fields=Id:${idField},…).`,
    },
  );
}

function unfit(operation: string, what: string): AppError {
  return new AppError(
    'data',
    'salesforce.operation',
    `salesforce.sink.object.operation=${operation} can't apply ${what}.`,
    { path: 'salesforce.sink.object.operation', suggestion: 'Use upsert.' },
  );
}
