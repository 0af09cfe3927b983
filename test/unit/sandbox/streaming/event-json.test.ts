/**
 * Goal: events have the JSON that Salesforce's CometD sends, as its documents and captures show it.
 * Method: changes of an org, read as text where JSON.parse would hide something.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { createEventBus } from '../../../../sandbox/salesforce/events/event-bus.ts';
import type { EventBus } from '../../../../sandbox/salesforce/events/event-bus.ts';
import { createClock } from '../../../../sandbox/salesforce/org/clock.ts';
import { makeField } from '../../../../sandbox/salesforce/org/field-spec.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { JsonValues, Write } from '../../../../sandbox/salesforce/org/types.ts';
import {
  changeEventData,
  platformEventData,
} from '../../../../sandbox/salesforce/streaming/event-json.ts';
import { fieldNames } from '../../../../sandbox/salesforce/streaming/field-names.ts';
import { ORDER_EVENT } from '../../../support/pubsub.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const INSTANT = '2026-01-02T03:04:05.000Z';
let org: SandboxOrg;
let bus: EventBus;

beforeEach(() => {
  org = createOrg({ seed: 1, clock: createClock(() => NOW) });
  org.addObject(ORDER_EVENT);
  bus = createEventBus({ org, selection: { has: () => true } });
});

const ORIGIN = 'com/salesforce/api/rest/66.0;client=test';

function write(...writes: readonly Write[]): string {
  const [result] = org.write({ userId: org.admin.id, origin: ORIGIN }, writes, true);
  if (result?.success !== true) throw new Error(result?.errors[0]?.message);
  return result.id ?? '';
}

const insert = (values: JsonValues, entity = 'Account'): Write => ({
  op: 'insert',
  entity,
  values,
});
const update = (id: string, values: JsonValues, entity = 'Account'): Write => ({
  op: 'update',
  entity,
  id,
  values,
});

/** The last event as text. */
function last(): string {
  const cursor = bus.log.earliest();
  let text = '';
  for (;;) {
    const event = bus.log.next(cursor, () => true);
    if (event === undefined) return text;
    const schema = bus.schemaById(event.schemaId);
    if (schema === undefined) throw new Error(`no schema ${event.schemaId}`);
    const platform = event.topic.startsWith('/event/');
    text = platform ? platformEventData(event, schema) : changeEventData(event, schema);
  }
}

interface Data {
  readonly payload: Readonly<Record<string, unknown>>;
}
const lastBody = (): Readonly<Record<string, unknown>> => {
  const { ChangeEventHeader: _, ...body } = (JSON.parse(last()) as Data).payload;
  return body;
};

describe('a change event', () => {
  test('of a new record has its fields with a value, in nested objects where they are compound', () => {
    const id = write(
      insert({ Name: 'Acme', BillingStreet: '415 Mission Street', BillingCity: 'San Francisco' }),
    );
    expect(JSON.parse(last())).toEqual({
      schema: bus.schemaOf('AccountChangeEvent')?.id,
      payload: {
        ChangeEventHeader: {
          commitNumber: expect.any(Number),
          commitUser: org.admin.id,
          sequenceNumber: 1,
          entityName: 'Account',
          changeType: 'CREATE',
          changedFields: [],
          changeOrigin: ORIGIN,
          transactionKey: expect.stringMatching(/^[\da-f]{8}-/),
          commitTimestamp: Date.parse(INSTANT),
          recordIds: [id],
        },
        Name: 'Acme',
        BillingAddress: { Street: '415 Mission Street', City: 'San Francisco' },
        OwnerId: org.admin.id,
        CreatedDate: INSTANT,
        CreatedById: org.admin.id,
        LastModifiedDate: INSTANT,
        LastModifiedById: org.admin.id,
      },
      event: { replayId: expect.any(Number) },
    });
  });

  test('writes all digits of a commit number', () => {
    write(insert({ Name: 'Acme' }));
    // The org's third commit in this millisecond: a double would end in 0128.
    expect(last()).toContain(`"commitNumber":${BigInt(NOW) * 1_000_000n + 2n},`);
  });

  test('of an update has what changed, null where it was emptied, by name in the header', () => {
    const id = write(insert({ Name: 'Acme', Phone: '1', BillingStreet: 'a', BillingCity: 'b' }));
    write(update(id, { Phone: null, BillingCity: null, Fax: '2' }));
    expect(lastBody()).toEqual({
      Phone: null,
      Fax: '2',
      BillingAddress: { City: null },
      LastModifiedDate: INSTANT,
    });
    expect(last()).toContain(
      '"changedFields":["Phone","Fax","LastModifiedDate","BillingAddress.City"]',
    );
    expect(last()).not.toMatch(/nulledFields|diffFields/);
  });

  test('of an address that was emptied has each part as null', () => {
    const id = write(insert({ Name: 'Acme', BillingStreet: 'a', BillingCity: 'b' }));
    write(update(id, { BillingStreet: null, BillingCity: null }));
    expect(lastBody()['BillingAddress']).toEqual({ Street: null, City: null });
  });

  test('of a person has the name in parts', () => {
    const id = write(
      insert({ FirstName: 'Ada', LastName: 'Lovelace', Birthdate: '1815-12-10' }, 'Contact'),
    );
    expect(lastBody()).toMatchObject({
      Name: { FirstName: 'Ada', LastName: 'Lovelace' },
      Birthdate: '1815-12-10',
      DoNotCall: false,
    });
    write(update(id, { LastName: 'King' }, 'Contact'));
    expect(lastBody()).toEqual({ Name: { LastName: 'King' }, LastModifiedDate: INSTANT });
  });

  test.each(['delete', 'undelete'] as const)('of a %s', (op) => {
    const id = write(insert({ Name: 'Acme' }));
    write({ op: 'delete', id });
    const deleted = lastBody();
    expect(deleted).toEqual({});
    if (op === 'undelete') write({ op, id });
    expect(Object.keys(lastBody()).includes('Name')).toBe(op === 'undelete');
  });

  test('writes doubles with a point, integers without, times of day and dates by themselves', () => {
    const custom = (name: string, type: 'time' | 'double'): void =>
      org.addField('Account', makeField({ name, label: name, type, custom: true }));
    custom('Opens__c', 'time');
    custom('Rate__c', 'double');
    write(insert({ Name: 'Acme', Opens__c: '08:30:00.000Z', Rate__c: 119, NumberOfEmployees: 7 }));
    expect(last()).toContain('"Rate__c":119.0');
    expect(last()).toContain('"Opens__c":"08:30:00.000Z"');
    expect(last()).toMatch(/"NumberOfEmployees":7[,}]/);
    write(insert({ Name: 'Acme', Rate__c: -0.5, AnnualRevenue: 1e15 }));
    expect(last()).toContain('"Rate__c":-0.5');
    expect(last()).toContain('"AnnualRevenue":1000000000000000.0');
  });

  test('has a long text as a diff where that is how it was sent', () => {
    const lines = (changed: string): string =>
      Array.from({ length: 100 }, (_, i) => (i === 50 ? changed : `line number ${i}`)).join('\n');
    const id = write(insert({ Name: 'Acme', Description: lines('before') }));
    write(update(id, { Description: lines('after') }));
    expect(lastBody()['Description']).toEqual({
      diff: expect.stringMatching(/^--- \n\+\+\+ [\da-f]{64}\n@@ -48,7 \+48,7 @@\n/),
    });
  });

  test('without a body is a header', () => {
    bus.emitGap('Account', ['001000000000001AAA'], 'GAP_UPDATE');
    expect(lastBody()).toEqual({});
    expect(last()).toContain('"changeType":"GAP_UPDATE","changedFields":[],"changeOrigin":""');
    bus.emitOverflow('Account');
    expect(last()).toContain('"recordIds":["000000000000000AAA"]');
  });
});

test('a platform event has every field, and a UUID', () => {
  const actor = { userId: org.admin.id, origin: '' };
  const { eventUuid } = bus.publish('Order_Event__e', { Units__c: 2 }, actor);
  const payload = `{"CreatedDate":"2026-01-02T03:04:05.678Z","CreatedById":"${org.admin.id}","Order_Id__c":null,"Units__c":2.0}`;
  const event = `{"EventUuid":"${eventUuid}","replayId":`;
  const schema = bus.schemaOf('Order_Event__e')?.id;
  expect(last()).toContain(`{"schema":"${schema}","payload":${payload},"event":${event}`);
  expect(last()).toMatch(/,"EventApiName":"Order_Event__e"\}\}$/);
});

/** The first as Salesforce documents it; the others in the form of captured events, by this org's fields. */
test.each([
  [['0x400800'], ['Industry', 'LastModifiedDate']],
  [
    ['0x400000', '5-0x60'],
    ['LastModifiedDate', 'ShippingAddress.Latitude', 'ShippingAddress.Longitude'],
  ],
  [['5-0x01'], ['ShippingAddress.Street']],
  [[], []],
])('the bitmaps %j are %j', (bitmaps, names) => {
  const columns = bus.schemaOf('AccountChangeEvent')?.columns ?? [];
  expect(fieldNames(bitmaps, columns)).toEqual(names);
});
