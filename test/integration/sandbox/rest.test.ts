/**
 * Goal: a client written for Salesforce works with the sandbox's REST API as it is.
 * Method: jsforce, unmodified, against the REST routes of an org on a free port.
 */
import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noFaults } from '../../../sandbox/salesforce/control/ports.ts';
import { createApp } from '../../../sandbox/salesforce/http.ts';
import { requireSession } from '../../../sandbox/salesforce/login/session.ts';
import { makeField } from '../../../sandbox/salesforce/org/field-spec.ts';
import { createOrg } from '../../../sandbox/salesforce/org/org.ts';
import { registerRest } from '../../../sandbox/salesforce/rest/index.ts';

const org = createOrg({ seed: 5 });
const faults = noFaults();
const app = createApp();
const origins: string[] = [];
let conn: Connection;

beforeAll(async () => {
  const custom = { label: 'Ext', custom: true, externalId: true };
  org.addField('Account', makeField({ ...custom, name: 'Ext__c', type: 'string', unique: true }));
  org.addField('Account', makeField({ ...custom, name: 'Loose__c', type: 'string' }));
  org.onCommit(({ origin }) => origins.push(origin));
  registerRest(app, { org, requireSession, settings: faults });
  const instanceUrl = await app.listen({ port: 0, host: '127.0.0.1' });
  const { accessToken } = org.openSession(org.admin.id);
  conn = new jsforce.Connection({ instanceUrl, accessToken, version: '60.0' });
});
afterAll(() => app.close());

/** What jsforce throws. */
async function refused(
  promise: PromiseLike<unknown>,
): Promise<{ errorCode: string; message: string }> {
  return promise.then(
    (value) => {
      throw new Error(`Not refused: ${JSON.stringify(value)}`);
    },
    (error: unknown) => error as { errorCode: string; message: string },
  );
}

async function account(values: Record<string, unknown>): Promise<string> {
  const { id } = await conn.sobject('Account').create({ Name: 'A', ...values });
  if (id === undefined) throw new Error('no id');
  return id;
}

describe('single records', () => {
  test('are created, read, changed and deleted', async () => {
    const created = await conn.sobject('Account').create({
      Name: 'Acme',
      AnnualRevenue: 5,
      BillingCity: 'Bern',
    });
    expect(created).toEqual({
      id: expect.stringMatching(/^001\w{15}$/),
      success: true,
      errors: [],
    });
    const id = created.id ?? '';
    expect(await conn.sobject('Account').retrieve(id)).toMatchObject({
      attributes: { type: 'Account', url: `/services/data/v60.0/sobjects/Account/${id}` },
      Id: id,
      Name: 'Acme',
      BillingAddress: { city: 'Bern', country: null },
      CreatedDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000$/),
      IsDeleted: false,
      Ext__c: null,
    });
    const patch = { Id: id, Name: 'Acme 2', AnnualRevenue: null };
    expect(await conn.sobject('Account').update(patch)).toEqual({ id, success: true, errors: [] });
    const fields = { fields: ['Name', 'AnnualRevenue'] };
    expect(await conn.sobject('Account').retrieve(id, fields)).toEqual({
      attributes: expect.any(Object),
      Name: 'Acme 2',
      AnnualRevenue: null,
    });
    expect(await conn.sobject('Account').destroy(id)).toEqual({ id, success: true, errors: [] });
    expect(await refused(conn.sobject('Account').retrieve(id))).toMatchObject({
      errorCode: 'ENTITY_IS_DELETED',
    });
    expect(await refused(conn.sobject('Account').destroy(id))).toMatchObject({
      errorCode: 'ENTITY_IS_DELETED',
    });
  });

  test('are upserted by external id: created, then updated', async () => {
    const record = { Name: 'Up', Ext__c: 'up 1 ä' };
    const first = await conn.sobject('Account').upsert(record, 'Ext__c');
    expect(first).toMatchObject({ success: true, created: true });
    const second = await conn.sobject('Account').upsert({ ...record, Name: 'Up 2' }, 'Ext__c');
    expect(second).toEqual({ id: first.id, success: true, errors: [], created: false });
    const url = `/sobjects/Account/Ext__c/${encodeURIComponent('UP 1 ä')}`;
    expect(await conn.request(url)).toMatchObject({ Name: 'Up 2', Ext__c: 'up 1 ä' });
    expect(await conn.request({ method: 'DELETE', url })).toBeUndefined();
    expect((await refused(conn.request(url))).errorCode).toBe('NOT_FOUND');
    const slash = `/sobjects/Account/Ext__c/${encodeURIComponent('a/b')}`;
    await conn.requestPatch(slash, { Name: 'Slash' });
    expect(await conn.request(slash)).toMatchObject({ Ext__c: 'a/b' });
  });

  test('that share an external id are told as a choice', async () => {
    const ids = [await account({ Loose__c: 'same' }), await account({ Loose__c: 'same' })];
    const error = await refused(
      conn.sobject('Account').upsert({ Name: 'x', Loose__c: 'same' }, 'Loose__c'),
    );
    expect(error).toMatchObject({
      errorCode: 'MULTIPLE_CHOICES',
      data: ids.map((id) => `/services/data/v60.0/sobjects/Account/${id}`),
    });
  });
});

describe('collections', () => {
  test('are created, changed, upserted, read and deleted, each record with its own result', async () => {
    const created = await conn
      .sobject('Account')
      .create([{ Name: 'C1' }, { Name: '' }, { Name: 'C3' }]);
    expect(created).toMatchObject([
      { success: true, errors: [] },
      {
        success: false,
        errors: [{ statusCode: 'REQUIRED_FIELD_MISSING', fields: ['Name'] }],
      },
      { success: true },
    ]);
    const [first = '', , third = ''] = created.map((result) => result.id ?? '');
    const missing = '001Hw0999999999AAA';
    const updated = await conn.sobject('Account').update([
      { Id: first, Name: 'C1b' },
      { Id: missing.slice(0, 15), Name: 'none' },
    ]);
    expect(updated).toMatchObject([
      { id: first, success: true },
      { success: false, errors: [{ statusCode: 'INVALID_CROSS_REFERENCE_KEY' }] },
    ]);
    const upserted = await conn.sobject('Account').upsert(
      [
        { Name: 'U1', Ext__c: 'u1' },
        { Name: 'U2', Ext__c: 'twice' },
        { Name: 'U3', Ext__c: 'TWICE' },
      ],
      'Ext__c',
    );
    expect(upserted).toMatchObject([
      { success: true, created: true },
      { success: false, created: false, errors: [{ statusCode: 'DUPLICATE_VALUE' }] },
      { success: false, created: false },
    ]);
    const read = await conn
      .sobject('Account')
      .retrieve([third, missing, first], { fields: ['Name'] });
    expect(read).toMatchObject([{ Name: 'C3' }, null, { Name: 'C1b' }]);
    expect(await conn.sobject('Account').destroy([first, third, first])).toMatchObject([
      { id: first, success: true },
      { id: third, success: true },
      { id: first, success: false, errors: [{ statusCode: 'ENTITY_IS_DELETED' }] },
    ]);
  });

  test('with allOrNone are written wholly or not at all', async () => {
    const before = await conn.query('SELECT COUNT() FROM Account');
    const records = [{ Name: 'ok' }, { Name: 'bad', AnnualRevenue: 'much' }];
    expect(await conn.sobject('Account').create(records, { allOrNone: true })).toMatchObject([
      { success: false, errors: [{ statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK' }] },
      { success: false, errors: [{ statusCode: 'JSON_PARSER_ERROR' }] },
    ]);
    expect((await conn.query('SELECT COUNT() FROM Account')).totalSize).toBe(before.totalSize);
  });

  test('take 200 records', async () => {
    const many = Array.from({ length: 201 }, (_, i) => ({ Name: `M${i}` }));
    const error = await refused(conn.sobject('Account').create(many));
    expect(error.errorCode).toBe('EXCEEDED_ID_LIMIT');
  });
});

describe('queries', () => {
  beforeAll(() => {
    const writes = Array.from({ length: 4500 }, (_, i) => ({
      op: 'insert' as const,
      entity: 'Contact',
      values: { LastName: `L${String(i).padStart(4, '0')}` },
    }));
    org.write({ userId: org.admin.id, origin: '' }, writes, true);
  });

  test('come in pages that jsforce follows', async () => {
    const soql = 'SELECT Id, LastName FROM Contact ORDER BY LastName';
    const page = await conn.query(soql);
    expect(page).toMatchObject({ totalSize: 4500, done: false });
    expect(page.records).toHaveLength(2000);
    expect(page.nextRecordsUrl).toMatch(/\/services\/data\/v60\.0\/query\/01g\w{15}-2000$/);
    const next = await conn.queryMore(page.nextRecordsUrl ?? '');
    expect(next.records[0]).toMatchObject({ LastName: 'L2000' });
    const all = await conn.query(soql, { autoFetch: true, maxFetch: 10_000 });
    expect(all.records.map((record) => record['LastName'])).toEqual(
      Array.from({ length: 4500 }, (_, i) => `L${String(i).padStart(4, '0')}`),
    );
    const small = await conn.query(soql, { headers: { 'Sforce-Query-Options': 'batchSize=250' } });
    expect(small.records).toHaveLength(250);
    expect((await refused(conn.queryMore('01gHw0000000000AAA-2000'))).errorCode).toBe(
      'INVALID_QUERY_LOCATOR',
    );
  });

  test('are built by jsforce itself', async () => {
    const records = await conn
      .sobject('Contact')
      .find({ LastName: { $like: 'L000%' }, CreatedDate: { $gt: jsforce.SfDate.YESTERDAY } })
      .sort('-LastName')
      .limit(2)
      .select('LastName, Owner.Username')
      .execute();
    expect(records).toMatchObject([
      { LastName: 'L0009', Owner: { Username: org.admin.username } },
      { LastName: 'L0008' },
    ]);
    expect(await conn.sobject('Contact').count({ LastName: 'L0001' })).toBe(1);
  });

  test('of all see what is deleted', async () => {
    const id = await account({ Name: 'Deleted soon' });
    await conn.sobject('Account').destroy(id);
    const soql = `SELECT Name, IsDeleted FROM Account WHERE Id = '${id}'`;
    expect((await conn.query(soql)).totalSize).toBe(0);
    const all = await conn.query(soql, { scanAll: true });
    expect(all.records).toMatchObject([{ IsDeleted: true }]);
  });

  test('that are wrong are refused in Salesforce’s words', async () => {
    expect(await refused(conn.query('SELECT Id FROM Nope'))).toMatchObject({
      errorCode: 'INVALID_TYPE',
    });
    expect(await refused(conn.query('SELECT Id, FROM Account'))).toMatchObject({
      errorCode: 'MALFORMED_QUERY',
      message: expect.stringContaining("unexpected token: 'FROM'"),
    });
  });
});

describe('the org tells about itself', () => {
  test('which objects there are', async () => {
    const { sobjects } = await conn.describeGlobal();
    const account = sobjects.find(({ name }) => name === 'Account');
    expect(account).toMatchObject({
      keyPrefix: '001',
      queryable: true,
      urls: { rowTemplate: '/services/data/v60.0/sobjects/Account/{ID}' },
    });
    expect(sobjects.find(({ name }) => name === 'AccountChangeEvent')).toMatchObject({
      queryable: false,
    });
  });

  test('which fields they have', async () => {
    const described = await conn.sobject('Account').describe();
    const field = (name: string): unknown => described.fields.find((each) => each.name === name);
    expect(field('AnnualRevenue')).toMatchObject({
      type: 'currency',
      soapType: 'xsd:double',
      precision: 18,
    });
    expect(field('BillingCity')).toMatchObject({ compoundFieldName: 'BillingAddress', length: 40 });
    expect(field('OwnerId')).toMatchObject({ referenceTo: ['User'], relationshipName: 'Owner' });
    expect(field('Ext__c')).toMatchObject({ custom: true, externalId: true, unique: true });
    expect(field('Name')).toMatchObject({ nameField: true, nillable: false });
    expect(described.childRelationships).toContainEqual(
      expect.objectContaining({
        childSObject: 'Contact',
        field: 'AccountId',
        relationshipName: 'Contacts',
      }),
    );
  });

  test('what change events look like', async () => {
    const { name, queryable, fields } = await conn.describe('AccountChangeEvent');
    const types = new Map(fields.map((each) => [each.name, each.type]));
    expect({ name, queryable }).toEqual({ name: 'AccountChangeEvent', queryable: false });
    expect(types.get('ChangeEventHeader')).toBe('complexvalue');
    expect(types.get('LastModifiedDate')).toBe('datetime');
    expect(types.has('SystemModstamp')).toBe(false);
  });

  test('limits, versions, resources, who one is', async () => {
    const limits = await conn.limits();
    expect(limits['DailyApiRequests']?.Max).toBe(100_000);
    expect(conn.limitInfo.apiUsage).toMatchObject({ limit: 100_000, used: expect.any(Number) });
    const versions = await conn.request<{ version: string; label: string }[]>('/services/data');
    expect(versions[0]).toMatchObject({ version: '50.0', label: "Winter '21" });
    expect(versions.at(-1)).toMatchObject({ version: '67.0', label: "Summer '26" });
    const resources = await conn.request<Record<string, string>>('/services/data/v67.0/');
    expect(resources['identity']).toBe(`${conn.instanceUrl}/id/${org.id}/${org.admin.id}`);
    const id = await account({ Name: 'Recent' });
    expect((await conn.recent())[0]).toMatchObject({ Id: id, Name: 'Recent' });
  });

  test('what was changed and deleted in a span of time', async () => {
    const id = await account({ Name: 'Then' });
    const [start, end] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)];
    expect((await conn.sobject('Account').updated(start, end)).ids).toContain(id);
    await conn.sobject('Account').destroy(id);
    const { deletedRecords } = await conn.sobject('Account').deleted(start, end);
    expect(deletedRecords).toContainEqual({ id, deletedDate: expect.stringContaining('+0000') });
  });
});

describe('who wrote', () => {
  const lastOrigin = async (write: (conn: Connection) => Promise<unknown>): Promise<string> => {
    const { instanceUrl, accessToken } = conn;
    const callOptions = { client: 'headwater-x' };
    await write(
      new jsforce.Connection({
        instanceUrl,
        accessToken: accessToken ?? '',
        version: '66.0',
        callOptions,
      }),
    );
    return origins.at(-1) ?? '';
  };

  test('is told by the version and the client’s name', async () => {
    await account({});
    expect(origins.at(-1)).toBe('com/salesforce/api/rest/60.0');
    const named = 'com/salesforce/api/rest/66.0;client=headwater-x';
    expect(await lastOrigin((c) => c.sobject('Account').create({ Name: 'x' }))).toBe(named);
    expect(await lastOrigin((c) => c.sobject('Account').create([{ Name: 'x' }]))).toBe(named);
  });

  test('collections forget the name where they are set to', async () => {
    faults.collectionsIgnoreCallOptions = true;
    const named = 'com/salesforce/api/rest/66.0;client=headwater-x';
    const unnamed = 'com/salesforce/api/rest/66.0';
    expect(await lastOrigin((c) => c.sobject('Account').create({ Name: 'x' }))).toBe(named);
    expect(await lastOrigin((c) => c.sobject('Account').create([{ Name: 'x' }]))).toBe(unnamed);
    expect(
      await lastOrigin((c) => c.sobject('Account').upsert([{ Name: 'x', Ext__c: 'q' }], 'Ext__c')),
    ).toBe(unnamed);
    faults.collectionsIgnoreCallOptions = false;
  });
});

describe('composite requests', () => {
  const post = (path: string, body: unknown): Promise<Record<string, unknown>> =>
    conn.requestPost(path, body as object);

  test('refer to earlier answers', async () => {
    const answer = await post('/composite', {
      allOrNone: true,
      compositeRequest: [
        {
          method: 'POST',
          url: '/services/data/v60.0/sobjects/Account',
          referenceId: 'a',
          body: { Name: 'Comp' },
        },
        {
          method: 'POST',
          url: '/services/data/v60.0/sobjects/Contact',
          referenceId: 'c',
          body: { LastName: 'Of @{a.id}', AccountId: '@{a.id}' },
        },
        {
          method: 'GET',
          url: '/services/data/v60.0/sobjects/Account/@{a.id}?fields=Name',
          referenceId: 'r',
        },
      ],
    });
    expect(answer).toMatchObject({
      compositeResponse: [
        { httpStatusCode: 201, referenceId: 'a', httpHeaders: { Location: expect.any(String) } },
        { httpStatusCode: 201, referenceId: 'c' },
        { httpStatusCode: 200, body: { Name: 'Comp' } },
      ],
    });
  });

  test('all or none are one transaction, undone by a failure', async () => {
    const count = origins.length;
    const answer = await post('/composite', {
      allOrNone: true,
      compositeRequest: [
        {
          method: 'POST',
          url: '/services/data/v60.0/sobjects/Account',
          referenceId: 'a',
          body: { Name: 'Lost' },
        },
        {
          method: 'POST',
          url: '/services/data/v60.0/sobjects/Contact',
          referenceId: 'c',
          body: {},
        },
      ],
    });
    expect(answer).toMatchObject({
      compositeResponse: [
        { httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
        { httpStatusCode: 400, body: [{ errorCode: 'REQUIRED_FIELD_MISSING' }] },
      ],
    });
    expect(origins).toHaveLength(count);
    expect((await conn.query("SELECT Id FROM Account WHERE Name = 'Lost'")).totalSize).toBe(0);
  });

  test('in batches stand alone', async () => {
    expect(
      await post('/composite/batch', {
        batchRequests: [
          { method: 'GET', url: 'v60.0/sobjects/Account/001Hw0000000001' },
          { method: 'POST', url: 'v60.0/sobjects/Account', richInput: { Name: 'Batch' } },
        ],
      }),
    ).toMatchObject({ hasErrors: true, results: [{ statusCode: 404 }, { statusCode: 201 }] });
  });

  test('trees bring children along', async () => {
    const tree = {
      records: [
        {
          attributes: { type: 'Account', referenceId: 'ref1' },
          Name: 'Tree',
          Contacts: {
            records: [{ attributes: { type: 'Contact', referenceId: 'ref2' }, LastName: 'Leaf' }],
          },
        },
      ],
    };
    expect(await post('/composite/tree/Account', tree)).toMatchObject({
      hasErrors: false,
      results: [
        { referenceId: 'ref1' },
        { referenceId: 'ref2', id: expect.stringMatching(/^003/) },
      ],
    });
    expect((await conn.query("SELECT Id FROM Contact WHERE Account.Name = 'Tree'")).totalSize).toBe(
      1,
    );
  });
});

describe('what is refused', () => {
  const raw = async (
    method: string,
    path: string,
    body?: string,
    token = conn.accessToken ?? '',
  ) => {
    const response = await fetch(`${conn.instanceUrl}/services/data/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    });
    const [error] = (await response.json()) as { errorCode: string; message: string }[];
    return { status: response.status, ...error };
  };

  test.each<[string, string, string | undefined, number, string, string]>([
    ['GET', 'v49.0/limits', undefined, 404, 'NOT_FOUND', 'The requested resource does not exist'],
    ['GET', 'v60.0/nope', undefined, 404, 'NOT_FOUND', 'The requested resource does not exist'],
    ['GET', 'v60.0/sobjects/Nope/describe', undefined, 404, 'NOT_FOUND', 'The requested resource'],
    ['GET', 'v60.0/sobjects/Account/001Hw0000zzzzzz', undefined, 404, 'NOT_FOUND', 'The requested'],
    [
      'GET',
      'v60.0/sobjects/Account/xyz',
      undefined,
      404,
      'NOT_FOUND',
      'Provided external ID field does not exist',
    ],
    [
      'PUT',
      'v60.0/sobjects/Account',
      '{}',
      405,
      'METHOD_NOT_ALLOWED',
      "HTTP Method 'PUT' not allowed. Allowed are",
    ],
    ['POST', 'v60.0/sobjects/Account', '{"Name":', 400, 'JSON_PARSER_ERROR', ''],
    [
      'POST',
      'v60.0/sobjects/Account',
      undefined,
      400,
      'JSON_PARSER_ERROR',
      'The HTTP entity body is required',
    ],
    [
      'POST',
      'v60.0/sobjects/Account',
      '{}',
      400,
      'REQUIRED_FIELD_MISSING',
      'Required fields are missing: [Name]',
    ],
    [
      'POST',
      'v60.0/sobjects/Account',
      '{"Name":"x","Nope":1}',
      400,
      'INVALID_FIELD',
      "No such column 'Nope' on sobject of type Account",
    ],
    [
      'PATCH',
      'v60.0/sobjects/Account/Nope__c/1',
      '{"Name":"x"}',
      404,
      'NOT_FOUND',
      'Provided external ID field',
    ],
    [
      'PATCH',
      'v60.0/sobjects/Account/Ext__c/1',
      '{"Name":"x","Ext__c":"1"}',
      400,
      'INVALID_FIELD',
      'should not be specified in the sobject data',
    ],
    ['GET', 'v60.0/query', undefined, 400, 'MALFORMED_QUERY', 'A query string has to be specified'],
  ])('%s %s %s', async (method, path, body, status, errorCode, message) => {
    const answer = await raw(method, path, body);
    expect(answer).toEqual({
      status,
      errorCode,
      message: expect.stringContaining(message),
      ...('fields' in answer ? { fields: expect.any(Array) } : {}),
    });
  });

  test('a session that ended is 401 INVALID_SESSION_ID', async () => {
    expect(await raw('GET', 'v60.0/limits', undefined, 'nonsense')).toEqual({
      status: 401,
      errorCode: 'INVALID_SESSION_ID',
      message: 'Session expired or invalid',
    });
  });

  test('a duplicate value names the record that has it', async () => {
    const id = await account({ Ext__c: 'only' });
    const error = await refused(conn.sobject('Account').create({ Name: 'B', Ext__c: 'ONLY' }));
    expect(error).toMatchObject({
      errorCode: 'DUPLICATE_VALUE',
      message: expect.stringContaining(id),
    });
  });

  test('an object without permission isn’t there to read, and can’t be written', async () => {
    org.putUser({
      ...org.admin,
      id: '005Hw0000000099AAA',
      username: 'r@example.com',
      hiddenObjects: ['Account'],
    });
    const { accessToken } = org.openSession('005Hw0000000099AAA');
    const { instanceUrl } = conn;
    const reader = new jsforce.Connection({ instanceUrl, accessToken, version: '60.0' });
    const codes = await Promise.all(
      [
        reader.query('SELECT Id FROM Account'),
        reader.describe('Account'),
        reader.sobject('Account').create({ Name: 'x' }),
      ].map(async (promise) => (await refused(promise)).errorCode),
    );
    expect(codes).toEqual(['INVALID_TYPE', 'NOT_FOUND', 'INSUFFICIENT_ACCESS_OR_READONLY']);
    const [result] = await reader.sobject('Account').create([{ Name: 'x' }]);
    expect(result?.errors).toMatchObject([{ statusCode: 'INSUFFICIENT_ACCESS_OR_READONLY' }]);
  });

  test('faults come as often as they are set', async () => {
    faults.serviceUnavailable = 1;
    expect(await raw('POST', 'v60.0/sobjects/Account', '{"Name":"x"}')).toMatchObject({
      status: 503,
      errorCode: 'SERVER_UNAVAILABLE',
    });
    faults.requestLimitExceeded = 1;
    expect((await refused(conn.limits())).errorCode).toBe('REQUEST_LIMIT_EXCEEDED');
    faults.unableToLockRow = 1;
    expect(await conn.sobject('Account').create([{ Name: 'x' }, { Name: 'y' }])).toMatchObject([
      { success: false, errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW' }] },
      { success: true },
    ]);
  });
});
