/** One value to another type, by Java's rules: integers wrap, floats saturate, text is parsed. */
import { decimalOf, decimalText, decimalToDouble, isDecimal, wholePart } from '../data/decimal.ts';
import { inferredType, javaClass } from '../data/java-class.ts';
import {
  doubleText,
  doubleToInt,
  doubleToLong,
  floatText,
  parseDouble,
  parseInteger,
} from '../data/java-numbers.ts';
import type { Schema, SchemaType } from '../data/schema.ts';
import { valueText } from '../data/values-text.ts';
import { isTemporal } from '../data/temporal.ts';
import { refusal } from './side.ts';

export const CAST_OUTPUTS: readonly SchemaType[] = [
  'int8',
  'int16',
  'int32',
  'int64',
  'float32',
  'float64',
  'boolean',
  'string',
];
const CAST_INPUTS: readonly SchemaType[] = [...CAST_OUTPUTS, 'bytes'];
const BITS: Partial<Record<SchemaType, number>> = { int8: 8, int16: 16, int32: 32, int64: 64 };

/** A value as `target`; without a schema a 64-bit integer is a number where a double holds it. */
export function castValue(schema: Schema | undefined, value: unknown, target: SchemaType): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) {
    throw refusal(
      "Cast transformation was passed a value of type class java.util.Date which is not supported by Connect's data API",
    );
  }
  const type = schema?.type ?? inferredType(value);
  if (!CAST_INPUTS.includes(type)) {
    const supported = typeNames(CAST_INPUTS);
    throw refusal(
      `Cast transformation does not support casting from ${type.toUpperCase()}; supported types are ${supported}`,
    );
  }
  if (target === 'string') return text(schema, type, value);
  const number = numberOf(schema, type, value, target);
  if (target === 'boolean') return typeof number === 'boolean' ? number : toLong(number) !== 0n;
  if (target === 'float64') return Number(number);
  if (target === 'float32') return Math.fround(Number(number));
  const integer = toInteger(number, BITS[target] ?? 64);
  if (target !== 'int64') return Number(integer);
  return schema === undefined ? shortened(integer) : integer;
}

/** As `[INT8, INT16]`. */
export function typeNames(types: readonly SchemaType[]): string {
  return `[${types.map((type) => type.toUpperCase()).join(', ')}]`;
}

/** An integer as values without a schema have it. */
export function shortened(integer: bigint): number | bigint {
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer;
}

/** What the cast computes with: true and false are 1 and 0, a decimal its whole part for integers. */
function numberOf(
  schema: Schema | undefined,
  type: SchemaType,
  value: unknown,
  target: SchemaType,
): number | bigint | boolean {
  const floating = target === 'float32' || target === 'float64';
  if (isDecimal(schema) && schema !== undefined) {
    const decimal = decimalOf(schema, value as Uint8Array);
    return floating ? decimalToDouble(decimal) : wholePart(decimal);
  }
  if (type === 'bytes') {
    throw refusal(`Unexpected type in Cast transformation: class ${javaClass(schema, value)}`);
  }
  // Without a schema a 64-bit integer may be a number: it wraps all the same, and doesn't saturate.
  if (type === 'int64') return BigInt(value as number | bigint);
  if (typeof value !== 'string') return value as number | bigint | boolean;
  if (target === 'boolean') return value.toLowerCase() === 'true';
  const parsed = floating ? parseDouble(value) : parseInteger(value, BITS[target] ?? 64);
  if (parsed !== undefined) return parsed;
  throw refusal(`Value (${value}) was out of range for requested data type`);
}

function toLong(number: number | bigint): bigint {
  return typeof number === 'number' ? doubleToLong(number) : BigInt.asIntN(64, number);
}

function toInteger(number: number | bigint | boolean, bits: number): bigint {
  if (typeof number === 'boolean') return number ? 1n : 0n;
  if (typeof number === 'number' && bits < 64) {
    return BigInt.asIntN(bits, BigInt(doubleToInt(number)));
  }
  return BigInt.asIntN(bits, toLong(number));
}

function text(schema: Schema | undefined, type: SchemaType, value: unknown): string {
  if (schema !== undefined && isTemporal(schema)) return valueText(schema, value);
  if (schema !== undefined && isDecimal(schema)) {
    return decimalText(decimalOf(schema, value as Uint8Array));
  }
  if (type === 'bytes') return Buffer.from(value as Uint8Array).toString('base64');
  if (type === 'float32') return floatText(value as number);
  return type === 'float64' ? doubleText(value as number) : String(value);
}
