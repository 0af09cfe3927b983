/** Goal: a fetched record means what kafkajs says it means, and what is kept of it is all of it. */
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { original } from '../../../../src/kafka/kafkajs/overrides.ts';
import type { KafkaMessage } from '../../../../src/kafka/kafkajs/kafkajs.ts';
import { toRaw } from '../../../../src/kafka/kafkajs/raw.ts';
import { decodeRecord, type BatchContext } from '../../../../src/kafka/kafkajs/record-decoder.ts';
import { encodeRecord } from '../../../../src/kafka/kafkajs/record-encoder.ts';

const require = createRequire(import.meta.url);
const Decoder = require('kafkajs/src/protocol/decoder.js') as new (buffer: Buffer) => {
  readonly buffer: Buffer;
  readVarIntBytes(): Buffer;
};

const bytes = fc.uint8Array({ maxLength: 300 }).map((list) => Buffer.from(list));
const header = fc.oneof(bytes, fc.array(bytes, { minLength: 2, maxLength: 3 }));
/** Of what every object has, kafkajs makes a list with the inherited function in it. */
const isOwnName = (name: string): boolean => !(name in {});
const record = fc.record({
  offsetDelta: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  timestampDelta: fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.dictionary(fc.string().filter(isOwnName), header, { noNullPrototype: true }),
});
const context: fc.Arbitrary<BatchContext> = fc.record({
  firstOffset: fc.bigInt({ min: 0n, max: 2n ** 62n }).map(String),
  firstTimestamp: fc.bigInt({ min: -1n, max: 2n ** 62n }).map(String),
  maxTimestamp: fc.constant('1700000000000'),
  timestampType: fc.constantFrom(0, 1),
  magicByte: fc.constant(2),
  isControlBatch: fc.boolean(),
});

/** A record's bytes behind their length, as a batch has them. */
function decoderOf(encoded: Buffer): { readonly buffer: Buffer } {
  return new Decoder(new Decoder(encoded).readVarIntBytes());
}

describe('a fetched record', () => {
  test('is decoded as by kafkajs', () => {
    fc.assert(
      fc.property(record, context, (each, batch) => {
        const encoded = encodeRecord(each).buffer;
        const ours = decodeRecord(decoderOf(encoded), batch);
        const { headers } = ours;
        const { packedHeaders: _, ...plain } = Object.fromEntries(Object.entries(ours));
        expect({ ...plain, headers }).toEqual(original.decodeRecord(decoderOf(encoded), batch));
      }),
      { numRuns: 1_000 },
    );
  });

  test('keeps headers named as what every object has', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const headers = Object.fromEntries(names.map((name) => [name, Buffer.from(name)]));
    const encoded = encodeRecord({ value: null, headers }).buffer;
    const decoded = decodeRecord(decoderOf(encoded), { firstOffset: '0', firstTimestamp: '0' });
    expect(Object.entries(decoded.headers)).toEqual(Object.entries(headers));
  });

  test('has its headers in both ways of decoding, repeated names among them', () => {
    fc.assert(
      fc.property(record, (each) => {
        const batch = { firstOffset: '7', firstTimestamp: '5' };
        const encoded = encodeRecord({ ...each, offsetDelta: 1, timestampDelta: 2 }).buffer;
        const wanted = Object.entries(each.headers).flatMap(([key, values]) =>
          [values].flat().map((value) => ({ key, value })),
        );
        for (const decode of [decodeRecord, original.decodeRecord]) {
          const message = decode(decoderOf(encoded), batch) as unknown as KafkaMessage;
          const raw = toRaw('t', 3, message);
          expect(raw).toMatchObject({ topic: 't', partition: 3, offset: 8n, timestamp: 7 });
          expect([raw.key, raw.value, raw.headers]).toEqual([each.key, each.value, wanted]);
        }
      }),
    );
  });
});
