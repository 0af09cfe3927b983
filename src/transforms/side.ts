import type { ConnectRecord } from '../data/record.ts';
import type { Schema, Struct } from '../data/schema.ts';
import { AppError } from '../foundation/errors.ts';

/** Which half of a record a transform works on: the `$Key` or `$Value` of its class. */
export type Side = 'key' | 'value';

export function schemaOf(record: ConnectRecord, side: Side): Schema | undefined {
  return side === 'key' ? record.keySchema : record.valueSchema;
}

export function dataOf(record: ConnectRecord, side: Side): unknown {
  return side === 'key' ? record.key : record.value;
}

/** The record with another key or value. */
export function withData<R extends ConnectRecord>(
  record: R,
  side: Side,
  schema: Schema | undefined,
  data: unknown,
): R {
  return side === 'key'
    ? { ...record, keySchema: schema, key: data }
    : { ...record, valueSchema: schema, value: data };
}

/** A key or value as an object of fields; `data` error when it isn't one. */
export function fieldsOf(record: ConnectRecord, side: Side, purpose: string): Struct {
  const schema = schemaOf(record, side);
  const data = dataOf(record, side);
  const isStruct = schema === undefined || schema.type === 'struct';
  if (isStruct && data instanceof Map) return Object.fromEntries(data) as Struct;
  if (isStruct && typeof data === 'object' && data !== null && !Array.isArray(data)) {
    return data as Struct;
  }
  const found = data === null ? 'null' : (schema?.type ?? typeof data);
  const message = `Only a struct or a map supports ${purpose}; the ${side} of a record for ${record.topic} is ${found}.`;
  throw new AppError('data', 'transform.struct', message);
}

/** A schema derived from another: made once per schema object, so that its identity is stable. */
export function derivedSchema(derive: (schema: Schema) => Schema): (schema: Schema) => Schema {
  const derived = new WeakMap<Schema, Schema>();
  return (schema) => {
    const known = derived.get(schema);
    if (known !== undefined) return known;
    const made = derive(schema);
    derived.set(schema, made);
    return made;
  };
}
