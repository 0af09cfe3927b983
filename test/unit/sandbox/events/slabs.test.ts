import { expect, test } from 'vitest';
import { Slabs } from '../../../../sandbox/salesforce/events/slabs.ts';

test('small pieces share memory without overlapping, large ones have their own', () => {
  const slabs = new Slabs();
  const pieces = Array.from({ length: 5000 }, (_, i) => slabs.allocate(1 + (i % 400)).fill(i));
  pieces.forEach((piece, i) => {
    expect(piece).toHaveLength(1 + (i % 400));
    expect(piece.every((byte) => byte === (i & 0xff))).toBe(true);
  });
  expect(new Set(pieces.map((piece) => piece.buffer)).size).toBe(4);
  expect(slabs.allocate(1_000_000).buffer.byteLength).toBe(1_000_000);
});
