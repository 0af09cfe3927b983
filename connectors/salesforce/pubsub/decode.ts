/** Salesforce's Avro, decoded: 64-bit numbers are bigints, everything else as avsc reads it. */
import avro from 'avsc';
import type { FieldTree } from './bitmap.ts';

/** A field's type without its null branch. */
export type FieldType =
  | { readonly kind: 'string' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' }
  | { readonly kind: 'array'; readonly items: FieldType }
  | { readonly kind: 'record'; readonly name: string; readonly fields: readonly EventField[] }
  /** `["null", "string", Record]`: a text or a compound, by event. */
  | {
      readonly kind: 'text-or-record';
      readonly name: string;
      readonly fields: readonly EventField[];
    };

export interface EventField {
  readonly name: string;
  readonly type: FieldType;
  readonly doc: string;
}

export interface EventSchema {
  readonly id: string;
  /** `AccountChangeEvent`, `Order_Event__e`. */
  readonly name: string;
  /** With its namespace. */
  readonly fullName: string;
  /** As Salesforce sent it. */
  readonly json: string;
  /** All fields in the schema's order: a bitmap's bit is a place in it. */
  readonly fields: readonly EventField[];
  /** `fields` as bitmaps see them. */
  readonly tree: readonly FieldTree[];
  readonly decode: (payload: Buffer) => Record<string, unknown>;
}

export interface ChangeEventHeader {
  readonly entityName: string;
  readonly recordIds: readonly string[];
  readonly changeType: string;
  readonly changeOrigin: string;
  readonly transactionKey: string;
  readonly sequenceNumber: number;
  /** Epoch ms. */
  readonly commitTimestamp: bigint;
  readonly commitNumber: bigint;
  readonly commitUser: string;
  readonly nulledFields: readonly string[];
  readonly diffFields: readonly string[];
  readonly changedFields: readonly string[];
}

export const HEADER_FIELD = 'ChangeEventHeader';

export function compileEventSchema(id: string, json: string): EventSchema {
  const parsed = JSON.parse(json) as AvroRecord;
  const type = avroType(parsed);
  const fields = fieldsOf(parsed, new Map());
  return {
    id,
    name: parsed.name,
    fullName: parsed.namespace === undefined ? parsed.name : `${parsed.namespace}.${parsed.name}`,
    json,
    fields,
    tree: fields.map(treeOf),
    decode: (payload) => type.fromBuffer(payload) as Record<string, unknown>,
  };
}

/** Throws where it isn't an Avro schema. */
export function avroType(schema: AvroRecord): avro.Type {
  return avro.Type.forSchema(schema as avro.Schema, {
    wrapUnions: 'never',
    omitRecordMethods: true,
    typeHook: (each) => (each === 'long' || isLong(each) ? LONG : undefined),
  });
}

type Avro = string | readonly Avro[] | AvroRecord;
/** A record's schema as parsed JSON. */
export interface AvroRecord {
  readonly type: Avro;
  readonly name: string;
  readonly namespace?: string;
  readonly fields?: readonly {
    readonly name: string;
    readonly type: Avro;
    readonly doc?: string;
  }[];
  readonly items?: Avro;
}

type Named = Map<string, FieldType>;
const PRIMITIVES: ReadonlySet<string> = new Set([
  'string',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
]);

function fieldsOf(record: AvroRecord, named: Named): readonly EventField[] {
  return (record.fields ?? []).map(({ name, type, doc }) => ({
    name,
    type: typeOf(type, named),
    doc: doc ?? '',
  }));
}

function typeOf(avroType: Avro, named: Named): FieldType {
  if (isUnion(avroType)) return unionOf(avroType, named);
  if (typeof avroType === 'string') {
    if (PRIMITIVES.has(avroType)) return { kind: avroType } as FieldType;
    const known = named.get(avroType) ?? named.get(avroType.slice(avroType.lastIndexOf('.') + 1));
    if (known === undefined) throw new RangeError(`the type ${avroType} is not defined`);
    return known;
  }
  const { type } = avroType;
  if (type === 'record') {
    const fields = fieldsOf(avroType, named);
    const made: FieldType = { kind: 'record', name: avroType.name, fields };
    named.set(avroType.name, made);
    return made;
  }
  // Enumerations are strings: their growth would break readers.
  if (type === 'enum') {
    named.set(avroType.name, { kind: 'string' });
    return { kind: 'string' };
  }
  if (type === 'array') return { kind: 'array', items: typeOf(avroType.items ?? 'string', named) };
  return typeOf(type, named);
}

function unionOf(branches: readonly Avro[], named: Named): FieldType {
  const types = branches.filter((branch) => branch !== 'null').map((each) => typeOf(each, named));
  const [first] = types;
  const record = types.find((each) => each.kind === 'record');
  if (types.length === 1 && first !== undefined) return first;
  if (
    types.length === 2 &&
    record?.kind === 'record' &&
    types.some((each) => each.kind === 'string')
  ) {
    return { kind: 'text-or-record', name: record.name, fields: record.fields };
  }
  throw new RangeError(`a union of ${branches.length} types is not known`);
}

function treeOf({ name, type }: EventField): FieldTree {
  return 'fields' in type ? { name, parts: type.fields.map(treeOf) } : { name };
}

function isUnion(type: Avro): type is readonly Avro[] {
  return Array.isArray(type);
}

function isLong(schema: unknown): boolean {
  return (
    typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'long'
  );
}

/** avsc's cursor. */
interface Tap {
  readonly buf: Buffer;
  pos: number;
}

/** Seven bytes are 49 bits: exact as a double. */
const EXACT_BYTES = 7;

/** Avro's long as a bigint, never rounded (Invariant 6). Only reads. */
class BigLong extends avro.types.LongType {
  _read(tap: Tap): bigint {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < EXACT_BYTES; count += 1) {
      const byte = tap.buf[tap.pos++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return BigInt(value % 2 === 0 ? value / 2 : -(value + 1) / 2);
      factor *= 128;
    }
    let zigzag = BigInt(value);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = tap.buf[tap.pos++] ?? 0;
      zigzag |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, (zigzag >> 1n) ^ -(zigzag & 1n));
    }
    throw new RangeError('a long of more than ten bytes');
  }
}

const LONG = new BigLong();
