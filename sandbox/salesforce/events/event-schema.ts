import { createHash } from 'node:crypto';
import type { ObjectDef } from '../org/types.ts';
import { columnsOf, eventNameOf, PERSON_NAME } from './columns.ts';
import type { Column, CompoundColumn, SimpleColumn } from './columns.ts';

export type AvroType =
  | string
  | AvroRecord
  | readonly AvroType[]
  | { readonly type: 'array'; readonly items: AvroType }
  | { readonly type: 'enum'; readonly name: string; readonly symbols: readonly string[] };

export interface AvroRecord {
  readonly type: 'record';
  readonly name: string;
  readonly namespace?: string;
  readonly fields: readonly AvroField[];
}

export interface AvroField {
  readonly name: string;
  readonly type: AvroType;
  readonly doc?: string;
  readonly default?: null;
}

/** One version of an event's schema. */
export interface EventSchema {
  /** 22 characters: base64url of the MD5 of `json`. REST calls it `uuid`. */
  readonly id: string;
  /** `AccountChangeEvent`, `Order_Event__e`. */
  readonly name: string;
  /** Name of the object it is about. */
  readonly entity: string;
  /** As GetSchema returns it. */
  readonly json: string;
  readonly avro: AvroRecord;
  /** The fields after ChangeEventHeader (of a platform event: all). */
  readonly columns: readonly Column[];
}

/** In the order of the enum's symbols: an event carries the index. */
export const CHANGE_TYPES = [
  'CREATE',
  'UPDATE',
  'DELETE',
  'UNDELETE',
  'GAP_CREATE',
  'GAP_UPDATE',
  'GAP_DELETE',
  'GAP_UNDELETE',
  'GAP_OVERFLOW',
  'SNAPSHOT',
] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];

const STRINGS: AvroType = { type: 'array', items: 'string' };

const HEADER: AvroField = {
  name: 'ChangeEventHeader',
  type: {
    type: 'record',
    name: 'ChangeEventHeader',
    fields: [
      { name: 'entityName', type: 'string' },
      { name: 'recordIds', type: STRINGS },
      { name: 'changeType', type: { type: 'enum', name: 'ChangeType', symbols: CHANGE_TYPES } },
      { name: 'changeOrigin', type: 'string' },
      { name: 'transactionKey', type: 'string' },
      { name: 'sequenceNumber', type: 'int' },
      { name: 'commitTimestamp', type: 'long' },
      { name: 'commitNumber', type: 'long' },
      { name: 'commitUser', type: 'string' },
      { name: 'nulledFields', type: STRINGS },
      { name: 'diffFields', type: STRINGS },
      { name: 'changedFields', type: STRINGS },
    ],
  },
  doc: 'Data:ComplexValueType',
};

/** Each release of Salesforce after the first (0) gives the same schema another id. */
export function eventSchemaOf(object: ObjectDef, release = 0): EventSchema {
  const columns = columnsOf(object);
  const defined = new Set<string>();
  const fields = columns.map((column) => avroField(column, defined));
  const avro: AvroRecord = {
    type: 'record',
    name: eventNameOf(object),
    namespace: 'com.sforce.eventbus',
    fields: object.kind === 'platformevent' ? fields : [HEADER, ...fields],
  };
  const json = JSON.stringify(avro);
  const salt = release === 0 ? '' : `#${release}`;
  const id = createHash('md5').update(json).update(salt).digest('base64url');
  return { id, name: avro.name, entity: object.name, json, avro, columns };
}

/** A record is written out where it is used first, and named from then on. */
function avroField(column: Column, defined: Set<string>): AvroField {
  const { name, doc } = column;
  if (column.kind !== 'compound') {
    const type = AVRO_TYPES[column.kind];
    if (column.required) return { name, type, doc };
    const union = column.switchable ? ['null', type, SWITCHABLE] : ['null', type];
    return { name, type: union, doc, default: null };
  }
  const type = defined.has(column.record) ? column.record : recordOf(column);
  defined.add(column.record);
  return { name, type: ['null', type], doc, default: null };
}

function recordOf(column: CompoundColumn): AvroRecord {
  return { type: 'record', name: column.record, fields: column.parts.map(partField) };
}

function partField({ name, kind }: SimpleColumn): AvroField {
  return { name, type: ['null', AVRO_TYPES[kind]], default: null };
}

const AVRO_TYPES: Record<SimpleColumn['kind'], string> = {
  string: 'string',
  boolean: 'boolean',
  int: 'int',
  double: 'double',
  long: 'long',
  date: 'long',
};

const SWITCHABLE: AvroRecord = {
  type: 'record',
  name: 'Switchable_PersonName',
  fields: PERSON_NAME.map((name) => ({
    name,
    type: ['null', 'string'],
    default: null,
  })),
};
