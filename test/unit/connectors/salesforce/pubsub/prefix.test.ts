/**
 * Goal: what is read of an event's beginning is what decoding the whole event gives.
 * Method: events written by avsc from random values, read both ways.
 */
import avro from 'avsc';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileEventSchema } from '../../../../../connectors/salesforce/pubsub/decode.ts';
import { compilePrefix } from '../../../../../connectors/salesforce/pubsub/prefix.ts';
import { EVENT, eventOf, headerArbitrary } from '../../../../support/change-event.ts';

const json = JSON.stringify(EVENT);
const whole = compileEventSchema('a', json);
const HEADER = ['recordIds', 'changeType', 'transactionKey', 'commitTimestamp'];
const prefix = compilePrefix(
  json,
  HEADER.map((name) => `ChangeEventHeader.${name}`),
);

describe('the first fields of an event', () => {
  test('are those of the whole event', () => {
    fc.assert(
      fc.property(headerArbitrary, fc.string(), (header, phone) => {
        const payload = eventOf(header, { Phone: phone });
        const { ChangeEventHeader: expected } = whole.decode(payload);
        const { ChangeEventHeader: found } = prefix(payload);
        const all = expected as Record<string, unknown>;
        for (const name of HEADER) expect((found as typeof all)[name]).toEqual(all[name]);
      }),
    );
  });

  test('end with the last one wanted', () => {
    fc.assert(
      fc.property(headerArbitrary, (header) => {
        const found = prefix(eventOf(header, {}))['ChangeEventHeader'] as object;
        expect(Object.keys(found).at(-1)).toBe('commitTimestamp');
      }),
    );
  });

  test('hide nothing of an event that is cut off within them', () => {
    fc.assert(
      fc.property(headerArbitrary, fc.nat(), (header, at) => {
        const payload = eventOf(header, {});
        const { recordIds, changeType, transactionKey } = header;
        // At least what was read must be there: two texts, the ids, and a byte for each number.
        const least = recordIds.join('').length + transactionKey.length + changeType.length;
        const cut = payload.subarray(0, Math.min(at % payload.length, least >> 1));
        expect(() => prefix(cut)).toThrow(RangeError);
      }),
    );
  });

  test('may be plain fields, wherever they are', () => {
    const schema = {
      type: 'record',
      name: 'Order_Event__e',
      fields: [
        { name: 'CreatedDate', type: 'long' },
        { name: 'CreatedById', type: 'string' },
        { name: 'Order__c', type: ['null', 'string'], default: null },
        { name: 'Rest__c', type: ['null', 'string'], default: null },
      ],
    };
    const type = avro.Type.forSchema(schema as avro.Schema);
    const values = { CreatedDate: 1, CreatedById: '005', Order__c: 'A7', Rest__c: 'no' };
    const found = compilePrefix(JSON.stringify(schema), ['CreatedDate', 'Order__c'])(
      type.toBuffer({ ...values, Order__c: 'A7' }),
    );
    expect(found).toEqual({ CreatedDate: 1n, CreatedById: '005', Order__c: 'A7' });
  });

  test('are none where the schema has none of the names', () => {
    expect(compilePrefix(json, ['Absent__c'])(Buffer.alloc(0))).toEqual({});
  });
});
