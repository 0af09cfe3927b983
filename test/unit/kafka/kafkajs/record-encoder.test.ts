/** Goal: the encoder that takes kafkajs' place writes what kafkajs writes. */
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
import { encodeRecord, isInForce, original } from '../../../../src/kafka/kafkajs/record-encoder.ts';

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

test('it writes the same bytes as kafkajs', () => {
  check(
    property(records, (each) => {
      expect(encodeRecord(each).buffer.toString('hex')).toBe(original(each).buffer.toString('hex'));
    }),
    { numRuns: 2_000 },
  );
});

test('it is in force: the adapter loads it before kafkajs', () => {
  expect(kafkaJs).toBeTypeOf('function');
  expect(isInForce).toBe(true);
});
