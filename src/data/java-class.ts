/** What class a value has in Connect's Java data model: Connect's error messages name it. */
import { isDecimal } from './decimal.ts';
import type { Schema, SchemaType } from './schema.ts';
import { isTemporal } from './temporal.ts';

const CLASSES: Readonly<Record<SchemaType, string>> = {
  int8: 'java.lang.Byte',
  int16: 'java.lang.Short',
  int32: 'java.lang.Integer',
  int64: 'java.lang.Long',
  float32: 'java.lang.Float',
  float64: 'java.lang.Double',
  boolean: 'java.lang.Boolean',
  string: 'java.lang.String',
  bytes: '[B',
  array: 'java.util.ArrayList',
  map: 'java.util.HashMap',
  struct: 'org.apache.kafka.connect.data.Struct',
};

/** As `value.getClass().getName()`; `null` for null. */
export function javaClass(schema: Schema | undefined, value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (isTemporal(schema) || value instanceof Date) return 'java.util.Date';
  if (isDecimal(schema)) return 'java.math.BigDecimal';
  return CLASSES[schema?.type ?? inferredType(value)];
}

/**
 * The type of a value without a schema. Without one an integer and a float of the same number are the
 * same here: a whole number is an int64, as JsonConverter reads it.
 */
export function inferredType(value: unknown): SchemaType {
  if (typeof value === 'string' || typeof value === 'boolean') {
    return typeof value === 'string' ? 'string' : 'boolean';
  }
  if (typeof value === 'bigint') return 'int64';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'int64' : 'float64';
  if (value instanceof Uint8Array) return 'bytes';
  return Array.isArray(value) ? 'array' : 'map';
}
