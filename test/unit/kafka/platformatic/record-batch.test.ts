/** Goal: what is written is what is read, whatever the codec; corrupt, aborted and cut-off batches are told apart. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codecNamed } from '../../../../src/kafka/compression.ts';
import { encodeBatch, type BatchOwner } from '../../../../src/kafka/platformatic/record-batch.ts';
import { readRecords } from '../../../../src/kafka/platformatic/record-reader.ts';
import type { OutRecord } from '../../../../src/kafka/port.ts';

const OWNER: BatchOwner = { producerId: 7n, producerEpoch: 1, sequence: 0, isTransactional: false };
const NOW = 1_700_000_000_000;
const bytes = fc.option(
  fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each)),
  { nil: null },
);
const record: fc.Arbitrary<OutRecord> = fc.record({
  topic: fc.constant('t'),
  key: bytes,
  value: bytes,
  headers: fc.array(fc.record({ key: fc.string({ unit: 'grapheme' }), value: bytes })),
  timestamp: fc.option(fc.nat({ max: 2 ** 45 }), { nil: undefined }),
});
const one = (value: string): OutRecord => ({
  topic: 't',
  key: null,
  value: Buffer.from(value),
  headers: [],
});

describe('a batch', () => {
  test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('of codec %s comes back', async (codec) => {
    const property = fc.asyncProperty(fc.array(record, { minLength: 1 }), async (records) => {
      const batch = await encodeBatch(records, OWNER, codecNamed(codec), NOW);
      const read = await readRecords('t', 3, batch, 0n, []);
      expect(read.next).toBe(BigInt(records.length));
      expect(
        read.records.map(({ key, value, headers, timestamp }) => ({
          key,
          value,
          headers,
          timestamp,
        })),
      ).toEqual(
        records.map(({ key, value, headers, timestamp = NOW }) => ({
          key,
          value,
          headers,
          timestamp,
        })),
      );
    });
    await fc.assert(property, { numRuns: 50 });
  });

  test('that isn’t what was written is an error that says where', async () => {
    const batch = await encodeBatch([one('abc')], OWNER, undefined, NOW);
    batch[batch.length - 2] = 0;
    await expect(readRecords('t', 3, batch, 0n, [])).rejects.toMatchObject({
      kind: 'data',
      code: 'kafka.corrupt',
      message: "The batch at offset 0 of t-3 isn't what was written: its checksum differs.",
    });
  });

  test('that is cut off is left for the next fetch', async () => {
    const batch = await encodeBatch([one('abc')], OWNER, undefined, NOW);
    const read = await readRecords('t', 3, batch.subarray(0, batch.length - 1), 0n, []);
    expect(read).toEqual({ records: [], next: 0n });
  });

  test('of an aborted transaction is left out, and the place behind it is known', async () => {
    const owner = { ...OWNER, isTransactional: true };
    const batch = await encodeBatch([one('a'), one('b')], owner, undefined, NOW);
    const aborted = [{ producerId: 7n, firstOffset: 0n }];
    expect(await readRecords('t', 3, batch, 0n, aborted)).toEqual({ records: [], next: 2n });
    const others = [{ producerId: 8n, firstOffset: 0n }];
    expect((await readRecords('t', 3, batch, 0n, others)).records).toHaveLength(2);
  });

  test('is read from the offset that was asked for', async () => {
    const batch = await encodeBatch([one('a'), one('b'), one('c')], OWNER, undefined, NOW);
    const { records } = await readRecords('t', 3, batch, 1n, []);
    expect(records.map(({ offset }) => offset)).toEqual([1n, 2n]);
  });
});
