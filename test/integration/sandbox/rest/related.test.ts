/**
 * Goal: records are reached by way of others, and what a user worked on last is told.
 * Method: jsforce, unmodified, against the REST routes of an org on a free port.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRestOrg } from '../../../support/rest-org.ts';
import type { RestOrg } from '../../../support/rest-org.ts';

let rest: RestOrg;
let accountId: string;
let contactIds: string[];
beforeAll(async () => {
  rest = await startRestOrg();
  const { conn } = rest;
  accountId = (await conn.sobject('Account').create({ Name: 'Acme' })).id ?? '';
  const contacts = ['One', 'Two'].map((LastName) => ({ LastName, AccountId: accountId }));
  contactIds = (await conn.sobject('Contact').create(contacts)).map(({ id }) => id ?? '');
});
afterAll(() => rest.close());

const get = (path: string): Promise<Record<string, unknown>> => rest.conn.request(path);

describe('related records', () => {
  test('of a parent are a list as a query’s', async () => {
    expect(await get(`/sobjects/Account/${accountId}/Contacts?fields=LastName`)).toEqual({
      totalSize: 2,
      done: true,
      records: contactIds.map((id, i) => ({
        attributes: { type: 'Contact', url: `/services/data/v60.0/sobjects/Contact/${id}` },
        LastName: ['One', 'Two'][i],
      })),
    });
    expect(await get(`/sobjects/Account/${accountId}/Opportunities`)).toEqual({
      totalSize: 0,
      done: true,
      records: [],
    });
  });

  test('come in pages that go on as a query’s do', async () => {
    const writes = Array.from({ length: 250 }, (_, i) => ({
      op: 'insert' as const,
      entity: 'Case',
      values: { Subject: `S${i}`, AccountId: accountId },
    }));
    const [{ Id: userId } = {}] = [...rest.org.records('User')];
    rest.org.write({ userId: String(userId), origin: '' }, writes, true);
    const page = await rest.conn.request<{ records: unknown[]; nextRecordsUrl: string }>({
      method: 'GET',
      url: `/sobjects/Account/${accountId}/Cases?fields=Subject`,
      headers: { 'Sforce-Query-Options': 'batchSize=200' },
    });
    expect(page).toMatchObject({ totalSize: 250, done: false });
    const next = await rest.conn.queryMore(page.nextRecordsUrl);
    expect(next).toMatchObject({ done: true });
    expect(page.records.length + next.records.length).toBe(250);
  });

  test('of a child are the parent, also of the parent', async () => {
    const url = `/sobjects/Contact/${contactIds[0]}/Account`;
    expect(await get(`${url}?fields=Name`)).toMatchObject({ Name: 'Acme' });
    expect(await get(`${url}/Owner`)).toMatchObject({ attributes: { type: 'User' } });
    expect(await get(`${url}/Contacts`)).toMatchObject({ totalSize: 2 });
  });

  test('are changed and deleted through the child', async () => {
    const { id } = await rest.conn.sobject('Contact').create({
      LastName: 'Three',
      AccountId: (await rest.conn.sobject('Account').create({ Name: 'Brief' })).id,
    });
    const url = `/sobjects/Contact/${id}/Account`;
    await rest.conn.requestPatch(url, { Name: 'Briefer' });
    expect(await get(url)).toMatchObject({ Name: 'Briefer' });
    await rest.conn.requestDelete(url);
    // An account takes its contacts along.
    await expect(get(url)).rejects.toMatchObject({ errorCode: 'ENTITY_IS_DELETED' });
  });

  test.each(['Nothing', 'Parent', 'Parent/Owner', 'Contacts/Account'])(
    '%s is NOT_FOUND',
    async (path) => {
      await expect(get(`/sobjects/Account/${accountId}/${path}`)).rejects.toMatchObject({
        errorCode: 'NOT_FOUND',
        message: 'The requested resource does not exist',
      });
    },
  );
});

describe('recent items', () => {
  test('are what the user made and changed, the latest first, without what is gone', async () => {
    const { conn } = rest;
    const ids: string[] = [];
    for (const Name of ['R1', 'R2', 'R3']) {
      ids.push((await conn.sobject('Account').create({ Name })).id ?? '');
    }
    const [first = '', second = '', third = ''] = ids;
    await conn.sobject('Account').update({ Id: first, Name: 'R1 again' });
    await conn.sobject('Account').destroy(third);
    const recent = await conn.recent();
    expect(recent.slice(0, 2)).toEqual([
      {
        attributes: { type: 'Account', url: `/services/data/v60.0/sobjects/Account/${first}` },
        Id: first,
        Name: 'R1 again',
      },
      expect.objectContaining({ Id: second, Name: 'R2' }),
    ]);
    expect(await get('/recent?limit=1')).toHaveLength(1);
    const accounts = await conn.sobject('Account').recent();
    expect(accounts[0]).toMatchObject({ Id: first });
    const { recentItems } = await get('/sobjects/Account');
    expect(recentItems).toEqual(accounts);
  });
});

test('limits have every key', async () => {
  const limits = await rest.conn.limits();
  expect(Object.keys(limits).length).toBeGreaterThanOrEqual(50);
  for (const each of Object.values(limits)) {
    expect(each).toMatchObject({ Max: expect.any(Number), Remaining: expect.any(Number) });
  }
  const { used } = rest.conn.limitInfo.apiUsage ?? { used: 0 };
  expect(limits['DailyApiRequests']?.Remaining).toBe(100_000 - used);
});

test('a describe has the addresses of pages, and every resource that is listed is there', async () => {
  const { urls } = await rest.conn.describe('Account');
  expect(urls).toMatchObject({ uiDetailTemplate: `${rest.conn.instanceUrl}/{ID}` });
  const { identity, tooling, query, search, event, jobs, parameterizedSearch, ...resources } =
    await get('/');
  expect(identity).toContain(rest.org.id);
  expect([tooling, query, search, event, jobs, parameterizedSearch]).not.toContain(undefined);
  for (const path of Object.values(resources)) {
    const { status, json } = await rest.raw('GET', String(path).replace('/services/data/', ''));
    expect(status, JSON.stringify(json).slice(0, 200)).toSatisfy(
      (s) => s === 200 || path === resources['queryAll'],
    );
  }
});
