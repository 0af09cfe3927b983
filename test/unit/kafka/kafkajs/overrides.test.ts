/** Goal: what takes the place of kafkajs' own functions has their results. */
import { createRequire } from 'node:module';
import { crc32c } from '@node-rs/crc32';
import {
  array,
  assert as check,
  constant,
  dictionary,
  integer,
  oneof,
  property,
  record,
  string,
  uint8Array,
} from 'fast-check';
import { expect, test } from 'vitest';
import { kafkaJs } from '../../../../src/kafka/kafkajs/index.ts';
import { murmur2 } from '../../../../src/kafka/murmur2.ts';
import { isInForce, original } from '../../../../src/kafka/kafkajs/overrides.ts';
import { encodeRecord } from '../../../../src/kafka/kafkajs/record-encoder.ts';

const require = createRequire(import.meta.url);

const buffer = uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const header = oneof(buffer, string());
const records = record({
  offsetDelta: integer({ min: 0, max: 2 ** 31 - 1 }),
  timestampDelta: integer({ min: -(2 ** 40), max: 2 ** 40 }),
  key: oneof(buffer, string(), constant(null)),
  value: oneof(buffer, string(), constant(null)),
  headers: dictionary(string(), oneof(header, array(header, { minLength: 1, maxLength: 3 })), {
    noNullPrototype: true,
  }),
});

test('a record has the same bytes as by kafkajs', () => {
  check(
    property(records, (each) => {
      expect(encodeRecord(each).buffer.toString('hex')).toBe(
        original.encodeRecord(each).buffer.toString('hex'),
      );
    }),
    { numRuns: 2_000 },
  );
});

test('a key has the same hash as by kafkajs, and as by the JVM', () => {
  const own = require('kafkajs/src/producer/partitioners/default/murmur2.js') as (
    key: Buffer,
  ) => number;
  check(
    property(buffer, (key) => {
      expect(murmur2(key)).toBe(own(key));
    }),
  );
  // From org.apache.kafka.common.utils.UtilsTest.
  expect(murmur2(Buffer.from('21'))).toBe(-973932308);
  expect(murmur2(Buffer.from('foobar'))).toBe(-790332482);
  expect(murmur2(Buffer.from('a-little-bit-long-string'))).toBe(-985981536);
});

test('a batch has the same checksum as by kafkajs', () => {
  check(
    property(buffer, (bytes) => {
      expect(crc32c(bytes)).toBe(original.crc32c(bytes));
    }),
  );
});

test('they are in force: the adapter loads them before kafkajs', () => {
  expect(kafkaJs).toBeTypeOf('function');
  expect(isInForce).toBe(true);
});
