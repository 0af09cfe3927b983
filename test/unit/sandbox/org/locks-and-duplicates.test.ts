import { beforeEach, expect, test } from 'vitest';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { Purge } from '../../../../sandbox/salesforce/org/purge.ts';
import { WrittenOrg } from './support.ts';

const HOUR_MS = 3_600_000;
let now: number;
let it: WrittenOrg;
let account: string;

beforeEach(() => {
  now = Date.parse('2026-03-01T10:00:00Z');
  const clock = { now: () => now, advance: (ms: number) => void (now += ms) };
  it = new WrittenOrg(createOrg({ seed: 1, clock }));
  account = it.insert('Account', { Name: 'Acme' });
});

test('a held record refuses every write until its time is over', () => {
  const contact = it.insert('Contact', { LastName: 'Doe', AccountId: account });
  it.org.locks.hold(contact, 5000);
  const update = { op: 'update', entity: 'Contact', id: contact, values: {} } as const;
  for (const write of [
    update,
    { op: 'delete', id: contact },
    { op: 'delete', id: account },
  ] as const) {
    expect(it.refused(write)).toMatchObject({
      errorCode: 'UNABLE_TO_LOCK_ROW',
      message: `unable to obtain exclusive access to this record or 1 records: ${contact}`,
    });
  }
  expect(it.org.record('Account', account)).toMatchObject({ IsDeleted: false });
  now += 5000;
  expect(it.write(update).success).toBe(true);
});

test('a held master lets nobody make details', () => {
  const opportunity = it.insert('Opportunity', {
    Name: 'Fleet',
    StageName: 'Prospecting',
    CloseDate: '2030-01-01',
  });
  it.org.locks.hold(opportunity, 5000);
  const values = { Name: 'First', OpportunityId: opportunity };
  expect(it.refused({ op: 'insert', entity: 'Quote', values })).toMatchObject({
    errorCode: 'UNABLE_TO_LOCK_ROW',
  });
});

const DOUBLE = { op: 'insert', entity: 'Account', values: { Name: 'ACME' } } as const;

test('a rule that warns is passed over by who insists', () => {
  it.org.duplicateRules.set('Account', { entity: 'Account', fields: ['Name'], action: 'allow' });
  expect(it.refused(DOUBLE)).toMatchObject({
    errorCode: 'DUPLICATES_DETECTED',
    details: { duplicateResult: { allowSave: true, matchResults: [{ size: 1 }] } },
  });
  expect(it.write(DOUBLE, true).success).toBe(true);
});

test('a rule that blocks is passed over by nobody', () => {
  it.org.duplicateRules.set('Account', { entity: 'Account', fields: ['Name'], action: 'block' });
  expect(it.refused(DOUBLE, true)).toMatchObject({ errorCode: 'DUPLICATES_DETECTED' });
});

test('a rule looks at what changes, and at records that live', () => {
  const double = it.write(DOUBLE).id;
  it.org.duplicateRules.set('Account', { entity: 'Account', fields: ['Name'], action: 'block' });
  const phone = { op: 'update', entity: 'Account', id: double, values: { Phone: '1' } } as const;
  expect(it.write(phone).success).toBe(true);
  it.write({ op: 'delete', id: double });
  it.write({ op: 'delete', id: account });
  expect(it.write(DOUBLE).success).toBe(true);
});

test('a full recycle bin loses its oldest, once they are two hours old', () => {
  const ids = ['A', 'B', 'C'].map((Name) => it.insert('Account', { Name }));
  for (const id of ids) {
    now += 1000;
    it.write({ op: 'delete', id });
  }
  const { schema, deletions } = it.org.memory;
  const settings = { retentionMs: 1e12, capacity: 1, safeMs: 2 * HOUR_MS };
  const left = (): number => [...it.org.records('Account', true)].length;
  new Purge(schema, deletions, settings).run(now + HOUR_MS);
  expect(left()).toBe(4);
  new Purge(schema, deletions, settings).run(now + 3 * HOUR_MS);
  expect(left()).toBe(2);
  expect(it.org.record('Account', ids[2] ?? '', true)).toBeDefined();
});
