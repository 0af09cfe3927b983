/**
 * Goal: where records are private, only their owners and those who may view all see them.
 * Method: two sales people and an administrator, all jsforce, unmodified, against the sandbox's REST routes.
 */
import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { startRestOrg } from '../../../support/rest-org.ts';
import type { RestOrg } from '../../../support/rest-org.ts';

let rest: RestOrg;
let ann: Connection;
let bob: Connection;
let annsAccount: string;

async function salesPerson(name: string): Promise<Connection> {
  const made = await rest.conn.sobject('User').create({
    Username: `${name}@shop.example`,
    LastName: name,
    Email: `${name}@shop.example`,
    Alias: name,
    IsActive: true,
  });
  const { accessToken } = rest.org.openSession(made.id ?? '');
  const { instanceUrl } = rest.conn;
  return new jsforce.Connection({ instanceUrl, accessToken, version: '60.0' });
}

async function codeOf(promise: PromiseLike<unknown>): Promise<unknown> {
  return promise.then(
    () => 'done',
    (error: unknown) => (error as { errorCode: string }).errorCode,
  );
}

const names = async (conn: Connection, soql: string): Promise<unknown[]> =>
  (await conn.query<{ Name: string }>(soql)).records.map(({ Name }) => Name);

beforeAll(async () => {
  rest = await startRestOrg();
  ann = await salesPerson('ann');
  bob = await salesPerson('bob');
  annsAccount = (await ann.sobject('Account').create({ Name: 'Ann’s' })).id ?? '';
  await bob.sobject('Account').create({ Name: 'Bob’s' });
  (rest.org as SandboxOrg).share('Account', 'Private');
});
afterAll(() => rest.close());

describe('a private record', () => {
  test('is found by its owner and by administrators alone', async () => {
    const soql = 'SELECT Name FROM Account ORDER BY Name';
    expect(await names(ann, soql)).toEqual(['Ann’s']);
    expect(await names(bob, soql)).toEqual(['Bob’s']);
    expect(await names(rest.conn, soql)).toEqual(['Ann’s', 'Bob’s']);
    const byId = `SELECT Name FROM Account WHERE Id = '${annsAccount}'`;
    expect(await names(bob, byId)).toEqual([]);
    expect((await bob.query('SELECT COUNT() FROM Account')).totalSize).toBe(1);
    expect(await codeOf(bob.sobject('Account').retrieve(annsAccount))).toBe('NOT_FOUND');
    const { searchRecords } = await bob.search('FIND {Ann} RETURNING Account(Id)');
    expect(searchRecords).toEqual([]);
  });

  test('isn’t changed, deleted or pointed at by others', async () => {
    const refused = 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY';
    const accounts = bob.sobject('Account');
    expect(await codeOf(accounts.update({ Id: annsAccount, Name: 'x' }))).toBe(refused);
    expect(await codeOf(accounts.destroy(annsAccount))).toBe(refused);
    const contact = { LastName: 'C', AccountId: annsAccount };
    expect(await codeOf(bob.sobject('Contact').create(contact))).toBe(refused);
    const [result] = await accounts.update([{ Id: annsAccount, Name: 'x' }]);
    expect(result?.errors).toMatchObject([{ statusCode: refused }]);
  });

  test('hides what is a detail of it, and is empty where another points at it', async () => {
    const opportunity = { Name: 'O', StageName: 'Prospecting', CloseDate: '2030-01-31' };
    (rest.org as SandboxOrg).share('Opportunity', 'Private');
    const made = await ann
      .sobject('Opportunity')
      .create({ ...opportunity, AccountId: annsAccount });
    const history = 'SELECT COUNT() FROM OpportunityHistory';
    expect((await ann.query(history)).totalSize).toBe(1);
    expect((await bob.query(history)).totalSize).toBe(0);
    const contact = await ann.sobject('Contact').create({ LastName: 'C', AccountId: annsAccount });
    const { records } = await bob.query(
      `SELECT Account.Name FROM Contact WHERE Id = '${contact.id ?? ''}'`,
    );
    expect(records).toMatchObject([{ Account: null }]);
    expect(made.success).toBe(true);
  });

  test('is seen by who is in the queue that owns it', async () => {
    (rest.org as SandboxOrg).share('Lead', 'Private');
    const queue = await rest.conn.sobject('Group').create({ Name: 'Q', Type: 'Queue' });
    const lead = { LastName: 'L', Company: 'C', OwnerId: queue.id };
    await rest.conn.sobject('Lead').create(lead);
    expect(await names(bob, 'SELECT Name FROM Lead')).toEqual([]);
    const member = rest.org.user('bob@shop.example')?.id;
    await rest.conn.sobject('GroupMember').create({ GroupId: queue.id, UserOrGroupId: member });
    expect(await names(bob, 'SELECT Name FROM Lead')).toEqual(['L']);
  });
});

test('a record that others may read can’t be changed by them, and one that they may change can’t be deleted', async () => {
  const org = rest.org as SandboxOrg;
  org.share('Account', 'Read');
  expect(await codeOf(bob.sobject('Account').retrieve(annsAccount))).toBe('done');
  expect(await codeOf(bob.sobject('Account').update({ Id: annsAccount, Name: 'x' }))).toBe(
    'INSUFFICIENT_ACCESS_OR_READONLY',
  );
  org.share('Account', 'ReadWrite');
  expect(await codeOf(bob.sobject('Account').update({ Id: annsAccount, Name: 'x' }))).toBe('done');
  expect(await codeOf(bob.sobject('Account').destroy(annsAccount))).toBe(
    'INSUFFICIENT_ACCESS_OR_READONLY',
  );
});

test('an administrator reads the org itself, so that security costs nothing there', () => {
  const org = createOrg();
  expect(org.seenBy(org.admin)).toBe(org);
});
