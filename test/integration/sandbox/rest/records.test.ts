/**
 * Goal: records are written one by one and in collections, and whoever wrote is told, as with Salesforce.
 * Method: jsforce, unmodified, against the REST routes of an org on a free port.
 */
import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultSettings } from '../../../../sandbox/salesforce/control/ports.ts';
import { createAccount, refused, startRestOrg } from '../../../support/rest-org.ts';
import type { RestOrg } from '../../../support/rest-org.ts';

let rest: RestOrg;
let conn: Connection;
let faults: FaultSettings;
const origins: string[] = [];
beforeAll(async () => {
  rest = await startRestOrg();
  ({ conn, faults } = rest);
  rest.org.onCommit(({ origin }) => origins.push(origin));
});
afterAll(() => rest.close());

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
    const ids = [
      await createAccount(conn, { Loose__c: 'same' }),
      await createAccount(conn, { Loose__c: 'same' }),
    ];
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
    await createAccount(conn, {});
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
