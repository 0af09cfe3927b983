import { beforeEach, expect, test } from 'vitest';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { Transaction, Write } from '../../../../sandbox/salesforce/org/types.ts';

let org: SandboxOrg;
let account: string;
let contact: string;
let committed: Transaction[];

const write = (writes: readonly Write[], allOrNone = false): readonly (string | null)[] =>
  org.write({ userId: org.admin.id, origin: '' }, writes, allOrNone).map(({ id }) => id);

beforeEach(() => {
  org = createOrg({ seed: 1 });
  const [made] = write([{ op: 'insert', entity: 'Account', values: { Name: 'A' } }]);
  account = made ?? '';
  const values = { LastName: 'C', AccountId: account };
  contact = write([{ op: 'insert', entity: 'Contact', values }])[0] ?? '';
  committed = [];
  org.onCommit((transaction) => committed.push(transaction));
});

test('erases a record with what hangs on it, as one transaction of deletes', () => {
  write([{ op: 'delete', id: account, hard: true }]);
  expect(committed.map(({ changes }) => changes.map(({ type, id }) => [type, id]))).toEqual([
    [
      ['DELETE', account],
      ['DELETE', contact],
    ],
  ]);
  expect(org.record('Account', account, true)).toBeUndefined();
  expect(org.record('Contact', contact, true)).toBeUndefined();
});

test('that is rolled back leaves the record as it was', () => {
  write(
    [
      { op: 'delete', id: account, hard: true },
      { op: 'insert', entity: 'Account', values: {} },
    ],
    true,
  );
  expect(org.record('Account', account)).toMatchObject({ Name: 'A', IsDeleted: false });
  expect(committed).toEqual([]);
});

test('cannot be undone, as a delete can', () => {
  write([{ op: 'delete', id: contact }]);
  expect(write([{ op: 'undelete', id: contact }])).toEqual([contact]);
  write([{ op: 'delete', id: contact, hard: true }]);
  expect(write([{ op: 'undelete', id: contact }])).toEqual([null]);
});
