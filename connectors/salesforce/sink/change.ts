import { AppError, type SinkRecord, type Struct } from '../../../src/sdk/index.ts';
import { toJson } from './convert.ts';
import { bodyOf, envelopeOf, type Envelope } from './envelope.ts';
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
