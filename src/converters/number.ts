import { BOOLEAN, FLOAT32, FLOAT64, INT16, INT32, INT64, optional } from '../data/build.ts';
import type { Schema, SchemaAndValue } from '../data/schema.ts';
import { AppError } from '../foundation/errors.ts';
import type { Converter } from './converter.ts';

interface Width<T> {
  readonly schema: Schema;
  readonly bytes: number;
  fits(value: unknown): value is T;
  write(buffer: Buffer, value: T): void;
  read(buffer: Buffer): T;
}

/** Connect's Short-, Integer-, Long-, Float-, Double- and BooleanConverter: big-endian, bare. */
function converter<T>(width: Width<T>): Converter {
  const schema = optional(width.schema);
  return {
    encode: (topic, _schema, value) => {
      if (value === null || value === undefined) return null;
      if (!width.fits(value)) {
        const message = `The record for ${topic} is not of type ${schema.type}.`;
        throw new AppError('data', 'converter.number', message);
      }
      const buffer = Buffer.alloc(width.bytes);
      width.write(buffer, value);
      return buffer;
    },
    decode: (topic, bytes): SchemaAndValue => {
      if (bytes === null) return { schema, value: null };
      if (bytes.length !== width.bytes) {
        const message = `A record of ${topic} has ${bytes.length} bytes, ${schema.type} needs ${width.bytes}.`;
        throw new AppError('data', 'converter.number', message);
      }
      return { schema, value: width.read(Buffer.from(bytes)) };
    },
  };
}

const isInteger =
  (bits: number) =>
  (value: unknown): value is number =>
    Number.isInteger(value) && Math.abs((value as number) + 0.5) < 2 ** (bits - 1);
const isNumber = (value: unknown): value is number => typeof value === 'number';

export const NUMBER_CONVERTERS: Readonly<Record<string, () => Converter>> = {
  ShortConverter: () =>
    converter<number>({
      schema: INT16,
      bytes: 2,
      fits: isInteger(16),
      write: (buffer, value) => buffer.writeInt16BE(value),
      read: (buffer) => buffer.readInt16BE(),
    }),
  IntegerConverter: () =>
    converter<number>({
      schema: INT32,
      bytes: 4,
      fits: isInteger(32),
      write: (buffer, value) => buffer.writeInt32BE(value),
      read: (buffer) => buffer.readInt32BE(),
    }),
  LongConverter: () =>
    converter<bigint>({
      schema: INT64,
      bytes: 8,
      fits: (value): value is bigint =>
        typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
      write: (buffer, value) => buffer.writeBigInt64BE(value),
      read: (buffer) => buffer.readBigInt64BE(),
    }),
  FloatConverter: () =>
    converter<number>({
      schema: FLOAT32,
      bytes: 4,
      fits: isNumber,
      write: (buffer, value) => buffer.writeFloatBE(value),
      read: (buffer) => buffer.readFloatBE(),
    }),
  DoubleConverter: () =>
    converter<number>({
      schema: FLOAT64,
      bytes: 8,
      fits: isNumber,
      write: (buffer, value) => buffer.writeDoubleBE(value),
      read: (buffer) => buffer.readDoubleBE(),
    }),
  BooleanConverter: () =>
    converter<boolean>({
      schema: BOOLEAN,
      bytes: 1,
      fits: (value): value is boolean => typeof value === 'boolean',
      write: (buffer, value) => buffer.writeUInt8(value ? 1 : 0),
      read: (buffer) => buffer[0] === 1,
    }),
};
