import { beforeEach, expect, test } from 'vitest';
import { updateOf } from '../../../../sandbox/salesforce/events/update.ts';
import { columnsOf } from '../../../../sandbox/salesforce/events/columns.ts';
import type { LeadConversion } from '../../../../sandbox/salesforce/org/types.ts';
import { WrittenOrg } from './support.ts';

let it: WrittenOrg;
let lead: string;

beforeEach(() => {
  it = new WrittenOrg();
  lead = it.insert('Lead', {
    FirstName: 'Ada',
    LastName: 'Doe',
    Company: 'Acme',
    Phone: '1',
    LeadSource: 'Web',
    City: 'Paris',
    HasOptedOutOfEmail: true,
  });
});

const conversionOf = (more: Partial<LeadConversion> = {}) =>
  ({
    op: 'convertLead',
    id: lead,
    conversion: { convertedStatus: 'Closed - Converted', ...more },
  }) as const;

test('makes an account, a contact and an opportunity, then converts the lead', () => {
  it.write(conversionOf());
  expect(it.told()).toEqual([
    'CREATE Account Acme',
    'CREATE Contact Ada Doe',
    'CREATE Opportunity Acme',
    'UPDATE Lead Ada Doe',
    expect.stringContaining('CREATE OpportunityContactRole'),
  ]);
  const [account, contact, opportunity] = ['Account', 'Contact', 'Opportunity'].map(
    (entity) => [...it.org.records(entity)][0],
  );
  expect(account).toMatchObject({ Phone: '1', AccountSource: 'Web', BillingCity: 'Paris' });
  expect(contact).toMatchObject({
    AccountId: account?.['Id'],
    MailingCity: 'Paris',
    HasOptedOutOfEmail: true,
  });
  expect(opportunity).toMatchObject({ AccountId: account?.['Id'], StageName: 'Prospecting' });
  expect(it.org.record('Lead', lead)).toMatchObject({
    Status: 'Closed - Converted',
    IsConverted: true,
    ConvertedDate: new Date(it.org.clock.now()).toISOString().slice(0, 10),
    ConvertedAccountId: account?.['Id'],
    ConvertedContactId: contact?.['Id'],
    ConvertedOpportunityId: opportunity?.['Id'],
  });
});

test("names in the lead's event what Salesforce names, and not LastModifiedDate", () => {
  it.write(conversionOf());
  const change = it.changes.find(({ entity }) => entity === 'Lead');
  const object = it.org.object('Lead');
  const columns = object === undefined ? [] : columnsOf(object);
  const { values } = updateOf(columns, change?.before ?? {}, change?.after ?? {}, true);
  expect(Object.keys(values).sort()).toEqual([
    'ConvertedAccountId',
    'ConvertedContactId',
    'ConvertedDate',
    'ConvertedOpportunityId',
    'IsConverted',
    'Status',
  ]);
});

test('converts into records that are there, of which it fills what is empty', () => {
  const account = it.insert('Account', { Name: 'Acme Inc', Phone: '9' });
  const person = { LastName: 'Roe', AccountId: account, LeadSource: 'Other' };
  const contact = it.insert('Contact', person);
  const into = { accountId: account, contactId: contact, doNotCreateOpportunity: true };
  it.write(conversionOf({ ...into, overwriteLeadSource: true }));
  expect(it.org.record('Account', account)).toMatchObject({
    Name: 'Acme Inc',
    Phone: '9',
    BillingCity: 'Paris',
  });
  expect(it.org.record('Contact', contact)).toMatchObject({
    LastName: 'Roe',
    FirstName: 'Ada',
    LeadSource: 'Web',
  });
  expect([...it.org.records('Opportunity')]).toEqual([]);
  expect(it.org.record('Lead', lead)).toMatchObject({ ConvertedOpportunityId: null });
});

test("takes the lead's tasks along", () => {
  const task = it.insert('Task', { Subject: 'Call', WhoId: lead });
  it.write(conversionOf());
  const converted = it.org.record('Lead', lead);
  expect(it.org.record('Task', task)).toMatchObject({
    WhoId: converted?.['ConvertedContactId'],
    WhatId: converted?.['ConvertedOpportunityId'],
    AccountId: converted?.['ConvertedAccountId'],
  });
});

test('leaves a converted lead alone from then on', () => {
  it.write(conversionOf());
  const code = { errorCode: 'CANNOT_UPDATE_CONVERTED_LEAD' };
  expect(it.refused(conversionOf())).toMatchObject(code);
  const update = { op: 'update', entity: 'Lead', id: lead, values: { Phone: '2' } } as const;
  expect(it.refused(update)).toMatchObject(code);
});

test.each([
  ['a status that is none', () => ({ convertedStatus: 'Open - Not Contacted' }), 'INVALID_STATUS'],
  ['a contact alone', () => ({ contactId: contact() }), 'REQUIRED_FIELD_MISSING'],
  [
    'a contact of another account',
    () => ({ contactId: contact(), accountId: it.insert('Account', { Name: 'B' }) }),
    'INVALID_CROSS_REFERENCE_KEY',
  ],
  ['an owner that is no user', () => ({ ownerId: '00G000000000001' }), 'INVALID_OWNER'],
  ['an account that is a contact', () => ({ accountId: contact() }), 'INVALID_CROSS_REFERENCE_KEY'],
])('refuses %s, and makes nothing', (_, wrong, code) => {
  const more = wrong();
  const before = [...it.org.records('Account')].length;
  expect(it.refused(conversionOf(more))).toMatchObject({ errorCode: code });
  expect([...it.org.records('Account')]).toHaveLength(before);
  expect(it.org.record('Lead', lead)).toMatchObject({ IsConverted: false });
});

function contact(): string {
  return it.insert('Contact', { LastName: 'Roe', AccountId: it.insert('Account', { Name: 'A' }) });
}

test('tells by records which statuses convert, and takes those of a project', () => {
  const statuses = (): unknown[] =>
    it.org.findBy('LeadStatus', 'IsConverted', true).map(({ ApiName }) => ApiName);
  expect(statuses()).toEqual(['Closed - Converted']);
  it.org.setLeadStatuses([
    { name: 'New', converted: false, isDefault: true },
    { name: 'Qualified', converted: true, isDefault: false },
  ]);
  expect(statuses()).toEqual(['Qualified']);
  expect(it.refused(conversionOf())).toMatchObject({ errorCode: 'INVALID_STATUS' });
  expect(it.write(conversionOf({ convertedStatus: 'Qualified' })).id).toBe(lead);
});
