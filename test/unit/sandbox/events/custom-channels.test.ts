/**
 * Goal: a channel carries the events of its members, filtered and enriched as configured, and each user gets of them
 * what is theirs to see.
 * Method: read the bus as a stream does, decode with avsc.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import type { NewMember } from '../../../../sandbox/salesforce/events/channel-config.ts';
import { isFor, shownTo } from '../../../../sandbox/salesforce/events/delivery.ts';
import { createEventBus } from '../../../../sandbox/salesforce/events/event-bus.ts';
import type { EventBus } from '../../../../sandbox/salesforce/events/event-bus.ts';
import type { LoggedEvent } from '../../../../sandbox/salesforce/events/event-log.ts';
import { ChangeEventSelection } from '../../../../sandbox/salesforce/org/change-event-selection.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { JsonValues, User, Write } from '../../../../sandbox/salesforce/org/types.ts';
import { customField } from '../../../../sandbox/salesforce/project/custom-field.ts';
import { decodeEvent } from '../../../support/change-events.ts';
import type { DecodedEvent } from '../../../support/change-events.ts';
import { ORDER_EVENT } from '../../../support/pubsub.ts';

const SALES = '/data/Sales__chn';
const ORDERS = '/event/Orders__chn';

let org: SandboxOrg;
let selection: ChangeEventSelection;
let bus: EventBus;
let user: User;

beforeEach(() => {
  org = createOrg({ seed: 1 });
  org.addObject(ORDER_EVENT);
  selection = new ChangeEventSelection(org, []);
  bus = createEventBus({ org, selection });
  user = org.admin;
  bus.channelConfig.createChannel({ fullName: 'Sales__chn', channelType: 'data', label: 'Sales' });
  bus.channelConfig.createChannel({ fullName: 'Orders__chn', channelType: 'event', label: 'O' });
});

const actor = () => ({ userId: org.admin.id, origin: '' });
function write(...writes: readonly Write[]): string[] {
  return org.write(actor(), writes, true).map(({ id, errors }) => {
    if (id === null) throw new Error(errors[0]?.message);
    return id;
  });
}
const insert = (values: JsonValues = {}): string =>
  write({ op: 'insert', entity: 'Account', values: { Name: 'Acme', ...values } })[0] ?? '';
const insertContact = (): void =>
  void write({ op: 'insert', entity: 'Contact', values: { LastName: 'Doe' } });
const update = (id: string, values: JsonValues): void =>
  void write({ op: 'update', entity: 'Account', id, values });
const remove = (id: string): void => void write({ op: 'delete', id });
const member = (more: Partial<NewMember> = {}): void =>
  void bus.channelConfig.createMember({
    eventChannel: 'Sales__chn',
    selectedEntity: 'AccountChangeEvent',
    ...more,
  });

function logged(topic: string): LoggedEvent[] {
  const channel = bus.channels.find(topic);
  if (channel === undefined) throw new Error(`no ${topic}`);
  const cursor = bus.log.earliest();
  const found: LoggedEvent[] = [];
  for (;;) {
    const event = bus.log.next(cursor, (each) => isFor(user, channel, each));
    if (event === undefined) return found;
    found.push(shownTo(user, channel, event, bus));
  }
}
const decoded = (topic: string): DecodedEvent[] =>
  logged(topic).map((event) => decodeEvent(bus, event));
const shown = (topic: string): [string, unknown][] =>
  decoded(topic).map(({ header, body }) => [header.changeType, body]);

describe('what is on a channel', () => {
  test('follows its members while everything runs', () => {
    insert();
    member();
    insert();
    insertContact();
    expect(decoded(SALES).map(({ header }) => header.entityName)).toEqual(['Account']);
    bus.channelConfig.deleteMember('Sales_chn_AccountChangeEvent');
    insert();
    expect(decoded(SALES)).toHaveLength(0);
    expect(bus.channels.find('/data/AccountChangeEvent')).toBeUndefined();
  });

  test('is not on the standard channel unless it is selected there', () => {
    member();
    insert();
    selection.select(['Account']);
    insert();
    expect(decoded('/data/ChangeEvents')).toHaveLength(1);
    expect(decoded('/data/AccountChangeEvent')).toHaveLength(2);
    expect(decoded(SALES)).toHaveLength(2);
    bus.channelConfig.createMember({
      eventChannel: 'ChangeEvents',
      selectedEntity: 'ContactChangeEvent',
    });
    insertContact();
    expect(decoded('/data/ChangeEvents')).toHaveLength(2);
  });

  test('of platform events needs no View All Data; what is hidden stays so', () => {
    bus.channelConfig.createMember({
      eventChannel: 'Orders__chn',
      selectedEntity: 'Order_Event__e',
      filterExpression: 'Units__c > 2',
    });
    for (const Units__c of [1, 2, 3, null]) bus.publish('Order_Event__e', { Units__c }, actor());
    user = { ...org.admin, viewAllData: false };
    expect(logged(ORDERS)).toHaveLength(1);
    user = { ...user, hiddenObjects: ['Order_Event__e'] };
    expect(logged(ORDERS)).toHaveLength(0);
  });

  test('has the topic of its type only', () => {
    expect(bus.channels.find('/event/Sales__chn')).toBeUndefined();
    expect(bus.channels.find(ORDERS)).toMatchObject({ kind: 'event', entity: undefined });
    bus.channelConfig.deleteChannel('Orders__chn');
    expect(bus.channels.find(ORDERS)).toBeUndefined();
  });
});

describe('enriched fields', () => {
  test('are in updates and deletes on that channel, unchanged and unnamed', () => {
    member({ enrichedFields: ['Industry', 'BillingAddress', 'Fax'] });
    const id = insert({ Industry: 'Banking', BillingCity: 'Graz', BillingStreet: 'Old' });
    update(id, { Phone: '1', BillingStreet: 'New' });
    remove(id);
    const [, updated, deleted] = decoded(SALES);
    expect(updated?.body).toMatchObject({
      Phone: '1',
      Industry: 'Banking',
      BillingAddress: { Street: 'New', City: 'Graz' },
    });
    expect(deleted?.body).toEqual({
      Industry: 'Banking',
      BillingAddress: { Street: 'New', City: 'Graz' },
    });
    const [, plain, gone] = decoded('/data/AccountChangeEvent');
    expect(plain?.header).toEqual(updated?.header);
    expect(plain?.body['Industry']).toBeUndefined();
    expect(plain?.body['BillingAddress']).toEqual({ Street: 'New' });
    expect(gone?.body).toEqual({});
  });

  test('that were emptied are empty; other values are events of their own', () => {
    member({ enrichedFields: ['Industry'] });
    const ids = ['Banking', 'Retail', null].map((Industry) => insert({ Industry }));
    write(
      ...ids.map(
        (id) => ({ op: 'update', entity: 'Account', id, values: { Phone: '1' } }) as const,
      ),
    );
    expect(
      decoded(SALES)
        .slice(3)
        .map(({ body }) => body['Industry']),
    ).toEqual(['Banking', 'Retail', undefined]);
    update(ids[0] ?? '', { Industry: null });
    expect(decoded(SALES).at(-1)?.body['Industry']).toBeUndefined();
  });

  test.each([
    ['eleven', Array.from({ length: 11 }, () => 'Phone')],
    ['a part of a compound', ['BillingCity']],
    ['a long text', ['Description']],
    ['an unknown one', ['Nothing']],
  ])('%s are refused', (_what, enrichedFields) => {
    expect(() => member({ enrichedFields })).toThrow('enriched fields are invalid');
    expect(bus.channelConfig.members()).toEqual([]);
  });
});

describe('a filter', () => {
  test.each([
    ["Industry = 'banking'", ['CREATE', 'UPDATE', 'DELETE']],
    ["Industry != 'Banking'", []],
    ["ChangeEventHeader.changeType = 'UPDATE'", ['UPDATE']],
    [
      "Industry LIKE 'B%' AND (Phone = '2' OR ChangeEventHeader.changeType IN ('DELETE'))",
      ['UPDATE', 'DELETE'],
    ],
    [
      "BillingCity = 'Graz' AND NOT ChangeEventHeader.sequenceNumber > 1",
      ['CREATE', 'UPDATE', 'DELETE'],
    ],
  ])('%s lets through %j', (filterExpression, expected) => {
    member({ filterExpression });
    const id = insert({ Industry: 'Banking', Phone: '1', BillingCity: 'Graz' });
    update(id, { Phone: '2' });
    remove(id);
    expect(decoded(SALES).map(({ header }) => header.changeType)).toEqual(expected);
    expect(decoded('/data/AccountChangeEvent')).toHaveLength(3);
  });

  test('enriches events with its fields', () => {
    member({ filterExpression: "Industry = 'Banking'" });
    remove(insert({ Industry: 'Banking' }));
    expect(shown(SALES).at(-1)).toEqual(['DELETE', { Industry: 'Banking' }]);
  });

  test('lets gap events through', () => {
    member({ filterExpression: "Industry = 'Banking'" });
    const id = insert();
    bus.emitGap('Account', [id], 'GAP_UNDELETE');
    expect(shown(SALES)).toEqual([['GAP_UNDELETE', {}]]);
  });

  test('holds as it was when the stream began', () => {
    member({ filterExpression: "Industry = 'Banking'" });
    const before = bus.channels.find(SALES);
    bus.channelConfig.updateMember('Sales_chn_AccountChangeEvent', { filterExpression: null });
    insert();
    const [event] = logged(SALES);
    if (event === undefined) throw new Error('no event');
    expect(before?.includes(event)).toBe(false);
  });

  test('whose field is dropped lets nothing through', () => {
    const [tier] = customField({ name: 'Tier__c', type: 'Text', length: 10 }, '00NHw0000000001');
    if (tier === undefined) throw new Error('no field');
    org.addField('Account', tier);
    member({ filterExpression: "Tier__c = 'A'" });
    insert({ Tier__c: 'A' });
    org.dropField('Account', 'Tier__c');
    insert();
    expect(decoded(SALES)).toEqual([]);
  });

  test.each([
    "Nothing__c = 'A'",
    "ChangeEventHeader.recordIds = 'A'",
    "Description = 'A'",
    "Owner.Name = 'A'",
    'Industry',
    "Industry = 'A' LIMIT 1",
    'Id IN (SELECT AccountId FROM Contact)',
    "TOLABEL(Industry) = 'A'",
  ])('%s is refused', (filterExpression) => {
    expect(() => member({ filterExpression })).toThrow();
    expect(bus.channelConfig.members()).toEqual([]);
  });
});

describe('the records', () => {
  test.each([
    ['a name without __chn', { fullName: 'Sales' }],
    ['a name that is taken', { fullName: 'sales__chn' }],
    ['another type', { channelType: 'both' as 'data' }],
  ])('of channels refuse %s', (_what, changes) => {
    const spec = { fullName: 'New__chn', channelType: 'data', label: 'N', ...changes } as const;
    expect(() => bus.channelConfig.createChannel(spec)).toThrow();
    expect(bus.channelConfig.channels()).toHaveLength(2);
  });

  test.each([
    ['a channel there is not', { eventChannel: 'Other__chn' }],
    ['an event there is not', { selectedEntity: 'Account' }],
    ['a platform event on a channel for changes', { selectedEntity: 'Order_Event__e' }],
  ])('of members refuse %s', (_what, changes) => {
    expect(() => member(changes)).toThrow();
  });

  test('are found by id and by name', () => {
    member();
    expect(() => member()).toThrow('already there');
    const [record] = bus.channelConfig.members();
    expect(record?.id).toMatch(/^0v8\w{15}$/);
    expect(bus.channelConfig.member(record?.id.slice(0, 15) ?? '')).toBe(record);
    expect(bus.channelConfig.channel('Sales__chn')?.id).toMatch(/^0YL\w{15}$/);
  });
});

describe('a hidden field', () => {
  test('is empty and unnamed for its user, and there for others', () => {
    selection.select(['Account']);
    const id = insert({ Phone: '1', BillingCity: 'Graz', BillingStreet: 'Old' });
    update(id, { Phone: '2', Fax: '3', BillingStreet: null, BillingCity: 'Linz' });
    const all = decoded('/data/AccountChangeEvent');
    user = {
      ...org.admin,
      hiddenFields: ['Account.Phone', 'Account.BillingStreet', 'Contact.Fax'],
    };
    const [created, updated] = decoded('/data/AccountChangeEvent');
    expect(created?.body).toEqual({
      ...all[0]?.body,
      Phone: undefined,
      BillingAddress: { City: 'Graz' },
    });
    expect(updated?.body).toMatchObject({ Fax: '3', BillingAddress: { City: 'Linz' } });
    expect(updated?.body['Phone']).toBeUndefined();
    expect(updated?.header.nulledFields).toEqual([]);
    const { changedFields } = updated?.header ?? {};
    const whole = all[1]?.header.changedFields ?? [];
    expect(whole[1]).toMatch(/^\d+-0x03$/);
    expect(changedFields?.[1]).toBe(whole[1]?.replace('03', '02'));
    user = { ...org.admin, hiddenFields: ['Account.BillingAddress'] };
    expect(decoded('/data/AccountChangeEvent')[1]?.header.changedFields).toHaveLength(1);
  });

  test('can be filtered by all the same', () => {
    member({ filterExpression: "Industry = 'Banking'" });
    insert({ Industry: 'Banking' });
    user = { ...org.admin, hiddenFields: ['Account.Industry'] };
    expect(decoded(SALES)[0]?.body['Industry']).toBeUndefined();
    expect(decoded(SALES)).toHaveLength(1);
  });
});
