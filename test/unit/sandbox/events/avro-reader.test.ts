/** Goal: what the sandbox writes as Avro it reads again, exactly. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AvroWriter } from '../../../../sandbox/salesforce/events/avro-writer.ts';
import { AvroReader } from '../../../../sandbox/salesforce/events/avro-reader.ts';

function readerOf(write: (writer: AvroWriter) => void): AvroReader {
  const writer = new AvroWriter();
  write(writer);
  return new AvroReader(writer.take());
}

test('longs within ±2^52', () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), (value) => {
      expect(readerOf((writer) => writer.long(value)).long()).toBe(value + 0);
    }),
  );
});

test('longs of 64 bits', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      expect(readerOf((writer) => writer.bigLong(value)).bigLong()).toBe(value);
    }),
  );
});

test('texts, lists of texts, doubles and booleans, one after the other', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary' })),
      fc.double({ noNaN: true }),
      fc.boolean(),
      (texts, double, boolean) => {
        const reader = readerOf((writer) => {
          writer.strings(texts);
          writer.double(double);
          writer.boolean(boolean);
          writer.string(texts.join());
        });
        expect(reader.strings()).toEqual(texts);
        expect(reader.double()).toBe(double);
        expect(reader.boolean()).toBe(boolean);
        expect(reader.string()).toBe(texts.join());
      },
    ),
  );
});
