/** Goal: a sink's offsets pass the API exactly, or not at all (Invariant 6). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson, stringifyJson } from '../../../src/data/exact-json.ts';
import type { OffsetEntry } from '../../../src/herder/herder.ts';
import { sinkEntries, sinkOffsets } from '../../../src/herder/offset-entries.ts';

const MAX_LONG = 2n ** 63n - 1n;
const partition = { kafka_topic: 't', kafka_partition: 0 };

const alter = (offset: unknown, of: object = partition): unknown =>
  sinkOffsets([{ partition: of, offset: { kafka_offset: offset } } as OffsetEntry])[0]?.offset;

describe("a sink's offsets", () => {
  it('come back digit by digit, as far as Kafka counts', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: MAX_LONG }), (offset) => {
        const shown = stringifyJson(sinkEntries([{ topic: 't', partition: 0, offset }]));
        expect(shown).toContain(`"kafka_offset":${offset}}`);
        const read = parseJson(shown) as readonly OffsetEntry[];
        expect(sinkOffsets(read)).toEqual([{ topic: 't', partition: 0, offset }]);
        expect(alter(String(offset))).toBe(offset);
      }),
    );
  });

  it.each([
    ['a fraction', 1.5],
    ['a double that lost digits', 2 ** 53 + 2],
    ['more than a long', MAX_LONG + 1n],
    ['below zero', -1],
    ['an exponent', '1e3'],
    ['no number', 'first'],
    ['an empty text', ''],
  ])('are refused when they are %s', (_what, offset) => {
    expect(() => alter(offset)).toThrow('Failed to parse the following Kafka offset value');
  });

  it.each(['', ' ', '0x1', 1.5, -1, 2 ** 31])('are refused for partition %j', (index) => {
    expect(() => alter(1, { kafka_topic: 't', kafka_partition: index })).toThrow(
      'Failed to parse the following Kafka partition value',
    );
  });

  it.each([null, true, {}, undefined])('are refused when kafka_offset is %j', (offset) => {
    expect(() => alter(offset)).toThrow("contain the key 'kafka_offset'");
  });
});
