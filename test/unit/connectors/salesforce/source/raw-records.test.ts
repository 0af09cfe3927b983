/** Goal: a raw record is the event's bytes, keyed and told by the event's header, the position on the last. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileEventSchema } from '../../../../../connectors/salesforce/pubsub/decode.ts';
import { keySchema } from '../../../../../connectors/salesforce/source/connect-schemas.ts';
import type { Origin } from '../../../../../connectors/salesforce/source/format.ts';
import { rawChanges } from '../../../../../connectors/salesforce/source/raw-records.ts';
import { encodedAvro, type SourceRecord } from '../../../../../src/sdk/index.ts';
import { EVENT, eventOf, headerArbitrary, type Header } from '../../../../support/change-event.ts';

const json = JSON.stringify(EVENT);
const convert = rawChanges(
  compileEventSchema('s1', json),
  'org.Account',
  keySchema('org.Account', 'Id'),
);
const replayId = Buffer.from('AAAAAAAXkFAAAA==', 'base64');
const partition = { org: '00D000000000001EAA', channel: '/data/AccountChangeEvent' };

function records(header: Header, isWanted = true): readonly SourceRecord[] {
  const origin: Origin = { kind: 'change', partition, isWanted: () => isWanted };
  const payload = eventOf(header, { Phone: '1' });
  return convert({ id: '', schemaId: 's1', payload, replayId }, origin);
}

const header: Header = {
  recordIds: ['001000000000001AAA'],
  changeType: 'UPDATE',
  transactionKey: '000bb0de-5dd6-4d5c-a4fa-1a1ba9a9a3d6',
  commitTimestamp: 1_700_000_000_000,
};

describe('a raw record', () => {
  test('is one per id with the same bytes, the position on the last (Invariant 1)', () => {
    fc.assert(
      fc.property(headerArbitrary, (each) => {
        const made = records(each);
        const payload = eventOf(each, { Phone: '1' });
        expect(made.map(({ key }) => key)).toEqual(each.recordIds.map((Id) => ({ Id })));
        for (const { value } of made) expect(payload.equals(value as Buffer)).toBe(true);
        expect(made.map(({ position }) => position !== undefined)).toEqual(
          each.recordIds.map((_id, at) => at === each.recordIds.length - 1),
        );
      }),
    );
  });

  test('tells in its headers what the change was', () => {
    const [record] = records(header);
    expect(record).toMatchObject({
      topic: 'org.Account',
      valueSchema: encodedAvro('com.sforce.eventbus.AccountChangeEvent', json),
      timestamp: 1_700_000_000_000,
      headers: [
        { key: 'headwater.op', value: 'update' },
        { key: 'headwater.record.id', value: '001000000000001AAA' },
        { key: 'headwater.replay.id', value: 'AAAAAAAXkFAAAA==' },
        { key: 'headwater.commit.timestamp', value: '1700000000000' },
        { key: 'headwater.transaction.key', value: '000bb0de-5dd6-4d5c-a4fa-1a1ba9a9a3d6' },
        { key: 'traceparent' },
      ],
      position: {
        partition,
        offset: { replayId: 'AAAAAAAXkFAAAA==', commitTimestamp: 1_700_000_000_000 },
      },
    });
  });

  test.each([
    ['GAP_UPDATE', '001000000000001AAA', 'gap_update'],
    ['GAP_OVERFLOW', '000000000000000AAA', 'gap_overflow'],
    ['UPDATE', '001*', 'gap_update'],
    ['GAP_UPDATE', '001*', 'gap_update'],
  ] as const)('of %s about %s is passed on, marked %s', (changeType, id, op) => {
    const [record] = records({ ...header, changeType, recordIds: [id] });
    expect(record).toMatchObject({
      key: { Id: id },
      headers: [{ value: op }, { value: id }, {}, {}, {}, {}],
    });
  });

  test('has one schema object per event schema: converters cache by it', () => {
    expect(records(header)[0]?.valueSchema).toBe(records(header)[0]?.valueSchema);
  });

  test('isn’t made of an event from before the start', () => {
    expect(records(header, false)).toEqual([]);
  });
});

test('an event that doesn’t fit its schema is a data error that names it (its channel, its replay id)', () => {
  const origin: Origin = { kind: 'change', partition, isWanted: () => true };
  const wire = { id: '', schemaId: 's1', payload: Buffer.from([2]), replayId };
  expect(() => convert(wire, origin)).toThrow(
    expect.objectContaining({
      kind: 'data',
      message: expect.stringContaining('AAAAAAAXkFAAAA==') as string,
    }),
  );
});
