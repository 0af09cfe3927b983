import { BOOLEAN, FLOAT32, FLOAT64, INT16, INT32, INT64, optional } from '../data/build.ts';
import { javaClass } from '../data/java-class.ts';
import type { Schema, SchemaAndValue } from '../data/schema.ts';
import { isTemporal } from '../data/temporal.ts';
import { AppError } from '../foundation/errors.ts';
import type { Converter } from './converter.ts';

interface Width<T> {
  readonly schema: Schema;
  readonly bytes: number;
  /** What is wrong with a value of this schema, in Connect's words. */
  refusal(schema: Schema | undefined, value: unknown): string;
  /** The value as this type, or undefined when it is none. */
  accept(value: unknown): T | undefined;
  write(buffer: Buffer, value: T): void;
  /** undefined for bytes that stand for nothing. */
  read(buffer: Buffer): T | undefined;
}

/** Connect's Short-, Integer-, Long-, Float-, Double- and BooleanConverter: big-endian, bare. */
function converter<T>(width: Width<T>): Converter {
  const schema = optional(width.schema);
  return {
    encode: (_topic, given, value) => {
      const isOther = given !== undefined && given.type !== schema.type;
      if (isOther && schema.type === 'boolean') throw numberError(width.refusal(given, value));
      if (value === null || value === undefined) return null;
      const accepted = isOther || isTemporal(given) ? undefined : width.accept(value);
      if (accepted === undefined) throw numberError(width.refusal(given, value));
      const buffer = Buffer.alloc(width.bytes);
      width.write(buffer, accepted);
      return buffer;
    },
    decode: (topic, bytes): SchemaAndValue => {
      if (bytes === null) return { schema, value: null };
      if (bytes.length !== width.bytes) {
        throw numberError(
          `A record of ${topic} has ${bytes.length} bytes, ${schema.type} needs ${width.bytes}.`,
        );
      }
      const value = width.read(Buffer.from(bytes));
      if (value !== undefined) return { schema, value };
      throw numberError(`A record of ${topic} holds a byte that is no ${schema.type}.`);
    },
  };
}

function numberError(message: string): AppError {
  return new AppError('data', 'converter.number', message);
}

const number =
  (typeName: string): Width<never>['refusal'] =>
  (schema, value) =>
    `Failed to serialize to ${typeName} (was class ${javaClass(schema, value)}): `;

const integer =
  (bits: number) =>
  (value: unknown): number | undefined =>
    Number.isInteger(value) && Math.abs((value as number) + 0.5) < 2 ** (bits - 1)
      ? (value as number)
      : undefined;

/** Without a schema a 64-bit integer is a number where a double holds it. */
function long(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? value : undefined;
  return Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
}

const float = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined;

export const NUMBER_CONVERTERS: Readonly<Record<string, () => Converter>> = {
  ShortConverter: () =>
    converter<number>({
      schema: INT16,
      bytes: 2,
      refusal: number('short'),
      accept: integer(16),
      write: (buffer, value) => buffer.writeInt16BE(value),
      read: (buffer) => buffer.readInt16BE(),
    }),
  IntegerConverter: () =>
    converter<number>({
      schema: INT32,
      bytes: 4,
      refusal: number('integer'),
      accept: integer(32),
      write: (buffer, value) => buffer.writeInt32BE(value),
      read: (buffer) => buffer.readInt32BE(),
    }),
  LongConverter: () =>
    converter<bigint>({
      schema: INT64,
      bytes: 8,
      refusal: number('long'),
      accept: long,
      write: (buffer, value) => buffer.writeBigInt64BE(value),
      read: (buffer) => buffer.readBigInt64BE(),
    }),
  FloatConverter: () =>
    converter<number>({
      schema: FLOAT32,
      bytes: 4,
      refusal: number('float'),
      accept: float,
      write: (buffer, value) => buffer.writeFloatBE(value),
      read: (buffer) => buffer.readFloatBE(),
    }),
  DoubleConverter: () =>
    converter<number>({
      schema: FLOAT64,
      bytes: 8,
      refusal: number('double'),
      accept: float,
      write: (buffer, value) => buffer.writeDoubleBE(value),
      read: (buffer) => buffer.readDoubleBE(),
    }),
  BooleanConverter: () =>
    converter<boolean>({
      schema: BOOLEAN,
      bytes: 1,
      refusal: (schema, value) =>
        schema !== undefined && schema.type !== 'boolean'
          ? `Invalid schema type for BooleanConverter: ${schema.type.toUpperCase()}`
          : `BooleanConverter is not compatible with objects of type class ${javaClass(schema, value)}`,
      accept: (value) => (typeof value === 'boolean' ? value : undefined),
      write: (buffer, value) => buffer.writeUInt8(value ? 1 : 0),
      read: ([byte]) => (byte === 0 || byte === 1 ? byte === 1 : undefined),
    }),
};
