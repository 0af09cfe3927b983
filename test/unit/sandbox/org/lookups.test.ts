import { beforeEach, expect, test } from 'vitest';
import { makeField } from '../../../../sandbox/salesforce/org/field-spec.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { FieldDef } from '../../../../sandbox/salesforce/org/types.ts';
import { WrittenOrg } from './support.ts';

const DAY_MS = 86_400_000;
let it: WrittenOrg;
let account: string;
let now: number;

beforeEach(() => {
  now = Date.parse('2026-03-01T10:00:00Z');
  const clock = { now: () => now, advance: (ms: number) => void (now += ms) };
  it = new WrittenOrg(createOrg({ seed: 1, clock }));
  account = it.insert('Account', { Name: 'Parent' });
});

const remove = (id: string): string => it.write({ op: 'delete', id }).id;
const undelete = (id: string): string => it.write({ op: 'undelete', id }).id;

function addLookup(onDelete?: FieldDef['onDelete']): void {
  const field = { name: 'Account__c', label: 'Account', type: 'reference', custom: true } as const;
  const target = { referenceTo: ['Account'], relationshipName: 'Account__r' };
  it.org.addField('Lead', makeField({ ...field, ...target, ...(onDelete && { onDelete }) }));
}

const lead = (): string =>
  it.insert('Lead', { LastName: 'Doe', Company: 'Acme', Account__c: account });

test('to a deleted record are emptied, by a change of their own', () => {
  addLookup();
  const id = lead();
  now += 5000;
  remove(account);
  expect(it.told()).toEqual(['DELETE Account Parent', 'UPDATE Lead Doe']);
  expect(it.org.record('Lead', id)).toMatchObject({ Account__c: null, LastModifiedDate: now });
});

test('come back with it, unless they have another value by then', () => {
  addLookup();
  const [first, second] = [lead(), lead()];
  remove(account);
  const other = it.insert('Account', { Name: 'Other' });
  it.write({ op: 'update', entity: 'Lead', id: second, values: { Account__c: other } });
  undelete(account);
  expect(it.told()).toEqual(['UNDELETE Account Parent', 'UPDATE Lead Doe']);
  expect(it.org.record('Lead', first)).toMatchObject({ Account__c: account });
  expect(it.org.record('Lead', second)).toMatchObject({ Account__c: other });
});

test('that restrict keep the record, with the message of Salesforce', () => {
  addLookup('restrict');
  lead();
  const error = it.refused({ op: 'delete', id: account });
  expect(error).toMatchObject({
    errorCode: 'DELETE_FAILED',
    httpStatus: 400,
    message:
      'Your attempt to delete Parent could not be completed because it is associated with the following leads.: Doe\n',
  });
  expect(it.org.record('Account', account)).toMatchObject({ IsDeleted: false });
});

test('that cascade take the record along and back', () => {
  addLookup('cascade');
  const id = lead();
  remove(account);
  expect(it.org.record('Lead', id)).toBeUndefined();
  undelete(account);
  expect(it.org.record('Lead', id)).toMatchObject({ Account__c: account });
});

test('of an account with cases keep it, as in any org', () => {
  it.insert('Case', { Subject: 'Broken', AccountId: account });
  expect(it.refused({ op: 'delete', id: account }).message).toContain('following cases.: 0000');
});

test('among records that are deleted together are there again when all are', () => {
  const contacts = ['Boss', 'Hand'].map((LastName) =>
    it.insert('Contact', { LastName, AccountId: account }),
  );
  const [boss = '', hand = ''] = contacts;
  const values = { ReportsToId: boss };
  it.write({ op: 'update', entity: 'Contact', id: hand, values });
  it.insert('OpportunityContactRole', {
    ContactId: hand,
    OpportunityId: it.insert('Opportunity', {
      Name: 'Fleet',
      AccountId: account,
      StageName: 'Prospecting',
      CloseDate: '2030-01-01',
    }),
  });
  remove(account);
  expect([...it.org.records('OpportunityContactRole')]).toEqual([]);
  undelete(account);
  expect(it.org.record('Contact', hand)).toMatchObject({ ReportsToId: boss, AccountId: account });
  expect([...it.org.records('OpportunityContactRole')]).toHaveLength(1);
});

test('of a record that comes back alone lose what is gone', () => {
  const contact = it.insert('Contact', { LastName: 'Doe', AccountId: account });
  remove(account);
  undelete(contact);
  expect(it.org.record('Contact', contact)).toMatchObject({ AccountId: null });
});

test('a failed transaction leaves them as they were', () => {
  addLookup();
  const id = lead();
  const actor = { userId: it.org.admin.id, origin: '' };
  const broken = { op: 'insert', entity: 'Account', values: {} } as const;
  it.org.write(actor, [{ op: 'delete', id: account }, broken], true);
  expect(it.org.record('Lead', id)).toMatchObject({ Account__c: account });
  expect(it.org.memory.deletions.size).toBe(0);
});

test.each(['update', 'delete', 'merge', 'insert'] as const)(
  'say that the record is deleted to a caller who wants to %s',
  (op) => {
    const other = it.insert('Account', { Name: 'Other' });
    remove(account);
    const writes = {
      update: { op: 'update', entity: 'Account', id: account, values: {} },
      delete: { op: 'delete', id: account },
      merge: { op: 'merge', entity: 'Account', id: other, loserIds: [account], values: {} },
      insert: { op: 'insert', entity: 'Contact', values: { LastName: 'X', AccountId: account } },
    } as const;
    expect(it.refused(writes[op])).toMatchObject({ errorCode: 'ENTITY_IS_DELETED' });
  },
);

test('the recycle bin forgets a record after 15 days, and what it would bring back', () => {
  addLookup();
  lead();
  remove(account);
  now += 14 * DAY_MS;
  expect(it.org.record('Account', account, true)).toMatchObject({ IsDeleted: true });
  now += 2 * DAY_MS;
  expect(it.org.record('Account', account, true)).toBeUndefined();
  expect(it.org.memory.deletions.size).toBe(0);
  expect(it.refused({ op: 'undelete', id: account })).toMatchObject({
    errorCode: 'INVALID_CROSS_REFERENCE_KEY',
  });
});
