import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { loadPlan } from '../../../../sandbox/salesforce/project/load-plan.ts';
import { loadProject } from '../../../../sandbox/salesforce/project/load-project.ts';

const shared =
  process.env['HEADWATER_SHARED'] ?? join(import.meta.dirname, '../../../../../shared');
const ebikes = join(shared, 'data/ebikes');

let folder = '';
let org: SandboxOrg;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plan-'));
  org = createOrg({ seed: 1 });
});
afterEach(() => rmSync(folder, { recursive: true }));

function json(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
}

const record = (type: string, referenceId: string, values: object): object => ({
  attributes: { type, referenceId },
  ...values,
});

describe('a plan', () => {
  test('resolves references across files and nests children', async () => {
    json('accounts.json', {
      records: [
        record('Account', 'A1', {
          Name: 'Parent',
          Contacts: { records: [record('Contact', 'C1', { LastName: 'Nested' })] },
        }),
      ],
    });
    json('contacts.json', {
      records: [
        record('Contact', 'C2', { LastName: '@home', AccountId: '@A1', ReportsToId: '@C1' }),
      ],
    });
    const plan = json('plan.json', [
      { sobject: 'Account', saveRefs: true, files: ['accounts.json'] },
      { sobject: 'Contact', resolveRefs: true, files: ['contacts.json'] },
    ]);
    const origins: string[] = [];
    org.onCommit((transaction) => origins.push(transaction.origin));
    expect(await loadPlan(org, plan)).toBe(3);
    const [account] = org.records('Account');
    const contacts = [...org.records('Contact')];
    expect(contacts).toMatchObject([
      { LastName: 'Nested', AccountId: account?.['Id'] },
      { LastName: '@home', AccountId: account?.['Id'], ReportsToId: contacts[0]?.['Id'] },
    ]);
    expect(origins).toHaveLength(3);
  });

  test.each([
    ['a reference to nothing', { LastName: 'x', AccountId: '@A9' }, 'AccountId refers to @A9'],
    [
      'a refused record',
      { FirstName: 'x' },
      'REQUIRED_FIELD_MISSING: Required fields are missing: [LastName]',
    ],
  ])('with %s names file and record', async (_, values, message) => {
    json('contacts.json', { records: [record('Contact', 'C1', values)] });
    const plan = json('plan.json', [{ sobject: 'Contact', files: ['contacts.json'] }]);
    await expect(loadPlan(org, plan)).rejects.toThrow(
      `${join(folder, 'contacts.json')}: record 1 (C1): ${message}`,
    );
  });

  test('of another form is refused', async () => {
    await expect(loadPlan(org, json('plan.json', { sobject: 'A' }))).rejects.toThrow(
      'must be a list',
    );
    await expect(loadPlan(org, join(folder, 'none.json'))).rejects.toThrow('There is no file');
  });
});

test.skipIf(!existsSync(ebikes))('the ebikes project and its plan load', async () => {
  expect(await loadProject(org, ebikes)).toEqual([]);
  expect(await loadPlan(org, join(ebikes, 'data/sample-data-plan.json'))).toBe(23);
  expect(org.object('Case')?.fields.map((field) => field.name)).toContain('Case_Category__c');
  const families = new Set([...org.records('Product__c')].map((row) => row['Product_Family__c']));
  expect(
    [...families].every((id) => org.record('Product_Family__c', String(id)) !== undefined),
  ).toBe(true);
});
