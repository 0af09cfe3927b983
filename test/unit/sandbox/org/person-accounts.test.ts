import { expect, test } from 'vitest';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type {
  JsonValues,
  RecordValues,
  Transaction,
  Write,
} from '../../../../sandbox/salesforce/org/types.ts';

function write(org: SandboxOrg, each: Write): string {
  const [result] = org.write({ userId: org.admin.id, origin: '' }, [each], true);
  if (result?.id === undefined || result.id === null) throw result?.errors[0] ?? new Error('?');
  return result.id;
}
const insert = (org: SandboxOrg, entity: string, values: JsonValues): string =>
  write(org, { op: 'insert', entity, values });

function contactOf(org: SandboxOrg, account: string): RecordValues | undefined {
  return org.findBy('Contact', 'AccountId', account)[0];
}

test('an account with a last name is a person, with a contact that follows it', () => {
  const org = createOrg({ features: ['PersonAccounts'] });
  const transactions: Transaction[] = [];
  org.onCommit((transaction) => transactions.push(transaction));
  const person = { FirstName: 'Ada', LastName: 'Byron', PersonEmail: 'ada@b.example' };
  const id = insert(org, 'Account', { ...person, PersonMailingCity: 'London' });
  const contact = contactOf(org, id);
  expect(org.record('Account', id)).toMatchObject({
    IsPersonAccount: true,
    Name: 'Ada Byron',
    PersonContactId: contact?.['Id'],
  });
  expect(contact).toMatchObject({
    IsPersonAccount: true,
    Name: 'Ada Byron',
    Email: 'ada@b.example',
    MailingCity: 'London',
  });
  expect(transactions).toHaveLength(1);
  write(org, { op: 'update', entity: 'Account', id, values: { LastName: 'Lovelace' } });
  expect(org.record('Account', id)).toMatchObject({ Name: 'Ada Lovelace' });
  expect(contactOf(org, id)).toMatchObject({ LastName: 'Lovelace', Name: 'Ada Lovelace' });
  write(org, { op: 'delete', id });
  expect(contactOf(org, id)).toBeUndefined();
});

test('a person has no whole name to give, a company no parts', () => {
  const org = createOrg({ features: ['PersonAccounts'] });
  const company = insert(org, 'Account', { Name: 'Acme' });
  expect(org.record('Account', company)).toMatchObject({ IsPersonAccount: false });
  expect(contactOf(org, company)).toBeUndefined();
  expect(() => insert(org, 'Account', { Name: 'Ada', LastName: 'Byron' })).toThrow(
    'Unable to create/update fields: Name',
  );
  const values = { FirstName: 'Ada' };
  expect(() => write(org, { op: 'update', entity: 'Account', id: company, values })).toThrow(
    'Unable to create/update fields: FirstName',
  );
});

test('an org without the feature has accounts without persons', () => {
  const org = createOrg();
  expect(() => insert(org, 'Account', { LastName: 'Byron' })).toThrow("No such column 'LastName'");
});
