/** Schemas in few words, named as Connect's `Schema` constants and `SchemaBuilder` methods. */
import { LOGICAL } from './schema.ts';
import type { Schema, SchemaType } from './schema.ts';

export const INT8 = primitive('int8');
export const INT16 = primitive('int16');
export const INT32 = primitive('int32');
export const INT64 = primitive('int64');
export const FLOAT32 = primitive('float32');
export const FLOAT64 = primitive('float64');
export const BOOLEAN = primitive('boolean');
export const STRING = primitive('string');
export const BYTES = primitive('bytes');
/** Days since the epoch, int32. */
export const DATE: Schema = { type: 'int32', optional: false, name: LOGICAL.date, version: 1 };
/** Milliseconds of the day, int32. */
export const TIME: Schema = { type: 'int32', optional: false, name: LOGICAL.time, version: 1 };
/** Epoch milliseconds, int64. */
export const TIMESTAMP: Schema = {
  type: 'int64',
  optional: false,
  name: LOGICAL.timestamp,
  version: 1,
};

/** An unscaled two's-complement big-endian integer in bytes; its value is unscaled × 10^-scale. */
export function decimal(scale: number, precision?: number): Schema {
  const parameters: Record<string, string> = { scale: String(scale) };
  if (precision !== undefined) parameters['connect.decimal.precision'] = String(precision);
  return { type: 'bytes', optional: false, name: LOGICAL.decimal, version: 1, parameters };
}

export function array(items: Schema): Schema {
  return { type: 'array', optional: false, items };
}

/** String keys, as nearly every map has. */
export function map(values: Schema): Schema {
  return { type: 'map', optional: false, keys: STRING, items: values };
}

/** A record; the fields keep the order they are written in. */
export function struct(
  name: string,
  fields: Readonly<Record<string, Schema>>,
  doc?: string,
): Schema {
  return {
    type: 'struct',
    optional: false,
    name,
    ...(doc === undefined ? {} : { doc }),
    fields: Object.entries(fields).map(([field, schema]) => ({ name: field, schema })),
  };
}

const optionalOf = new WeakMap<Schema, Schema>();

/** The same schema, null allowed. The same object for the same argument, so that caches hold. */
export function optional(schema: Schema): Schema {
  if (schema.optional) return schema;
  const known = optionalOf.get(schema);
  if (known !== undefined) return known;
  const made: Schema = { ...schema, optional: true };
  optionalOf.set(schema, made);
  return made;
}

function primitive(type: SchemaType): Schema {
  return { type, optional: false };
}
