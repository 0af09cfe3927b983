/** Connect values as JSON values and back, by schema; exact or a `data` error (Invariant 6). */
import {
  decimalOf,
  isDecimal,
  parseDecimal,
  plainText,
  rescaled,
  scaleOf,
  unscaledBytes,
} from '../data/decimal.ts';
import { DigitNumber, rawNumber } from '../data/exact-json.ts';
import { doubleText, floatText } from '../data/java-numbers.ts';
import type { Schema, SchemaType } from '../data/schema.ts';
import { AppError } from '../foundation/errors.ts';

export type DecimalFormat = 'BASE64' | 'NUMERIC';

export interface JsonOptions {
  readonly decimals: DecimalFormat;
  /** Whether null is written, and read, as the schema's default where it has one. */
  readonly replaceNull: boolean;
  /** How maps are written whose keys aren't strings: `[key, value]`, or `{key, value}`; default pairs. */
  readonly entries?: 'pairs' | 'objects' | undefined;
}

/** A value as something `JSON.stringify` writes exactly. */
export function valueToJson(
  schema: Schema | undefined,
  value: unknown,
  options: JsonOptions,
  path = '',
): unknown {
  if (schema === undefined) return schemalessToJson(value, path);
  if (value === null || value === undefined) {
    if (options.replaceNull && schema.default !== undefined && schema.default !== null) {
      return valueToJson(schema, schema.default, options, path);
    }
    if (schema.optional) return null;
    throw misfit(path, schema.type, value);
  }
  switch (schema.type) {
    case 'struct':
      return structToJson(schema, value, options, path);
    case 'array':
      if (!Array.isArray(value)) throw misfit(path, 'array', value);
      return value.map((item, index) =>
        valueToJson(schema.items, item, options, join(path, String(index))),
      );
    case 'map':
      return mapToJson(schema, value, options, path);
    case 'bytes':
      if (!(value instanceof Uint8Array)) throw misfit(path, 'bytes', value);
      return isDecimal(schema) && options.decimals === 'NUMERIC'
        ? rawNumber(plainText(decimalOf(schema, value)))
        : base64(value);
    case 'int64':
      if (typeof value !== 'bigint') throw misfit(path, 'int64', value);
      return rawNumber(value);
    case 'string':
    case 'boolean':
      if (typeof value !== schema.type) throw misfit(path, schema.type, value);
      return value;
    case 'float32':
    case 'float64':
      if (typeof value !== 'number' || !Number.isFinite(value)) {
        throw misfit(path, schema.type, value);
      }
      return schema.type === 'float32'
        ? rawNumber(floatText(Math.fround(value)))
        : floatJson(value);
    case 'int8':
    case 'int16':
    case 'int32':
      if (!isInteger(value, schema.type)) throw misfit(path, schema.type, value);
      return value;
  }
}

function structToJson(schema: Schema, value: unknown, options: JsonOptions, path: string): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Map || Array.isArray(value)) {
    throw misfit(path, 'struct', value);
  }
  const struct = value as Readonly<Record<string, unknown>>;
  const json: Record<string, unknown> = {};
  for (const { name, schema: field } of schema.fields ?? []) {
    json[name] = valueToJson(field, struct[name], options, join(path, name));
  }
  return json;
}

function mapToJson(schema: Schema, value: unknown, options: JsonOptions, path: string): unknown {
  if (!(value instanceof Map)) throw misfit(path, 'map', value);
  const entries = [...(value as ReadonlyMap<unknown, unknown>)].map(([key, item]) => [
    valueToJson(schema.keys, key, options, path),
    valueToJson(schema.items, item, options, join(path, String(key))),
  ]);
  // JSON objects have string keys only: any other map is a list of pairs.
  const named = schema.keys === undefined || schema.keys.type === 'string';
  if (named) return Object.fromEntries(entries);
  return options.entries === 'objects'
    ? entries.map(([key, item]) => ({ key, value: item }))
    : entries;
}

function schemalessToJson(value: unknown, path: string): unknown {
  if (typeof value === 'bigint') return rawNumber(value);
  if (value instanceof Uint8Array) return base64(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw misfit(path, 'number', value);
    return Number.isSafeInteger(value) ? value : floatJson(value);
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => schemalessToJson(item, join(path, String(index))));
  }
  if (typeof value !== 'object' || value === null) return value ?? null;
  // A transform makes one where there is no schema; Connect's converter has no type for it either.
  if (value instanceof Date) throw misfit(path, 'a value that JSON has', value);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  if (entries.some(([key]) => typeof key !== 'string')) {
    return entries.map(([key, item]) => [
      schemalessToJson(key, path),
      schemalessToJson(item, join(path, String(key))),
    ]);
  }
  return Object.fromEntries(
    entries.map(([key, item]) => [key, schemalessToJson(item, join(path, String(key)))]),
  );
}

/** A JSON value as the schema has it in memory. */
export function valueFromJson(
  schema: Schema | undefined,
  json: unknown,
  options: JsonOptions,
  path = '',
): unknown {
  if (schema === undefined) return json;
  if (json === null || json === undefined) {
    if (options.replaceNull && schema.default !== undefined && schema.default !== null) {
      return schema.default;
    }
    if (schema.optional) return null;
    throw misfit(path, schema.type, json);
  }
  switch (schema.type) {
    case 'struct':
      return structFromJson(schema, json, options, path);
    case 'array':
      if (!Array.isArray(json)) throw misfit(path, 'array', json);
      return json.map((item, index) =>
        valueFromJson(schema.items, item, options, join(path, String(index))),
      );
    case 'map':
      return mapFromJson(schema, json, options, path);
    case 'bytes':
      if (isDecimal(schema) && typeof json !== 'string') return decimalBytes(schema, json, path);
      if (typeof json !== 'string' || !BASE64.test(json)) throw misfit(path, 'bytes', json);
      return Buffer.from(json, 'base64');
    case 'int64':
      if (typeof json === 'bigint' && BigInt.asIntN(64, json) === json) return json;
      if (!Number.isSafeInteger(json)) throw misfit(path, 'int64', json);
      return BigInt(json as number);
    case 'string':
    case 'boolean':
      if (typeof json !== schema.type) throw misfit(path, schema.type, json);
      return json;
    case 'float32':
    case 'float64':
      if (!isNumber(json)) throw misfit(path, schema.type, json);
      return schema.type === 'float32' ? Math.fround(numberOf(json)) : numberOf(json);
    case 'int8':
    case 'int16':
    case 'int32':
      if (!isInteger(json, schema.type)) throw misfit(path, schema.type, json);
      return json;
  }
}

function structFromJson(
  schema: Schema,
  json: unknown,
  options: JsonOptions,
  path: string,
): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw misfit(path, 'struct', json);
  }
  const given = json as Readonly<Record<string, unknown>>;
  const struct: Record<string, unknown> = {};
  for (const { name, schema: field } of schema.fields ?? []) {
    struct[name] = valueFromJson(field, given[name], options, join(path, name));
  }
  return struct;
}

function mapFromJson(schema: Schema, json: unknown, options: JsonOptions, path: string): unknown {
  if (typeof json !== 'object' || json === null) throw misfit(path, 'map', json);
  const named = schema.keys === undefined || schema.keys.type === 'string';
  if (named === Array.isArray(json)) throw misfit(path, named ? 'an object' : 'pairs', json);
  const entries = Array.isArray(json)
    ? json.map((pair) => pairOf(pair, path))
    : Object.entries(json);
  return new Map(
    entries.map(([key, item]) => [
      valueFromJson(schema.keys, key, options, path),
      valueFromJson(schema.items, item, options, join(path, String(key))),
    ]),
  );
}

function pairOf(json: unknown, path: string): readonly [unknown, unknown] {
  if (Array.isArray(json) && json.length === 2) return [json[0], json[1]];
  if (typeof json === 'object' && json !== null && 'key' in json && 'value' in json) {
    return [json.key, json.value];
  }
  throw misfit(path, 'a pair of key and value', json);
}

const INTEGER_BITS: Partial<Record<SchemaType, number>> = { int8: 8, int16: 16, int32: 32 };

function isInteger(value: unknown, type: SchemaType): value is number {
  const limit = 2 ** ((INTEGER_BITS[type] ?? 0) - 1);
  return Number.isInteger(value) && (value as number) >= -limit && (value as number) < limit;
}

/** A double so that it is read as one again: `1.0E19`, where JavaScript writes an integer too large for 64 bits. */
function floatJson(value: number): unknown {
  return Number.isInteger(value) ? rawNumber(doubleText(value)) : value;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function isNumber(json: unknown): json is number | bigint | DigitNumber {
  return typeof json === 'number' || typeof json === 'bigint' || json instanceof DigitNumber;
}

function numberOf(json: number | bigint | DigitNumber): number {
  return Number(json instanceof DigitNumber ? json.text : json);
}

/** A number as a decimal's bytes; one with more digits behind the point than the scale is a `data` error. */
function decimalBytes(schema: Schema, json: unknown, path: string): Uint8Array {
  const text = json instanceof DigitNumber ? json.text : String(json);
  const number = isNumber(json) ? parseDecimal(text) : undefined;
  const scaled = number === undefined ? undefined : rescaled(number, scaleOf(schema));
  if (scaled !== undefined) return unscaledBytes(scaled.unscaled);
  throw misfit(path, `a decimal with ${scaleOf(schema)} places`, json);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function misfit(path: string, expected: string, got: unknown): AppError {
  const where = path === '' ? 'value' : path;
  const what =
    got === null || got === undefined ? 'null' : Array.isArray(got) ? 'array' : typeof got;
  return new AppError('data', 'converter.json', `${where}: expected ${expected}, got ${what}`, {
    path: where,
  });
}
