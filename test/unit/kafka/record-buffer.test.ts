import { expect, test } from 'vitest';
import type { RawRecord } from '../../../src/data/record.ts';
import { RecordBuffer } from '../../../src/kafka/record-buffer.ts';

const record = (offset: number, bytes = 1, partition = 0): RawRecord => ({
  topic: 't',
  partition,
  offset: BigInt(offset),
  timestamp: 0,
  key: null,
  value: new Uint8Array(bytes),
  headers: [],
});
const many = (count: number, bytes = 1): RawRecord[] =>
  Array.from({ length: count }, (_, i) => record(i, bytes));
const offsets = (records: readonly RawRecord[]): number[] =>
  records.map(({ offset }) => Number(offset));

test('records come out in order, no more than asked for', () => {
  const buffer = new RecordBuffer();
  buffer.add([record(0), record(1)]);
  buffer.add([record(2)]);
  expect(offsets(buffer.take(2))).toEqual([0, 1]);
  expect(offsets(buffer.take(9))).toEqual([2]);
  expect(buffer.isEmpty).toBe(true);
});

test('10,000 records or 32 MiB fill it, and taking some makes room (Invariant 8)', () => {
  const counted = new RecordBuffer();
  counted.add(many(9_999));
  expect(counted.isFull).toBe(false);
  counted.add([record(0)]);
  expect(counted.isFull).toBe(true);
  counted.take(1);
  expect(counted.isFull).toBe(false);

  const weighed = new RecordBuffer();
  weighed.add(many(32, 1024 * 1024));
  expect(weighed.isFull).toBe(true);
  weighed.take(1);
  expect(weighed.isFull).toBe(false);
});

test('what a lost partition held no longer weighs', () => {
  const buffer = new RecordBuffer();
  buffer.add([record(0, 32 * 1024 * 1024, 1), record(0, 1, 0)]);
  expect(buffer.isFull).toBe(true);
  buffer.retain(({ partition }) => partition === 0);
  expect(buffer.isFull).toBe(false);
  expect(buffer.take(9)).toHaveLength(1);
});
