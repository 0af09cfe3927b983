/** Goal: a value arrives in Salesforce exactly, or is a data error that names its field (Invariant 6). */
import { describe, expect, test } from 'vitest';
import { toJson } from '../../../../../connectors/salesforce/sink/convert.ts';
import { LOGICAL, type Schema } from '../../../../../src/sdk/index.ts';

const timestamp: Schema = { type: 'int64', optional: true, name: LOGICAL.timestamp };
const date: Schema = { type: 'int32', optional: true, name: LOGICAL.date };
const time: Schema = { type: 'int32', optional: true, name: LOGICAL.time };

test.each([
  [1_700_000_000_123n, timestamp, '2023-11-14T22:13:20.123+0000'],
  [-1n, timestamp, '1969-12-31T23:59:59.999+0000'],
  [19_000, date, '2022-01-08'],
  [-1, date, '1969-12-31'],
  [0, time, '00:00:00.000Z'],
  [86_399_999, time, '23:59:59.999Z'],
  [BigInt(Number.MAX_SAFE_INTEGER), undefined, Number.MAX_SAFE_INTEGER],
  [0.1, undefined, 0.1],
  ['', undefined, ''],
  [false, undefined, false],
  [null, timestamp, null],
])('%s becomes %j', (value, schema, wanted) => {
  expect(toJson(value, schema, 'F')).toBe(wanted);
});

describe('what has no exact counterpart is refused', () => {
  test.each([
    ['a number beyond 53 bits', 2n ** 53n + 1n, undefined],
    ['not a number, which JSON writes as null', Number.NaN, undefined],
    ['infinity, which JSON writes as null', Number.POSITIVE_INFINITY, undefined],
    ['an instant beyond the calendar', 8_640_000_000_000_001n, timestamp],
    ['an instant before the year 0, whose text has a sign', -70_000_000_000_000n, timestamp],
    ['an instant after the year 9999, whose text has a sign', 300_000_000_000_000n, timestamp],
    ['a day beyond the calendar', 200_000_000, date],
    ['a day after the year 9999', 3_000_000, date],
    ['a time of the next day', 86_400_000, time],
    ['a time before midnight', -1, time],
    ['bytes', Buffer.from('x'), undefined],
    ['a list', ['x'], undefined],
  ])('%s', (_what, value, schema) => {
    expect(() => toJson(value, schema, 'Amount__c')).toThrow(
      expect.objectContaining({ kind: 'data', path: 'Amount__c' }),
    );
  });
});
