/** Goal: a value is projected exactly or refused with its path. Method: hand-made event schemas. */
import { describe, expect, test } from 'vitest';
import type { EventField, FieldType } from '../../../../../connectors/salesforce/pubsub/decode.ts';
import { compileProjection } from '../../../../../connectors/salesforce/source/projection.ts';
import { LOGICAL, type Field, type Schema } from '../../../../../src/sdk/index.ts';

const of = (name: string, type: FieldType): EventField => ({ name, type, doc: '' });
const LONG: FieldType = { kind: 'long' };
const STRING: FieldType = { kind: 'string' };
const optional = (type: Schema['type'], name?: string): Schema => ({ type, optional: true, name });

function projectOne(type: FieldType, schema: Schema, value: unknown): unknown {
  const fields: readonly Field[] = [{ name: 'A', schema }];
  return compileProjection([of('A', type)], fields)({ A: value })['A'];
}

describe('numbers that are dates and times', () => {
  // Invariant 6
  test.each([
    [LOGICAL.date, 'int32', 0n, 0],
    [LOGICAL.date, 'int32', -86_400_000n, -1],
    [LOGICAL.time, 'int32', 86_399_999n, 86_399_999],
    [LOGICAL.timestamp, 'int64', 1n, 1n],
    [undefined, 'int64', 9_007_199_254_740_993n, 9_007_199_254_740_993n],
  ] as const)('as %s (%s): %s is %s', (name, type, value, expected) => {
    expect(projectOne(LONG, optional(type, name), value)).toBe(expected);
  });

  test.each([
    [LOGICAL.date, 1n],
    [LOGICAL.time, 86_400_000n],
    [LOGICAL.time, -1n],
  ])('%s of %s is a data error with its path', (name, value) => {
    expect(() => projectOne(LONG, optional('int32', name), value)).toThrow(
      expect.objectContaining({ kind: 'data', path: 'A' }),
    );
  });
});

describe('names', () => {
  const event = [
    of('Name', { kind: 'text-or-record', name: 'N', fields: [of('LastName', STRING)] }),
  ];
  const parts: Schema = {
    ...optional('struct', 'N'),
    fields: [{ name: 'LastName', schema: optional('string') }],
  };
  const project = compileProjection(event, [
    { name: 'Name', schema: optional('string') },
    { name: 'NameParts', schema: parts },
  ]);

  test('a text is Name', () => {
    expect(project({ Name: 'Acme' })).toEqual({ Name: 'Acme', NameParts: null });
  });
  test('a compound is NameParts', () => {
    expect(project({ Name: { LastName: 'Doe' } })).toEqual({
      Name: null,
      NameParts: { LastName: 'Doe' },
    });
  });
});

test('a field the event has no more is left out: it reads as null', () => {
  expect(compileProjection([], [{ name: 'Gone', schema: optional('string') }])({})).toEqual({});
});
