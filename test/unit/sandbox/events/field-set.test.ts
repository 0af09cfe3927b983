import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FieldSet } from '../../../../sandbox/salesforce/events/field-set.ts';

/** As the format is described: an element at a time, by big integers; none of the code under test. */
function decode(bitmaps: readonly string[]): string[] {
  return bitmaps.flatMap((element) => {
    const [, parent, hex = ''] = /^(?:(\d+)-)?(0x(?:[0-9A-F]{2})+)$/.exec(element) ?? [];
    const bits = BigInt(hex);
    const prefix = parent === undefined ? '' : `${parent}.`;
    return Array.from({ length: 256 }, (_, i) => i)
      .filter((i) => ((bits >> BigInt(i)) & 1n) === 1n)
      .map((i) => prefix + i);
  });
}

function setOf(fields: readonly number[], parts: readonly (readonly [number, number])[]): FieldSet {
  const set = new FieldSet();
  for (const field of fields) set.add(field);
  for (const [field, part] of parts) set.add(field, part);
  return set;
}

test('fields and parts are encoded as real events have them', () => {
  expect(setOf([11, 22], []).toBitmaps()).toEqual(['0x400800']);
  expect(setOf([23], [[6, 0]]).toBitmaps()).toEqual(['0x800000', '6-0x01']);
  expect(
    setOf(
      [],
      [
        [6, 7],
        [6, 8],
      ],
    ).toBitmaps(),
  ).toEqual(['6-0x0180']);
  expect(setOf([23, 68], []).toBitmaps()).toEqual(['0x100000000000800000']);
  expect(setOf([], []).toBitmaps()).toEqual([]);
});

test('whatever is added is read back, and nothing else', () => {
  const index = fc.nat({ max: 255 });
  fc.assert(
    fc.property(
      fc.uniqueArray(index),
      fc.uniqueArray(fc.tuple(index, fc.nat({ max: 11 })), { selector: String }),
      (fields, parts) => {
        const set = setOf(fields, parts);
        const expected = [...fields.map(String), ...parts.map(([f, p]) => `${f}.${p}`)];
        expect(decode(set.toBitmaps()).sort()).toEqual(expected.sort());
        expect(set.size).toBe(expected.length);
      },
    ),
  );
});

test('a bitmap has no leading zero byte', () => {
  fc.assert(
    fc.property(fc.nat({ max: 255 }), (field) => {
      expect(setOf([field], []).toBitmaps()[0]).not.toMatch(/^0x00/);
    }),
  );
});
