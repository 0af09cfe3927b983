import { expect, test } from 'vitest';
import { Journal } from '../../../../sandbox/salesforce/control/journal.ts';
import { seedRecords } from '../../../../sandbox/salesforce/load/seed.ts';
import { createClock } from '../../../../sandbox/salesforce/org/clock.ts';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';

const NOW = Date.UTC(2026, 10, 24, 9);
const KINDS = ['Account', 'Contact', 'Opportunity', 'Case', 'Lead', 'Task'];

async function seeded(count: number, seed: number): Promise<SandboxOrg> {
  const org = createOrg({ seed, clock: createClock(() => NOW) });
  await seedRecords(org, count);
  return org;
}

const rowsOf = (org: SandboxOrg): unknown[] => KINDS.map((kind) => [...org.records(kind)]);

test('a seed gives exactly so many records, some of each kind', async () => {
  const org = await seeded(1234, 1);
  const counts = KINDS.map((kind) => [...org.records(kind)].length);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1234);
  expect(Math.min(...counts)).toBeGreaterThan(30);
});

test('the same count gives the same records in any org', async () => {
  expect(rowsOf(await seeded(700, 1))).toEqual(rowsOf(await seeded(700, 2)));
});

test('contacts hang on accounts, cases on contacts of the account they name', async () => {
  const org = await seeded(2000, 1);
  const contacts = [...org.records('Contact')];
  const kept = contacts.filter((row) => org.record('Account', String(row['AccountId'])));
  expect(kept.length).toBeGreaterThan(contacts.length * 0.9);
  for (const row of org.records('Case')) {
    const contact = org.record('Contact', String(row['ContactId']));
    expect(contact?.['AccountId']).toBe(row['AccountId']);
  }
});

test('a small seed has parents too', async () => {
  const org = await seeded(6, 1);
  expect([...org.records('Contact')].map((row) => row['AccountId'])).not.toContain(null);
});

test('records come in transactions of at most 200, of one object each', async () => {
  const org = createOrg({ seed: 1, clock: createClock(() => NOW) });
  const journal = new Journal(org);
  await seedRecords(org, 3000);
  for (const { transaction } of journal.after(0, 1000)) {
    const entities = transaction.changes
      .map((change) => change.entity)
      .filter((entity) => KINDS.includes(entity));
    expect(entities.length).toBeLessThanOrEqual(200);
    expect(new Set(entities).size).toBe(1);
  }
});

test('an org whose rules refuse a record is told of by the object and the rule', async () => {
  const org = createOrg({ seed: 1 });
  org.onSave('Lead', () => {
    throw new Error('not by rule');
  });
  await expect(seedRecords(org, 100)).rejects.toThrow('not by rule');
});
