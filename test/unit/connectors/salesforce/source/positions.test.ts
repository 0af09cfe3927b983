/**
 * Goal: an offset that a person stores is one the source can start from, or is refused in words.
 * Method: every accepted shape, and one of each way to get it wrong.
 */
import { describe, expect, test } from 'vitest';
import {
  checkAltered,
  parseOffset,
} from '../../../../../connectors/salesforce/source/positions.ts';

const ORG = '00D000000000001EAA';
const CHANNELS = ['/data/AccountChangeEvent', '/event/Order_Event__e'];
const partition = { org: ORG, channel: '/data/AccountChangeEvent' };
const TEN_BYTES = 'AAAAAAAXkFAAAA==';
const EIGHT_BYTES = 'AAAAAAAXkFA=';

describe('accepted', () => {
  test.each([
    { replayId: TEN_BYTES },
    { replayId: EIGHT_BYTES },
    { replayId: TEN_BYTES, commitTimestamp: 1_770_000_000_000 },
    { startTimestamp: 1_770_000_000_000 },
    null,
  ])('%j', (offset) => {
    expect(() => checkAltered(partition, offset, CHANNELS)).not.toThrow();
  });

  test('a replay id is handed back as the bytes Salesforce sent', () => {
    const parsed = parseOffset({ replayId: TEN_BYTES });
    expect(parsed).toMatchObject({ replayId: Buffer.from(TEN_BYTES, 'base64') });
  });
});

describe('refused', () => {
  const offset = { replayId: TEN_BYTES };
  test.each([
    ['a decimal replay id', partition, { replayId: '1544272' }, /base64 of 8 or 10 bytes/],
    ['a replay id of another length', partition, { replayId: 'AAAA' }, /8 or 10 bytes/],
    ['a number', partition, { replayId: 5 }, /an offset is/],
    ['nothing', partition, {}, /an offset is/],
    ['a negative start', partition, { startTimestamp: -1 }, /an offset is/],
    ['a timestamp as text', partition, { ...offset, commitTimestamp: 'x' }, /epoch milliseconds/],
    [
      'a channel that is not configured',
      { ...partition, channel: '/data/X' },
      offset,
      /channel must be one of/,
    ],
    ['a partition without an org', { channel: partition.channel }, offset, /org must be/],
    ['another kind of partition', { ...partition, filename: 'x' }, offset, /not filename/],
  ])('%s', (_what, where, altered, message) => {
    expect(() => checkAltered(where, altered, CHANNELS)).toThrow(message);
    expect(() => checkAltered(where, altered, CHANNELS)).toThrow(
      expect.objectContaining({ kind: 'config' }),
    );
  });
});
