/** Goal: allocations run out as Salesforce's do, are told beforehand, and renew; sessions end while they are used. */
import jsforce from 'jsforce';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { FaultySandbox } from './support.ts';

let faulty: FaultySandbox;
beforeAll(async () => {
  faulty = await FaultySandbox.start();
});
afterEach(() => faulty.clear());
afterAll(() => faulty[Symbol.asyncDispose]());

const DAY_MS = 86_400_000;

test("the day's requests run out, and are there again a day later", async () => {
  await faulty.set({ dailyApiRequests: { remaining: 2 } });
  const first = await faulty.rest('GET', '/limits');
  expect(first.headers.get('sforce-limit-info')).toBe('api-usage=99999/100000');
  expect(JSON.parse(first.text)).toMatchObject({
    DailyApiRequests: { Max: 100_000, Remaining: 1 },
  });
  const second = await faulty.rest('GET', '/jobs/ingest');
  expect(second.headers.get('sforce-limit-info')).toBe('api-usage=100000/100000');
  const refused = await faulty.rest('GET', '/limits');
  expect(refused.status).toBe(403);
  expect(JSON.parse(refused.text)).toEqual([
    { errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' },
  ]);
  await faulty.set({ org: { clock: { advanceMs: DAY_MS } } });
  const { accessToken } = faulty.sandbox.org.openSession(faulty.sandbox.org.users()[0]?.id ?? '');
  const again = await fetch(`${faulty.sandbox.http}/services/data/v60.0/limits`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  expect(again.status).toBe(200);
});

test('jsforce renews a session that ends at every third request', async () => {
  const { org, http: instanceUrl } = faulty.sandbox;
  const admin = org.users()[0]?.id ?? '';
  let renewed = 0;
  const conn = new jsforce.Connection({
    instanceUrl,
    version: '60.0',
    accessToken: org.openSession(admin).accessToken,
    refreshFn: (_conn, done) => {
      renewed++;
      done(null, org.openSession(admin).accessToken);
    },
  });
  await faulty.set({ sessionExpiry: { everyRequests: 3, count: 2 } });
  for (let i = 0; i < 9; i++) await conn.query('SELECT Id FROM Account');
  expect(renewed).toBe(2);
});

test('sessions of one user end, and of all', async () => {
  const { org } = faulty.sandbox;
  const [admin] = org.users();
  const { accessToken } = org.openSession(admin?.id ?? '');
  await expect(faulty.set({ endSessions: { user: 'nobody' } })).rejects.toThrow('no user');
  await faulty.set({ endSessions: { user: admin?.username } });
  expect(org.session(accessToken)).toBeUndefined();
  const other = org.openSession(admin?.id ?? '');
  await faulty.set({ endSessions: true });
  expect(org.session(other.accessToken)).toBeUndefined();
});
