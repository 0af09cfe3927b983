import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeId, normalizeId } from '../../../../sandbox/salesforce/org/ids.ts';

describe('record ids', () => {
  test('the checksum is the one of a real record id', () => {
    expect(normalizeId('001Dp00000JJkkH')).toBe('001Dp00000JJkkHIAT');
    expect(normalizeId('001Dp00000JJkkHIAT')).toBe('001Dp00000JJkkHIAT');
  });

  test('a wrong checksum, a wrong length and other characters are no ids', () => {
    for (const text of ['001Dp00000JJkkHIAA', '001Dp00000JJkk', '001Dp00000JJk-H', '']) {
      expect(normalizeId(text)).toBeUndefined();
    }
  });

  test('ids of a prefix are unique, 18 long, and ascend with their counter', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.integer({ min: 1, max: 1e6 }), (start, step) => {
        const [first, second] = [makeId('001', start), makeId('001', start + step)];
        expect(first).toHaveLength(18);
        expect(first < second).toBe(
          Buffer.from(first.slice(0, 15)).compare(Buffer.from(second.slice(0, 15))) < 0,
        );
        expect(first).not.toBe(second);
        expect(normalizeId(first.slice(0, 15))).toBe(first);
      }),
    );
  });
});
