import { beforeEach, describe, expect, test } from 'vitest';
import { createEventBus } from '../../../../sandbox/salesforce/events/event-bus.ts';
import type { EventBus } from '../../../../sandbox/salesforce/events/event-bus.ts';
import type { LoggedEvent } from '../../../../sandbox/salesforce/events/event-log.ts';
import type { EventSettings } from '../../../../sandbox/salesforce/events/settings.ts';
import { ChangeEventSelection } from '../../../../sandbox/salesforce/org/change-event-selection.ts';
import { createClock } from '../../../../sandbox/salesforce/org/clock.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { FieldType, JsonValues, Write } from '../../../../sandbox/salesforce/org/types.ts';
import { customField } from '../../../../sandbox/salesforce/project/custom-field.ts';
import { allEvents, decodeEvent } from '../../../support/change-events.ts';
import type { DecodedEvent } from '../../../support/change-events.ts';

const NOW = 1_700_000_000_789;
const SECOND = BigInt(1_700_000_000_000);
const ORIGIN = 'com/salesforce/api/rest/66.0;client=test';

let org: SandboxOrg;
let selection: ChangeEventSelection;
let bus: EventBus;

function start(settings: Partial<EventSettings> = {}): void {
  org = createOrg({ seed: 1, clock: createClock(() => NOW) });
  selection = new ChangeEventSelection(org);
  bus = createEventBus({ org, selection, settings });
}
beforeEach(() => start());

function write(...writes: readonly Write[]): string[] {
  const results = org.write({ userId: org.admin.id, origin: ORIGIN }, writes, true);
  return results.map((result) => {
    if (result.id === null) throw new Error(result.errors[0]?.message);
    return result.id;
  });
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
/** The events of what `act` does. */
function during(act: () => unknown): DecodedEvent[] {
  const before = allEvents(bus).length;
  act();
  return allEvents(bus).slice(before);
}
const account = (values: JsonValues = {}): string =>
  write(insert({ Name: 'Acme', ...values }))[0] ?? '';

describe('the header', () => {
  test('says what, who, when and from where', () => {
    const [event] = during(() => account());
    expect(event).toMatchObject({
      topic: '/data/AccountChangeEvent',
      header: {
        entityName: 'Account',
        changeType: 'CREATE',
        changeOrigin: ORIGIN,
        sequenceNumber: 1,
        commitTimestamp: SECOND,
        commitUser: org.admin.id,
        changedFields: [],
        nulledFields: [],
        diffFields: [],
      },
    });
    expect(event?.header.recordIds).toEqual([expect.stringMatching(/^001\w{15}$/)]);
    expect(event?.header.transactionKey).toMatch(/^[\da-f]{8}-/);
    expect(event?.header.commitNumber).toBeGreaterThan(2n ** 53n);
  });

  test('counts a transaction from 1, with a hole for an object that is not selected', () => {
    selection.select(['Account']);
    const events = during(() =>
      write(insert({ Name: 'A' }), insert({ LastName: 'L' }, 'Contact'), insert({ Name: 'B' })),
    );
    expect(events.map((event) => event.header.sequenceNumber)).toEqual([1, 3]);
    expect(new Set(events.map((event) => event.header.transactionKey)).size).toBe(1);
  });
});

describe('a create', () => {
  test('carries all fields that have a value, in their types', () => {
    const [event] = during(() =>
      account({ BillingCity: 'Graz', NumberOfEmployees: 7, AnnualRevenue: 1.5e9 }),
    );
    expect(event?.body).toMatchObject({
      Name: 'Acme',
      BillingAddress: { City: 'Graz' },
      NumberOfEmployees: 7,
      AnnualRevenue: 1_500_000_000,
      OwnerId: org.admin.id,
      CreatedDate: SECOND,
    });
    expect(event?.body).not.toHaveProperty('ShippingAddress');
    expect(event?.body).not.toHaveProperty('SystemModstamp');
  });

  test('writes a date as midnight and a person as the parts of the name', () => {
    const [event] = during(() =>
      write(insert({ FirstName: 'Ada', LastName: 'L', Birthdate: '1815-12-10' }, 'Contact')),
    );
    expect(event?.body).toMatchObject({
      Name: { FirstName: 'Ada', LastName: 'L' },
      Birthdate: BigInt(Date.UTC(1815, 11, 10)),
    });
  });

  test('of a price book entry lacks the system fields', () => {
    const [product = ''] = write(insert({ Name: 'P' }, 'Product2'));
    const [book] = org.findBy('Pricebook2', 'IsStandard', true);
    const values = { Pricebook2Id: book?.['Id'], Product2Id: product, UnitPrice: 2 };
    const [event] = during(() => write(insert(values, 'PricebookEntry')));
    expect(event?.body).toMatchObject({ UnitPrice: 2, Product2Id: product });
    expect(event?.body).not.toHaveProperty('CreatedDate');
    expect(event?.body).not.toHaveProperty('LastModifiedById');
  });
});

describe('an update', () => {
  test('carries what changed, and LastModifiedDate always', () => {
    const id = account();
    const [event] = during(() => write(update(id, { Industry: 'Banking', Name: 'Acme' })));
    expect(event?.header).toMatchObject({ changeType: 'UPDATE', changedFields: ['0x400800'] });
    expect(event?.body).toEqual({ Industry: 'Banking', LastModifiedDate: SECOND });
  });

  test('names the parts of a compound and not the compound', () => {
    const id = account({ BillingStreet: 'Old', BillingCity: 'Graz' });
    const [event] = during(() => write(update(id, { BillingStreet: 'New' })));
    expect(event?.header.changedFields).toEqual(['0x400000', '4-0x01']);
    expect(event?.body['BillingAddress']).toEqual({ Street: 'New' });
  });

  test('names what was emptied as changed and as nulled', () => {
    const id = account({ Industry: 'Banking', BillingCity: 'Graz' });
    const [event] = during(() => write(update(id, { Industry: null, BillingCity: null })));
    expect(event?.header).toMatchObject({
      changedFields: ['0x400800', '4-0x02'],
      nulledFields: ['0x0800', '4-0x02'],
    });
    expect(event?.body).toEqual({ LastModifiedDate: SECOND });
  });

  test('carries LastModifiedById where another user wrote', () => {
    const id = account();
    org.putUser({ ...org.admin, id: '005Hw0000000099AAA', username: 'b@x.example' });
    const actor = { userId: '005Hw0000000099AAA', origin: '' };
    const [event] = during(() => org.write(actor, [update(id, { Phone: '1' })], true));
    expect(event?.body['LastModifiedById']).toBe('005Hw0000000099AAA');
  });

  test('of a long text is a diff, unless that is switched off', () => {
    const text = Array.from({ length: 60 }, (_, i) => `Line ${i} of the description.`);
    const id = account({ Description: text.join('\n') });
    const changed = text.with(30, 'Other.').join('\n');
    const [event] = during(() => write(update(id, { Description: changed })));
    expect(event?.body['Description']).toMatch(/^--- \n\+\+\+ [\da-f]{64}\n@@ /);
    expect(event?.header.diffFields).toEqual(['0x010000']);
    start({ textDiffs: false });
    const other = account({ Description: text.join('\n') });
    const [whole] = during(() => write(update(other, { Description: changed })));
    expect(whole?.body['Description']).toBe(changed);
    expect(whole?.header.diffFields).toEqual([]);
  });
});

test('a delete carries nothing, an undelete everything', () => {
  const id = account({ Industry: 'Banking' });
  const [gone, back] = during(() => {
    write({ op: 'delete', id });
    write({ op: 'undelete', id });
  });
  expect(gone).toMatchObject({ header: { changeType: 'DELETE', recordIds: [id] }, body: {} });
  expect(back).toMatchObject({
    header: { changeType: 'UNDELETE', changedFields: [] },
    body: { Name: 'Acme', Industry: 'Banking' },
  });
});

describe('records of one transaction', () => {
  test('that changed alike make one event', () => {
    const [a, b, c] = [account(), account(), account()];
    const act = (): unknown =>
      write(update(a, { Phone: '1' }), update(b, { Phone: '1' }), update(c, { Phone: '2' }));
    expect(during(act).map((event) => event.header.recordIds)).toEqual([[a, b], [c]]);
    expect(during(() => write({ op: 'delete', id: a }, { op: 'delete', id: b }))).toMatchObject([
      { header: { changeType: 'DELETE', recordIds: [a, b] } },
    ]);
  });

  test('make one event each where merging is switched off', () => {
    start({ mergeIdentical: false });
    const [a, b] = [account(), account()];
    const events = during(() => write(update(a, { Phone: '1' }), update(b, { Phone: '1' })));
    expect(events.map((event) => event.header.recordIds)).toEqual([[a], [b]]);
  });

  test('beyond the limit are told by one overflow event', () => {
    start({ overflowAfter: 2 });
    const events = during(() => write(...['A', 'B', 'C', 'D'].map((Name) => insert({ Name }))));
    expect(
      events.map(({ header }) => [header.changeType, header.recordIds[0]?.slice(0, 3)]),
    ).toEqual([
      ['CREATE', '001'],
      ['CREATE', '001'],
      ['GAP_OVERFLOW', '000'],
    ]);
  });
});

test('an event that is too large becomes a gap event', () => {
  start({ maxEventBytes: 1000 });
  const [event] = during(() => account({ Description: 'x'.repeat(2000) }));
  expect(event).toMatchObject({ header: { changeType: 'GAP_CREATE' }, body: {} });
});

test('gap, overflow and wildcard events come on request', () => {
  const id = account();
  const events = during(() => {
    bus.emitGap('Account', [id], 'GAP_UPDATE');
    bus.emitOverflow('Account');
    bus.emitWildcard('Account');
  });
  expect(events.map(({ header, body }) => [header.changeType, header.recordIds, body])).toEqual([
    ['GAP_UPDATE', [id], {}],
    ['GAP_OVERFLOW', ['000000000000000AAA'], {}],
    ['GAP_UPDATE', ['001*'], {}],
  ]);
  expect(() => bus.emitGap('Nothing__c', [id], 'GAP_UPDATE')).toThrow('no change events');
});

test('an event keeps the schema of its time', () => {
  const before = during(() => account());
  const meta = { name: 'Tier__c', type: 'Number', precision: 5, scale: 0 };
  for (const field of customField(meta, '00NHw0000000001')) org.addField('Account', field);
  const after = during(() => account({ Tier__c: 3 }));
  expect(after[0]?.body['Tier__c']).toBe(3);
  expect(after[0]?.schemaId).not.toBe(before[0]?.schemaId);
  expect(allEvents(bus).find((event) => event.sequence === before[0]?.sequence)?.body).toEqual(
    before[0]?.body,
  );
});

describe("a field's new type", () => {
  const retyped = (from: string, to: FieldType): [string, readonly string[], object][] => {
    const meta = { name: 'Any__c', type: from, length: 10, visibleLines: 4 };
    for (const field of customField(meta, '00NHw0000000002')) org.addField('Account', field);
    const first = account();
    const second = account();
    const events = during(() => org.retypeField('Account', 'Any__c', to));
    ids = [first, second];
    return events.map(({ header, body }) => [header.changeType, header.recordIds, body]);
  };
  let ids: readonly string[];

  test.each<[string, FieldType]>([
    ['Date', 'string'],
    ['Text', 'datetime'],
    ['Checkbox', 'string'],
    ['MultiselectPicklist', 'string'],
  ])('from %s to %s loses values, which an update of any record tells', (from, to) => {
    expect(retyped(from, to)).toEqual([['UPDATE', ['001*'], {}]]);
  });

  test('from a picklist to a checkbox is told by a gap event of all records', () => {
    expect(retyped('Picklist', 'boolean')).toEqual([['GAP_UPDATE', ids, {}]]);
  });

  test.each<[string, FieldType]>([
    ['Text', 'picklist'],
    ['Picklist', 'string'],
    ['Text', 'double'],
  ])('from %s to %s is told by nothing', (from, to) => {
    expect(retyped(from, to)).toEqual([]);
  });

  test('is nothing to tell of an object that is not selected', () => {
    selection.select([]);
    expect(retyped('Checkbox', 'string')).toEqual([]);
  });
});

test('a gap event of each kind is told of records', () => {
  const kinds = ['GAP_CREATE', 'GAP_UPDATE', 'GAP_DELETE', 'GAP_UNDELETE'] as const;
  const [a, b] = [account(), account()];
  const events = during(() => kinds.forEach((kind) => bus.emitGap('Account', [a, b], kind)));
  expect(events.map(({ header }) => [header.changeType, header.recordIds])).toEqual(
    kinds.map((kind) => [kind, [a, b]]),
  );
  expect(events.map(({ header }) => header.sequenceNumber)).toEqual([1, 1, 1, 1]);
});

test('a transaction overflows beyond 100,000 changes, of which each field of an update counts one', () => {
  const rows = 50_000;
  const half = Array.from({ length: rows }, (_, i) => insert({ Name: `A${i}` }));
  const ids = write(...half);
  const cursor = bus.log.latest();
  const people = [insert({ LastName: 'A' }, 'Contact'), insert({ LastName: 'B' }, 'Contact')];
  // Name and LastModifiedDate of each.
  write(...ids.map((id, i) => update(id, { Name: `B${i}` })), ...people);
  const events: LoggedEvent[] = [];
  for (let next; (next = bus.log.next(cursor, () => true)) !== undefined;) events.push(next);
  expect(events).toHaveLength(rows + 1);
  const [last, overflow] = events.slice(-2).map((event) => decodeEvent(bus, event));
  expect(last?.header).toMatchObject({ changeType: 'UPDATE', sequenceNumber: rows });
  expect(overflow?.header).toMatchObject({
    entityName: 'Contact',
    changeType: 'GAP_OVERFLOW',
    recordIds: ['000000000000000AAA'],
  });
});

test('a merge is what it does: updates and a delete of one transaction', () => {
  const [winner, loser] = [account({ Phone: '1' }), account()];
  const [child] = write(insert({ LastName: 'Doe', AccountId: loser }, 'Contact'));
  const merged = during(() =>
    write(
      update(child ?? '', { AccountId: winner }, 'Contact'),
      { op: 'delete', id: loser },
      update(winner, { Phone: '2' }),
    ),
  );
  expect(merged.map(({ header }) => [header.changeType, header.recordIds])).toEqual([
    ['UPDATE', [child]],
    ['DELETE', [loser]],
    ['UPDATE', [winner]],
  ]);
  expect(new Set(merged.map(({ header }) => header.transactionKey)).size).toBe(1);
  expect(merged.map(({ header }) => header.sequenceNumber)).toEqual([1, 2, 3]);
});
