/**
 * Goal: a change event's bitmaps name exactly the fields that Salesforce meant.
 * Method: the documented and captured examples, then random sets of fields written as Salesforce writes them (by an
 * encoder of the test's own) and read back.
 */
import { property, assert as check, integer, shuffledSubarray, boolean, nat } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBitmaps } from '../../../../../connectors/salesforce/pubsub/bitmap.ts';
import type { FieldTree } from '../../../../../connectors/salesforce/pubsub/bitmap.ts';

function fieldsNamed(prefix: string, count: number, partsAt?: number): FieldTree[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `${prefix}${i}`,
    ...(i === partsAt ? { parts: fieldsNamed('P', 9) } : {}),
  }));
}

/** Big-endian, whole bytes, trimmed to the highest one. */
function bitmapOf(bits: readonly number[]): string {
  const hex = bits.reduce((value, bit) => value | (1n << BigInt(bit)), 0n).toString(16);
  return `0x${hex.padStart(hex.length + (hex.length % 2), '0').toUpperCase()}`;
}

describe('bitmaps', () => {
  test.each([
    [['0x400800'], ['F11', 'F22']],
    [['0x100000000000800000'], ['F23', 'F68']],
    [
      ['0x800000', '6-0x01'],
      ['F23', 'F6.P0'],
    ],
    [['6-0x0180'], ['F6.P7', 'F6.P8']],
    [['0x0a'], ['F1', 'F3']],
    [[], []],
  ])('%j names %j', (bitmaps, names) => {
    expect(decodeBitmaps(bitmaps, fieldsNamed('F', 87, 6))).toEqual(names);
  });

  test('bits past the last field are ignored', () => {
    expect(decodeBitmaps(['0xFF', '1-0xFF', '9-0x01'], fieldsNamed('F', 3))).toEqual([
      'F0',
      'F1',
      'F2',
    ]);
  });

  test('what is no bitmap is refused, not read as nothing', () => {
    for (const text of ['0x', '800000', '6-', 'x', '0xZZ']) {
      expect(() => decodeBitmaps([text], fieldsNamed('F', 9))).toThrow(/is not a bitmap/);
    }
  });

  test('any set of fields comes back, however many fields and in either case', () => {
    const cases = property(
      integer({ min: 1, max: 800 }).chain((count) =>
        shuffledSubarray(Array.from({ length: count }, (_, i) => i)).map((bits) => ({
          count,
          bits,
        })),
      ),
      boolean(),
      nat(700),
      ({ count, bits }, lower, parent) => {
        const fields = fieldsNamed('F', count, parent);
        const text = lower ? bitmapOf(bits).toLowerCase() : bitmapOf(bits);
        const expected = bits.toSorted((a, b) => a - b).map((bit) => `F${bit}`);
        expect(decodeBitmaps(bits.length === 0 ? [] : [text], fields)).toEqual(expected);
      },
    );
    check(cases, { numRuns: 300 });
  });
});
