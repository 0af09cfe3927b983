import avsc from 'avsc';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AvroWriter } from '../../../../sandbox/salesforce/events/avro-writer.ts';

const writer = new AvroWriter();
const written = (write: () => void): string => {
  write();
  return writer.take().toString('hex');
};

function expected(schema: avsc.Schema, value: unknown): string {
  return avsc.Type.forSchema(schema).toBuffer(value).toString('hex');
}

test('longs, doubles, booleans and strings are encoded as avsc does', () => {
  const safe = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });
  fc.assert(
    fc.property(safe, fc.double(), fc.boolean(), fc.string({ unit: 'grapheme' }), (n, d, b, s) => {
      expect(written(() => writer.long(n))).toBe(expected('long', n));
      expect(written(() => writer.bigLong(BigInt(n)))).toBe(expected('long', n));
      expect(written(() => writer.double(d))).toBe(expected('double', d));
      expect(written(() => writer.boolean(b))).toBe(expected('boolean', b));
      expect(written(() => writer.string(s))).toBe(expected('string', s));
    }),
  );
});

test('arrays of strings are encoded as avsc does', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 200 })), (values) => {
      const schema = { type: 'array', items: 'string' } as const;
      expect(written(() => writer.strings(values))).toBe(expected(schema, values));
    }),
  );
});

test('a 64-bit number keeps every digit', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      const bytes = written(() => writer.bigLong(value));
      expect(decodeZigzag(Buffer.from(bytes, 'hex'))).toBe(value);
    }),
    { examples: [[1652977933433528300n], [2n ** 63n - 1n], [-(2n ** 63n)]] },
  );
});

function decodeZigzag(bytes: Buffer): bigint {
  const zigzag = bytes.reduce((sum, byte, i) => sum | (BigInt(byte & 0x7f) << BigInt(7 * i)), 0n);
  return (zigzag >> 1n) ^ -(zigzag & 1n);
}

test('a text of many kilobytes is written whole', () => {
  const text = 'ä'.repeat(100_000);
  expect(written(() => writer.string(text))).toBe(expected('string', text));
});
