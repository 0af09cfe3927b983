/**
 * Goal: least privilege can be tested: what profile and permission sets don't give isn't there, whichever API is asked.
 * Method: an administrator and an integration user, both jsforce, unmodified, against the sandbox's REST routes.
 */
import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRestOrg } from '../../../support/rest-org.ts';
import type { RestOrg } from '../../../support/rest-org.ts';

let rest: RestOrg;
let admin: Connection;
let permissionSet: string;
let user: string;
let reader: Connection;

async function create(conn: Connection, type: string, values: object): Promise<string> {
  const made = await conn.sobject(type).create(values as Record<string, string>);
  if (made.id === undefined) throw new Error(JSON.stringify(made));
  return made.id;
}

function connect(userId: string): Connection {
  const { accessToken } = rest.org.openSession(userId);
  const { instanceUrl } = admin;
  return new jsforce.Connection({ instanceUrl, accessToken, version: '60.0' });
}

async function codeOf(promise: PromiseLike<unknown>): Promise<unknown> {
  return promise.then(
    () => 'done',
    (error: unknown) => (error as { errorCode: string }).errorCode,
  );
}

const onAccount = (permissions: object): Promise<string> =>
  create(admin, 'ObjectPermissions', {
    ParentId: permissionSet,
    SobjectType: 'Account',
    ...permissions,
  });
const onField = (Field: string, PermissionsEdit = false): Promise<string> =>
  create(admin, 'FieldPermissions', {
    ParentId: permissionSet,
    SobjectType: 'Account',
    Field,
    PermissionsRead: true,
    PermissionsEdit,
  });

beforeAll(async () => {
  rest = await startRestOrg();
  admin = rest.conn;
  const { records } = await admin.query<{ Id: string }>(
    "SELECT Id FROM Profile WHERE Name = 'Minimum Access - API Only Integrations'",
  );
  user = await create(admin, 'User', {
    Username: 'etl@shop.example',
    LastName: 'ETL',
    Email: 'etl@shop.example',
    Alias: 'etl',
    ProfileId: records[0]?.Id,
    IsActive: true,
  });
  permissionSet = await create(admin, 'PermissionSet', { Name: 'Etl', Label: 'ETL' });
  await create(admin, 'Account', { Name: 'Acme', Phone: '1', Industry: 'Energy' });
  reader = connect(user);
});
afterAll(() => rest.close());

describe('a user with the least access', () => {
  test('sees no object of data, but its own user and the org', async () => {
    const { sobjects } = await reader.describeGlobal();
    const names = sobjects.map(({ name }) => name);
    expect(names).not.toContain('Account');
    expect(names).toEqual(expect.arrayContaining(['User', 'Organization', 'Task']));
    expect(await codeOf(reader.describe('Account'))).toBe('NOT_FOUND');
    expect(await codeOf(reader.query('SELECT Id FROM Account'))).toBe('INVALID_TYPE');
    expect(await codeOf(reader.search('FIND {Acme} RETURNING Account'))).toBe('INVALID_TYPE');
    expect(await codeOf(reader.sobject('Account').create({ Name: 'x' }))).toBe(
      'INSUFFICIENT_ACCESS_OR_READONLY',
    );
    expect(await codeOf(reader.query('SELECT Id FROM Organization'))).toBe('done');
  });

  test('can’t give itself more', async () => {
    const assignment = { PermissionSetId: permissionSet, AssigneeId: user };
    expect(await codeOf(reader.sobject('PermissionSetAssignment').create(assignment))).toBe(
      'INSUFFICIENT_ACCESS_OR_READONLY',
    );
  });
});

describe('a permission set', () => {
  test('that is assigned shows the object, and of its fields those that it names', async () => {
    await onAccount({ PermissionsRead: true });
    await onField('Account.Phone');
    expect(await codeOf(reader.query('SELECT Id FROM Account'))).toBe('INVALID_TYPE');
    await create(admin, 'PermissionSetAssignment', {
      PermissionSetId: permissionSet,
      AssigneeId: user,
    });
    const { fields, createable } = await reader.describe('Account');
    const names = fields.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['Id', 'Name', 'OwnerId', 'Phone']));
    expect(names).not.toContain('Industry');
    expect(names).not.toContain('BillingCity');
    expect(createable).toBe(false);
    expect(fields.find(({ name }) => name === 'Phone')).toMatchObject({ updateable: false });
    const { records } = await reader.query('SELECT Name, Phone FROM Account');
    expect(records).toMatchObject([{ Name: 'Acme', Phone: '1' }]);
  });

  test('that says nothing of a field keeps it from queries, records, and searches', async () => {
    const { records } = await reader.query<{ Id: string }>('SELECT Id FROM Account');
    const id = records[0]?.Id ?? '';
    for (const soql of [
      'SELECT Industry FROM Account',
      "SELECT Id FROM Account WHERE Industry = 'Energy'",
      'SELECT Id FROM Account ORDER BY Industry',
      'SELECT Account.Industry FROM Account',
      'SELECT COUNT(Id), Industry FROM Account GROUP BY Industry',
    ]) {
      expect(await codeOf(reader.query(soql))).toBe('INVALID_FIELD');
    }
    expect(await reader.sobject('Account').retrieve(id)).not.toHaveProperty('Industry');
    const { searchRecords } = await reader.search('FIND {Energy} RETURNING Account(Id)');
    expect(searchRecords).toEqual([]);
    const bulk = reader.bulk2.query('SELECT Industry FROM Account');
    expect(await codeOf(bulk)).toBe('INVALID_FIELD');
  });

  test('lets edit what it says can be edited, and no more', async () => {
    const { records } = await reader.query<{ Id: string }>('SELECT Id FROM Account');
    const Id = records[0]?.Id ?? '';
    const accounts = reader.sobject('Account');
    expect(await codeOf(accounts.update({ Id, Name: 'Acme' }))).toBe(
      'INSUFFICIENT_ACCESS_OR_READONLY',
    );
    const [row] = await admin
      .sobject('ObjectPermissions')
      .find({ ParentId: permissionSet, SobjectType: 'Account' });
    await admin.sobject('ObjectPermissions').update({
      Id: String(row?.['Id']),
      PermissionsEdit: true,
      PermissionsCreate: true,
    });
    expect(await codeOf(accounts.update({ Id, Name: 'Acme 2' }))).toBe('done');
    expect(await codeOf(accounts.update({ Id, Phone: '2' }))).toBe(
      'INVALID_FIELD_FOR_INSERT_UPDATE',
    );
    expect(await codeOf(accounts.update({ Id, Industry: 'Media' }))).toBe('INVALID_FIELD');
    const [field] = await admin.sobject('FieldPermissions').find({ Field: 'Account.Phone' });
    await admin
      .sobject('FieldPermissions')
      .update({ Id: String(field?.['Id']), PermissionsEdit: true });
    expect(await codeOf(accounts.update({ Id, Phone: '2' }))).toBe('done');
    expect(await codeOf(accounts.destroy(Id))).toBe('INSUFFICIENT_ACCESS_OR_READONLY');
    const results = await accounts.create([{ Name: 'ok' }, { Name: 'no', Industry: 'Media' }]);
    expect(results).toMatchObject([
      { success: true },
      { success: false, errors: [{ statusCode: 'INVALID_FIELD' }] },
    ]);
  });

  test('limits a load in bulk as it does a record', async () => {
    const load = (record: Record<string, string>): Promise<unknown> =>
      reader.bulk2.loadAndWaitForResults({
        object: 'Account',
        operation: 'insert',
        input: [record],
        pollInterval: 20,
      });
    expect(await load({ Name: 'B', Phone: '3' })).toMatchObject({
      successfulResults: [{ sf__Created: 'true' }],
    });
    await expect(load({ Name: 'B', Industry: 'Media' })).rejects.toThrow(/Industry/);
  });

  test('that expires gives nothing any more', async () => {
    const [assignment] = await admin.sobject('PermissionSetAssignment').find({ AssigneeId: user });
    const ExpirationDate = new Date(rest.org.clock.now() + 60_000).toISOString();
    const Id = String(assignment?.['Id']);
    await admin.sobject('PermissionSetAssignment').update({ Id, ExpirationDate });
    expect(await codeOf(reader.query('SELECT Id FROM Account'))).toBe('done');
    rest.org.clock.advance(61_000);
    expect(await codeOf(reader.query('SELECT Id FROM Account'))).toBe('INVALID_TYPE');
  });

  test('that is given back hides everything at once', async () => {
    const [assignment] = await admin.sobject('PermissionSetAssignment').find({ AssigneeId: user });
    await admin
      .sobject('PermissionSetAssignment')
      .update({ Id: String(assignment?.['Id']), ExpirationDate: null });
    expect(await codeOf(reader.query('SELECT Id FROM Account'))).toBe('done');
    await admin.sobject('PermissionSetAssignment').destroy(String(assignment?.['Id']));
    expect(await codeOf(reader.query('SELECT Id FROM Account'))).toBe('INVALID_TYPE');
  });
});

test('a profile’s own permission set takes from what the profile gives', async () => {
  const { records } = await admin.query<{ Id: string }>(
    "SELECT Id FROM PermissionSet WHERE Profile.Name = 'Standard User'",
  );
  const clerk = await create(admin, 'User', {
    Username: 'clerk@shop.example',
    LastName: 'Clerk',
    Email: 'clerk@shop.example',
    Alias: 'clerk',
    IsActive: true,
  });
  const conn = connect(clerk);
  expect(await codeOf(conn.query('SELECT Industry, Phone FROM Account'))).toBe('done');
  await create(admin, 'FieldPermissions', {
    ParentId: records[0]?.Id,
    SobjectType: 'Account',
    Field: 'Account.Industry',
    PermissionsRead: false,
  });
  expect(await codeOf(conn.query('SELECT Industry, Phone FROM Account'))).toBe('INVALID_FIELD');
  expect(await codeOf(admin.query('SELECT Industry, Phone FROM Account'))).toBe('done');
});

test('a password is set by its user or an administrator, and by nobody else', async () => {
  const path = `/sobjects/User/${rest.org.users()[0]?.id ?? ''}/password`;
  const own = `/sobjects/User/${user}/password`;
  expect(await codeOf(reader.requestPost(path, { NewPassword: 'stolen-123' }))).toBe(
    'INSUFFICIENT_ACCESS_OR_READONLY',
  );
  expect(await codeOf(reader.requestPost(own, { NewPassword: 'short' }))).toBe(
    'INVALID_NEW_PASSWORD',
  );
  expect(await codeOf(reader.requestPost(own, { NewPassword: 'long-enough-1' }))).toBe('done');
  expect(rest.org.user(user)?.password).toBe('long-enough-1');
  expect(await reader.request(own)).toEqual({ isExpired: false });
});

test('describe names the field that stands for a record, and those that have permissions', async () => {
  const described = await admin.describe('Contract');
  const named = described.fields.filter(({ nameField }) => nameField);
  expect(named.map(({ name }) => name)).toEqual(['ContractNumber']);
  const { fields } = await admin.describe('Account');
  const permissionable = (name: string): unknown =>
    fields.find((field) => field.name === name)?.permissionable;
  expect(['Phone', 'Industry', 'ParentId'].map(permissionable)).toEqual([true, true, true]);
  expect(['Id', 'Name', 'OwnerId', 'CreatedDate'].map(permissionable)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test('a hidden field isn’t shown by way of a task either', async () => {
  const contact = await create(admin, 'Contact', { LastName: 'C', Email: 'c@shop.example' });
  await create(admin, 'Task', { WhoId: contact, Subject: 'Call', Status: 'Not Started' });
  const soql = 'SELECT Who.Name, Who.Email FROM Task';
  const clerk = connect(rest.org.user('clerk@shop.example')?.id ?? '');
  expect((await clerk.query(soql)).records).toMatchObject([{ Who: { Email: 'c@shop.example' } }]);
  const { records } = await admin.query<{ Id: string }>(
    "SELECT Id FROM PermissionSet WHERE Profile.Name = 'Standard User'",
  );
  await create(admin, 'FieldPermissions', {
    ParentId: records[0]?.Id,
    SobjectType: 'Contact',
    Field: 'Contact.Email',
    PermissionsRead: false,
  });
  expect((await clerk.query(soql)).records).toMatchObject([{ Who: { Name: 'C', Email: null } }]);
});
