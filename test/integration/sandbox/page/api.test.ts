/**
 * Goal: what the page is made of: the page itself for browsers alone, the org's records written by the ordinary rules,
 * secrets only where they are asked for, and clients undisturbed by somebody looking on.
 */
import { request as httpRequest } from 'node:http';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox } from '../../../../sandbox/index.ts';
import { eventually } from '../../../support/eventually.ts';
import { BareClient } from '../../../support/pubsub.ts';

const STATIC = join(import.meta.dirname, '../../../../sandbox/salesforce/page/static');
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ seed: 7 });
});
afterAll(() => sandbox.close());

interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

async function call<T>(method: string, path: string, body?: object): Promise<Answer<T>> {
  const response = await fetch(`${sandbox.http}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  const parsed = (text === '' ? undefined : JSON.parse(text)) as T;
  return { status: response.status, headers: response.headers, body: parsed };
}

const v1 = <T>(method: string, path: string, body?: object): Promise<Answer<T>> =>
  call<T>(method, `/__sandbox/v1${path}`, body);

interface Found {
  readonly total: number;
  readonly records: readonly { readonly Id: string; readonly Name: string }[];
}

describe('the page', () => {
  test('is for browsers; other programs get what Salesforce would say', async () => {
    const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const page = await fetch(`${sandbox.http}/`, { headers: html });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    for (const accept of ['*/*', 'application/json']) {
      const other = await fetch(`${sandbox.http}/`, { headers: { accept } });
      expect(other.status).toBe(404);
      expect(await other.json()).toMatchObject([{ errorCode: 'NOT_FOUND' }]);
    }
    const lightning = await fetch(`${sandbox.http}/lightning/o/Account/list`, { headers: html });
    expect(lightning.status).toBe(404);
  });

  test('serves its own files and no others', async () => {
    const script = await fetch(`${sandbox.http}/__sandbox/page/main.js`);
    expect(script.headers.get('content-type')).toContain('text/javascript');
    const again = await fetch(`${sandbox.http}/__sandbox/page/main.js`, {
      headers: { 'if-none-match': script.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
    for (const path of ['../static-files.ts', '%2e%2e/index.ts', 'nothing.js']) {
      expect((await fetch(`${sandbox.http}/__sandbox/page/${path}`)).status).toBe(404);
    }
  });

  test('has no markup made of data, and no address outside itself', () => {
    const files = globSync('**/*.{js,html,css}', { cwd: STATIC });
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) {
      const text = readFileSync(join(STATIC, file), 'utf8');
      expect(text, file).not.toMatch(
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/,
      );
      expect(text, file).not.toMatch(/(?:src|href|from|url)\s*[=(]?\s*["'(](?:https?:)?\/\//);
      expect(text.split('\n').length, file).toBeLessThanOrEqual(450);
    }
  });
});

describe('records', () => {
  test('are listed a page at a time, sorted and filtered by a condition', async () => {
    for (let i = 0; i < 25; i++) {
      await v1('POST', '/objects/Account/records', {
        Name: `Listed ${String(i).padStart(2, '0')}`,
      });
    }
    const where = encodeURIComponent("Name LIKE 'Listed %'");
    const query = `?fields=Id,Name&where=${where}&sort=Name&descending=true&offset=10&limit=10`;
    const { body } = await v1<Found>('GET', `/objects/Account/records${query}`);
    expect(body.total).toBe(25);
    expect(body.records.map(({ Name }) => Name)).toEqual(
      Array.from({ length: 10 }, (_, i) => `Listed ${String(14 - i).padStart(2, '0')}`),
    );
  });

  test('a condition that is none is told in the words of SOQL', async () => {
    const { status, body } = await v1('GET', '/objects/Account/records?where=Nome+%3D+1');
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'INVALID_FIELD' });
  });

  test('are edited by the ordinary rules, and refused at the field', async () => {
    const made = await v1<{ id: string }>('POST', '/objects/Contact/records', { LastName: 'Berg' });
    expect(made.status).toBe(201);
    const edited = await v1('PATCH', `/records/${made.body.id}`, { Email: 'eva@berg.example' });
    expect(edited.body).toMatchObject({ entity: 'Contact', record: { Email: 'eva@berg.example' } });
    const refused = await v1('PATCH', `/records/${made.body.id}`, { Email: 'no address' });
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 'INVALID_EMAIL_ADDRESS', fields: ['Email'] },
    });
    const lacking = await v1('POST', '/objects/Contact/records', {});
    expect(lacking.body).toMatchObject({ code: 'REQUIRED_FIELD_MISSING', fields: ['LastName'] });
  });

  test('go to the recycle bin and come back', async () => {
    const made = await v1<{ id: string }>('POST', '/objects/Account/records', { Name: 'Gone' });
    const path = `/records/${made.body.id}`;
    expect((await v1('DELETE', path)).status).toBe(204);
    const bin = await v1<{ records: object[] }>('GET', '/recycle-bin');
    expect(bin.body.records[0]).toMatchObject({
      entity: 'Account',
      id: made.body.id,
      name: 'Gone',
    });
    expect((await v1('GET', path)).body).toMatchObject({ deleted: true });
    expect((await v1('POST', `${path}/undelete`)).status).toBe(204);
    expect((await v1('GET', path)).body).toMatchObject({ deleted: false });
    expect((await v1('POST', `${path}/undelete`)).body).toMatchObject({ code: 'UNDELETE_FAILED' });
  });

  test('show the names of those they point to, and how many point to them', async () => {
    const account = await v1<{ id: string }>('POST', '/objects/Account/records', { Name: 'Hub' });
    const AccountId = account.body.id;
    const contact = await v1<{ id: string }>('POST', '/objects/Contact/records', {
      LastName: 'Spoke',
      AccountId,
    });
    expect((await v1('GET', `/records/${contact.body.id}`)).body).toMatchObject({
      names: { AccountId: { entity: 'Account', name: 'Hub' } },
    });
    const { body } = await v1<{ related: object[] }>('GET', `/records/${AccountId}`);
    expect(body.related).toContainEqual(
      expect.objectContaining({ entity: 'Contact', field: 'AccountId', count: 1 }),
    );
  });
});

describe('clients', () => {
  test('faults for them do not hit the page, and the page uses none of them up', async () => {
    await v1('PUT', '/faults', { serviceUnavailable: 1 });
    expect((await v1('GET', '/objects')).status).toBe(200);
    expect((await v1('GET', '/limits')).status).toBe(200);
    const headers = { authorization: `Bearer ${sandbox.accessToken}` };
    const limits = `${sandbox.http}/services/data/v66.0/limits`;
    expect((await fetch(limits, { headers })).status).toBe(503);
    expect((await fetch(limits, { headers })).status).toBe(200);
  });

  test('are named in the request log, without what lets them in', async () => {
    await v1('DELETE', '/requests');
    await fetch(`${sandbox.http}/services/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: sandbox.clientId,
        client_secret: sandbox.clientSecret,
      }),
    });
    await fetch(`${sandbox.http}/services/data/v66.0/query?q=SELECT+Id+FROM+Nothing`, {
      headers: {
        authorization: `Bearer ${sandbox.accessToken}`,
        'sforce-call-options': 'client=loader',
        'user-agent': `Loader/1 ${sandbox.accessToken}`,
      },
    });
    await fetch(`${sandbox.http}/services/oauth2/revoke?token=${sandbox.refreshToken}x`);
    const { body } = await v1<{ requests: object[] }>('GET', '/requests');
    expect(body.requests).toMatchObject([
      { number: expect.any(Number), method: 'DELETE', path: '/__sandbox/v1/requests', status: 204 },
      { method: 'POST', path: '/services/oauth2/token', status: 200 },
      {
        path: '/services/data/v66.0/query?q=SELECT+Id+FROM+Nothing',
        client: 'loader',
        status: 400,
      },
      { path: '/services/oauth2/revoke?token=…' },
    ]);
    const text = JSON.stringify(body);
    for (const secret of [sandbox.accessToken, sandbox.refreshToken, sandbox.clientSecret]) {
      expect(text).not.toContain(secret);
    }
  });

  test('calls of the Pub/Sub API are in the log, streams when they open and when they fail', async () => {
    await v1('DELETE', '/requests');
    const plainPort = Number(sandbox.pubsubPlain.split(':')[1]);
    const { accessToken, orgId } = sandbox;
    using client = BareClient.of({ plainPort, accessToken, orgId });
    await client.call('GetTopic', { topic_name: '/data/AccountChangeEvent' });
    const stream = client.subscribe({ topic_name: '/data/Nothing', num_requested: 1 });
    await stream.ended;
    interface Entry {
      readonly path: string;
      readonly error: string | null;
    }
    const entries = await eventually(
      async () => (await v1<{ requests: Entry[] }>('GET', '/requests')).body.requests.slice(1),
      ({ length }) => length >= 3,
    );
    expect(entries).toMatchObject([
      { method: 'gRPC', path: '/eventbus.v1.PubSub/GetTopic', error: null },
      {
        path: '/eventbus.v1.PubSub/Subscribe',
        error: null,
        userAgent: expect.stringContaining('grpc'),
      },
      { path: '/eventbus.v1.PubSub/Subscribe', error: 'topic.not.found' },
    ]);
    expect(JSON.stringify(entries)).not.toContain(accessToken);
  });

  test('a session is revoked by its name in the list, which is no token', async () => {
    const { accessToken } = sandbox.org.openSession(sandbox.org.users()[0]?.id ?? '');
    const listed = await v1<{ session: string }[]>('GET', '/sessions');
    expect(JSON.stringify(listed.body)).not.toContain(accessToken);
    const session = listed.body.at(-1)?.session;
    expect((await v1('DELETE', '/sessions', { session })).body).toEqual({ ended: 1 });
    expect(sandbox.org.session(accessToken)).toBeUndefined();
    expect((await v1('DELETE', '/sessions', { session })).status).toBe(404);
  });
});

describe('secrets', () => {
  test('are given when they are asked for, and not before', async () => {
    const plain = await v1('GET', '/access');
    expect(plain.body).toMatchObject({ http: sandbox.http, username: sandbox.username });
    expect(JSON.stringify(plain.body)).not.toContain(sandbox.clientSecret);
    const { body, headers } = await v1('POST', '/access/secrets');
    expect(body).toMatchObject({ clientSecret: sandbox.clientSecret, password: sandbox.password });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('are not given to a page of another name', async () => {
    const rebound = await postAs({ host: 'evil.example' });
    const foreign = await postAs({ origin: 'http://evil.example' });
    expect([rebound, foreign]).toEqual([403, 403]);
  });
});

/** `fetch` doesn't let one say these. */
function postAs(headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const url = `${sandbox.http}/__sandbox/v1/access/secrets`;
    httpRequest(url, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}
