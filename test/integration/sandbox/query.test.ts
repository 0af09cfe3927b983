/**
 * Goal: queries and searches of a client written for Salesforce are answered as Salesforce answers them.
 * Method: jsforce, unmodified, with its own query builder, against the REST routes of an org on a free port.
 */
import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noFaults } from '../../../sandbox/salesforce/control/ports.ts';
import { createApp } from '../../../sandbox/salesforce/http.ts';
import { requireSession } from '../../../sandbox/salesforce/login/session.ts';
import { createOrg } from '../../../sandbox/salesforce/org/org.ts';
import type { JsonValues } from '../../../sandbox/salesforce/org/types.ts';
import { registerRest } from '../../../sandbox/salesforce/rest/index.ts';
import { refused } from '../../support/rest-org.ts';

const HOUR_MS = 3_600_000;
let time = Date.parse('2026-11-24T09:00:00Z');
const clock = { now: () => time, advance: (ms: number) => void (time += ms) };
const org = createOrg({ seed: 6, clock });
const app = createApp();
let conn: Connection;
let acme = '';

function insert(entity: string, records: readonly JsonValues[]): string[] {
  const writes = records.map((values) => ({ op: 'insert' as const, entity, values }));
  const results = org.write({ userId: org.admin.id, origin: '' }, writes, true);
  return results.map(({ id, errors }) => {
    if (id === null) throw errors[0] ?? new Error('not written');
    return id;
  });
}

function login(): Connection {
  const { accessToken } = org.openSession(org.admin.id);
  return new jsforce.Connection({ instanceUrl: conn.instanceUrl, accessToken, version: '60.0' });
}

beforeAll(async () => {
  registerRest(app, { org, requireSession, settings: noFaults() });
  const instanceUrl = await app.listen({ port: 0, host: '127.0.0.1' });
  conn = new jsforce.Connection({ instanceUrl });
  conn = login();
  const [first = '', second = ''] = insert('Account', [
    { Name: 'Acme Bikes', Industry: 'Retail', AnnualRevenue: 100, Phone: '+41 44 111 22 33' },
    { Name: 'Bolt', Industry: 'Energy', AnnualRevenue: 50 },
  ]);
  acme = first;
  insert(
    'Contact',
    Array.from({ length: 4500 }, (_, i) => ({
      LastName: `L${String(i).padStart(4, '0')}`,
      AccountId: i < 2300 ? acme : second,
      Email: `l${i}@example.com`,
    })),
  );
  insert('Task', [{ Subject: 'Ring', WhatId: acme }]);
});
afterAll(() => app.close());

describe('jsforce’s query builder', () => {
  test('includes children, with conditions, order and limits of their own', async () => {
    const accounts = await conn
      .sobject('Account')
      .find({ Name: { $like: 'Acme%' }, AnnualRevenue: { $gte: 10 } })
      .select('Id, Name, Owner.Name')
      .include('Contacts')
      .select('Id, LastName')
      .where({ LastName: { $in: ['L0001', 'L0002', 'L2400'] } })
      .orderby('LastName', 'DESC')
      .limit(5)
      .end()
      .execute();
    expect(accounts).toMatchObject([
      {
        Id: acme,
        Owner: { attributes: { type: 'User' }, Name: 'Sandbox Administrator' },
        Contacts: {
          totalSize: 2,
          done: true,
          records: [{ LastName: 'L0002' }, { LastName: 'L0001' }],
        },
      },
    ]);
  });

  test('knows conditions with $or, $not, $includes’ kin and dates', async () => {
    const names = async (conditions: object): Promise<unknown[]> => {
      const found = await conn.sobject('Account').find(conditions, 'Name').sort('Name').execute();
      return found.map((record) => record['Name']);
    };
    expect(await names({ $or: [{ Name: 'bolt' }, { Industry: 'Retail' }] })).toEqual([
      'Acme Bikes',
      'Bolt',
    ]);
    expect(await names({ Name: { $ne: 'Bolt' }, Industry: { $nin: ['Energy'] } })).toEqual([
      'Acme Bikes',
    ]);
    expect(await names({ CreatedDate: jsforce.SfDate.TODAY })).toEqual(['Acme Bikes', 'Bolt']);
    expect(await names({ CreatedDate: { $lt: jsforce.SfDate.LAST_N_DAYS(3) } })).toEqual([]);
  });

  test('fetches page after page by itself, and finds, counts and streams', async () => {
    const query = conn.query('SELECT LastName FROM Contact ORDER BY LastName DESC');
    const names: unknown[] = [];
    query.on('record', (record: { LastName: string }) => names.push(record.LastName));
    await query.run({ autoFetch: true, maxFetch: 10_000 });
    expect(names).toHaveLength(4500);
    expect(names.slice(0, 2)).toEqual(['L4499', 'L4498']);
    expect(await conn.sobject('Contact').count({ AccountId: acme })).toBe(2300);
    expect(await conn.sobject('Contact').findOne({ LastName: 'L0007' })).toMatchObject({
      AccountId: acme,
    });
    const owner = await conn.sobject('Contact').findOne({ 'Account.Owner.IsActive': true }, 'Id');
    expect(owner).not.toBeNull();
  });

  test('shows a polymorphic parent by TYPEOF and as a Name', async () => {
    const soql =
      "SELECT Subject, What.Name, What.Type FROM Task WHERE What.Type IN ('Account', 'Case')";
    const url = `/services/data/v60.0/sobjects/Account/${acme}`;
    expect((await conn.query(soql)).records).toMatchObject([
      { What: { attributes: { type: 'Name', url }, Name: 'Acme Bikes', Type: 'Account' } },
    ]);
    const typed =
      'SELECT TYPEOF What WHEN Account THEN Phone, Owner.Alias WHEN Opportunity THEN Amount ELSE Name END FROM Task';
    expect((await conn.query(typed)).records).toMatchObject([
      {
        What: {
          attributes: { type: 'Account', url },
          Phone: '+41 44 111 22 33',
          Owner: { Alias: 'admin' },
        },
      },
    ]);
  });
});

describe('pages', () => {
  test('of children are read by a locator of their own', async () => {
    const soql =
      "SELECT Id, (SELECT LastName FROM Contacts ORDER BY LastName) FROM Account WHERE Name LIKE 'Acme%'";
    const { records } = await conn.query<{ Contacts: { nextRecordsUrl: string } }>(soql);
    expect(records[0]?.Contacts).toMatchObject({
      totalSize: 2300,
      done: false,
      nextRecordsUrl: expect.stringMatching(/^\/services\/data\/v60\.0\/query\/01g\w{15}-2000$/),
      records: { length: 2000 },
    });
    const rest = await conn.queryMore(records[0]?.Contacts.nextRecordsUrl ?? '');
    expect(rest).toMatchObject({ totalSize: 2300, done: true, records: { length: 300 } });
    expect(rest.records[0]).toMatchObject({ LastName: 'L2000' });
  });

  test('have the size that Sforce-Query-Options asks for, and none below 200', async () => {
    const headers = { 'Sforce-Query-Options': 'batchSize=1' };
    const page = await conn.query('SELECT Id FROM Contact', { headers });
    expect(page.records).toHaveLength(200);
    expect(page.nextRecordsUrl).toMatch(/-200$/);
  });

  test('can be read again, until the cursor is two days old, or ten others are open', async () => {
    const soql = 'SELECT Id FROM Contact';
    const next = async (): Promise<string> => (await conn.query(soql)).nextRecordsUrl ?? '';
    const first = await next();
    expect(await conn.queryMore(first)).toEqual(await conn.queryMore(first));
    for (let i = 0; i < 10; i++) await next();
    const closed = await refused(conn.queryMore(first));
    expect(closed).toMatchObject({
      errorCode: 'INVALID_QUERY_LOCATOR',
      message: 'invalid query locator',
    });
    const old = await next();
    clock.advance(48 * HOUR_MS);
    conn = login();
    expect((await refused(conn.queryMore(old))).errorCode).toBe('INVALID_QUERY_LOCATOR');
  });

  test('of groups there is only one', async () => {
    const grouped = 'SELECT LastName, COUNT(Id) FROM Contact GROUP BY LastName';
    expect(await refused(conn.query(grouped))).toMatchObject({
      errorCode: 'EXCEEDED_ID_LIMIT',
      message:
        'Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch',
    });
    expect((await conn.query(`${grouped} LIMIT 2000`)).records).toHaveLength(2000);
  });
});

describe('the query’s plan', () => {
  const explain = async (soql: string): Promise<unknown> =>
    conn.request(`/query/?explain=${encodeURIComponent(soql)}`);

  test('names the index that is asked', async () => {
    const soql = `SELECT Id FROM Contact WHERE AccountId = '${acme}' AND LastName LIKE 'L%'`;
    expect(await explain(soql)).toMatchObject({
      plans: [
        {
          leadingOperationType: 'Index',
          fields: ['AccountId'],
          cardinality: 2300,
          sobjectCardinality: 4500,
          sobjectType: 'Contact',
        },
        { leadingOperationType: 'TableScan', fields: [] },
      ],
    });
    expect(await explain("SELECT Id FROM Contact WHERE LastName LIKE 'L%'")).toMatchObject({
      plans: [{ leadingOperationType: 'TableScan', notes: [{ fields: ['IsDeleted'] }] }],
    });
  });

  test('refuses what the query would be refused for', async () => {
    expect(await refused(explain('SELECT Id FROM'))).toMatchObject({
      errorCode: 'MALFORMED_QUERY',
    });
  });
});

describe('search', () => {
  const names = async (sosl: string): Promise<unknown[]> =>
    (await conn.search(sosl)).searchRecords.map((each) => each['Name'] ?? each['LastName']);

  test('finds words, parts of words and phrases in fields of a kind', async () => {
    expect(await names('FIND {acme} RETURNING Account(Name)')).toEqual(['Acme Bikes']);
    expect(await names('FIND {bik*} IN NAME FIELDS RETURNING Account(Name), Contact')).toEqual([
      'Acme Bikes',
    ]);
    expect(await names('FIND {bike} RETURNING Account(Name)')).toEqual([]);
    expect(
      await names('FIND {"acme bikes" OR bolt} RETURNING Account(Name ORDER BY Name DESC)'),
    ).toEqual(['Bolt', 'Acme Bikes']);
    expect(await names('FIND {"44 111"} IN PHONE FIELDS RETURNING Account(Name)')).toEqual([
      'Acme Bikes',
    ]);
    expect(
      await names("FIND {l000?} RETURNING Contact(LastName WHERE LastName != 'L0003' LIMIT 3)"),
    ).toEqual(['L0000', 'L0001', 'L0002']);
    expect(
      await names(
        'FIND {l0001@example.com OR l1@example.com} IN EMAIL FIELDS RETURNING Contact(LastName)',
      ),
    ).toEqual(['L0001']);
    expect(await names('FIND {acme AND NOT bikes} RETURNING Account(Name)')).toEqual([]);
  });

  test('of everything shows ids', async () => {
    const { searchRecords } = await conn.search('FIND {Acme}');
    expect(searchRecords).toEqual([
      {
        attributes: { type: 'Account', url: `/services/data/v60.0/sobjects/Account/${acme}` },
        Id: acme,
      },
    ]);
  });

  test('is refused in Salesforce’s words', async () => {
    expect(await refused(conn.search('FIND acme'))).toMatchObject({
      errorCode: 'MALFORMED_SEARCH',
      message: 'No search term found. The search term must be enclosed in braces.',
    });
    expect(await refused(conn.search('FIND {a}'))).toMatchObject({
      errorCode: 'INVALID_SEARCH',
      message: 'search term must be longer than one character: a',
    });
    expect(await refused(conn.search('FIND {acme} RETURNING Nope'))).toMatchObject({
      errorCode: 'INVALID_TYPE',
    });
  });

  test('takes parameters in the address or in a body', async () => {
    const address =
      '/parameterizedSearch/?q=Acme&sobject=Account&Account.fields=id,name&Account.limit=10';
    const found = { searchRecords: [{ Id: acme, Name: 'Acme Bikes' }] };
    expect(await conn.request(address)).toMatchObject(found);
    const body = { q: 'Acme', sobjects: [{ name: 'Account', fields: ['id', 'name'], limit: 1 }] };
    expect(await conn.requestPost('/parameterizedSearch', body)).toMatchObject(found);
    expect(await refused(conn.request('/parameterizedSearch?q='))).toMatchObject({
      errorCode: 'MALFORMED_SEARCH',
    });
  });
});
