/**
 * Goal: orgs of one process are as far apart as two Salesforce orgs: by host, login, token, data, events and limits.
 * Method: two orgs; requests name a host in `Host`, for names below `localhost` don't resolve everywhere.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT, importPKCS8 } from 'jose';
import { fetch, request as send } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PubSubClient } from '../../../../connectors/salesforce/pubsub/client.ts';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox } from '../../../../sandbox/index.ts';
import { systemClock } from '../../../../src/foundation/clock.ts';

type HostedOrg = Sandbox['orgs'][number];

let sandbox: Sandbox;
let acme: HostedOrg;
let globex: HostedOrg;
beforeAll(async () => {
  sandbox = await startSandbox({ orgs: [{ name: 'acme' }, { name: 'globex' }] });
  const [one, two] = sandbox.orgs;
  if (one === undefined || two === undefined) throw new Error('There should be two orgs.');
  [acme, globex] = [one, two];
});
afterAll(() => sandbox.close());

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
}

async function call(
  path: string,
  options: { host?: string; token?: string; body?: object; form?: Record<string, string> } = {},
): Promise<Answer> {
  const { host, token, body, form } = options;
  const answer = await send(`${sandbox.http}${path}`, {
    method: body === undefined && form === undefined ? 'GET' : 'POST',
    headers: {
      ...(host === undefined ? {} : { host }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    body: form === undefined ? bodyOf(body) : String(new URLSearchParams(form)),
  });
  const text = await answer.body.text();
  const parsed = /^[[{]/.test(text) ? (JSON.parse(text) as Answer['body']) : { text };
  return { status: answer.statusCode, body: parsed, headers: answer.headers };
}

const bodyOf = (body: object | undefined): string | null =>
  body === undefined ? null : JSON.stringify(body);

const ACCOUNTS = `/services/data/v60.0/query?q=${encodeURIComponent('SELECT Name FROM Account')}`;
const hostOf = (org: HostedOrg): string => `${org.host}:${new URL(sandbox.http).port}`;

test('the first org is what the sandbox is, and the orgs differ', () => {
  expect(acme).toMatchObject({ orgId: sandbox.orgId, http: sandbox.http, name: 'acme' });
  for (const key of ['orgId', 'username', 'password', 'accessToken', 'http', 'https'] as const) {
    expect(globex[key]).not.toBe(acme[key]);
  }
  expect(globex.clientId).toBe(acme.clientId);
});

test('each host has its own records, and takes its own tokens alone', async () => {
  for (const org of [acme, globex]) {
    const body = { Name: `Of ${org.name}` };
    const path = '/services/data/v60.0/sobjects/Account';
    const made = await call(path, { host: hostOf(org), token: org.accessToken, body });
    expect(made.status).toBe(201);
  }
  for (const org of [acme, globex]) {
    const found = await call(ACCOUNTS, { host: hostOf(org), token: org.accessToken });
    expect(found.body).toMatchObject({ totalSize: 1, records: [{ Name: `Of ${org.name}` }] });
  }
  const wrong = await call(ACCOUNTS, { host: hostOf(acme), token: globex.accessToken });
  expect([wrong.status, wrong.body]).toMatchObject([401, [{ errorCode: 'INVALID_SESSION_ID' }]]);
});

test('an org is at its own port too, under any name', async () => {
  const response = await fetch(`${globex.http}/services/oauth2/userinfo`, {
    headers: { authorization: `Bearer ${globex.accessToken}` },
  });
  expect(await response.json()).toMatchObject({ organization_id: globex.orgId });
});

test('a host without an org is told so', async () => {
  const answer = await call('/services/data', { host: 'initech.localhost' });
  expect([answer.status, answer.body]).toMatchObject([
    404,
    [{ errorCode: 'NOT_FOUND', message: 'There is no org at initech.localhost.' }],
  ]);
});

const grantOf = (org: HostedOrg): Record<string, string> => ({
  grant_type: 'password',
  client_id: org.clientId,
  client_secret: org.clientSecret,
  username: org.username,
  password: org.password,
});

/** What `instance_url` names leads to the org, whatever names this system resolves. */
async function instanceIs(url: unknown, token: unknown, org: HostedOrg): Promise<void> {
  const { host, port, protocol, hostname } = new URL(String(url));
  const path = `${protocol}//127.0.0.1:${port}/services/oauth2/userinfo`;
  expect(protocol).toBe('http:');
  expect([org.host, '127.0.0.1', 'localhost']).toContain(hostname);
  const headers = { host, authorization: `Bearer ${String(token)}` };
  const { body } = await send(path, { headers });
  expect(await body.json()).toMatchObject({ organization_id: org.orgId });
}

test('a login at the common host finds the org by the user, and names its address', async () => {
  for (const org of [acme, globex]) {
    const { status, body } = await call('/services/oauth2/token', { form: grantOf(org) });
    expect(status).toBe(200);
    expect(body['id']).toContain(org.orgId);
    await instanceIs(body['instance_url'], body['access_token'], org);
  }
});

test("at an org's host only its own users log in", async () => {
  const form = grantOf(globex);
  const refused = await call('/services/oauth2/token', { host: hostOf(acme), form });
  expect([refused.status, refused.body]).toMatchObject([400, { error: 'invalid_grant' }]);
  const taken = await call('/services/oauth2/token', { host: hostOf(globex), form });
  expect(taken.body['instance_url']).toBe(`http://${hostOf(globex)}`);
});

test('a signed assertion, a refresh token and a token to ask about find their org', async () => {
  const key = await importPKCS8(readFileSync(globex.privateKey, 'utf8'), 'RS256');
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(globex.clientId)
    .setSubject(globex.username)
    .setAudience('https://login.salesforce.com')
    .setExpirationTime('2m')
    .sign(key);
  const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  const signed = await call('/services/oauth2/token', { form: { grant_type, assertion } });
  expect(signed.body['id']).toContain(globex.orgId);
  const { clientId: client_id, clientSecret: client_secret, refreshToken } = globex;
  const refreshed = await call('/services/oauth2/token', {
    form: { grant_type: 'refresh_token', client_id, client_secret, refresh_token: refreshToken },
  });
  expect(refreshed.body['id']).toContain(globex.orgId);
  const introspected = await call('/services/oauth2/introspect', {
    form: { client_id, client_secret, token: String(refreshed.body['access_token']) },
  });
  expect(introspected.body).toMatchObject({ active: true, username: globex.username });
});

test('SOAP login at the common host finds the org, its serverUrl names it', async () => {
  const xml = `<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:urn="urn:partner.soap.sforce.com"><soapenv:Body><urn:login><urn:username>${globex.username}</urn:username><urn:password>${globex.password}</urn:password></urn:login></soapenv:Body></soapenv:Envelope>`;
  const response = await fetch(`${sandbox.http}/services/Soap/u/60.0`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml', soapaction: 'login' },
    body: xml,
  });
  const text = await response.text();
  const serverUrl = /<serverUrl>([^<]+)/.exec(text)?.[1];
  const sessionId = /<sessionId>([^<]+)/.exec(text)?.[1];
  expect(serverUrl).toContain(`/${globex.orgId.slice(0, 15)}`);
  await instanceIs(serverUrl, sessionId, globex);
});

test("the certificate is for every org's name", async () => {
  const { port } = new URL(sandbox.https);
  const ca = readFileSync(sandbox.ca);
  const status = await new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path: '/services/data', servername: globex.host, ca },
      (response) => resolve(response.resume().statusCode),
    );
    asked.once('error', reject).end();
  });
  expect(status).toBe(200);
});

test('the Pub/Sub API is one for all: the tenant says whose it is', async () => {
  const topics = async (org: HostedOrg, orgId: string): Promise<string> => {
    using client = new PubSubClient({
      endpoint: `http://${org.pubsubPlain}`,
      clock: systemClock,
      identity: () => ({ accessToken: org.accessToken, instanceUrl: org.http, orgId }),
    });
    return (await client.getTopic('/data/AccountChangeEvent')).schemaId;
  };
  expect(globex.pubsubPlain).toBe(acme.pubsubPlain);
  expect(await topics(acme, acme.orgId)).toBe(await topics(globex, globex.orgId));
  await expect(topics(globex, acme.orgId)).rejects.toMatchObject({
    message: expect.stringContaining('auth') as string,
  });
});

test("the control API and events are each org's own", async () => {
  const path = '/__sandbox/v1/users';
  const made = await call(path, {
    host: hostOf(globex),
    body: { username: 'only@globex.example' },
  });
  expect(made.status).toBeLessThan(300);
  expect(globex.org.user('only@globex.example')).toBeDefined();
  expect(acme.org.user('only@globex.example')).toBeUndefined();
  const before = acme.events.log.last;
  const account = { Name: 'Event' };
  const accounts = '/services/data/v60.0/sobjects/Account';
  await call(accounts, { host: hostOf(globex), token: globex.accessToken, body: account });
  expect(acme.events.log.last).toBe(before);
});

test('orgs in a folder are there again', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'headwater-orgs-'));
  const options = { stateDir, orgs: [{ name: 'acme' }, { name: 'globex' }], seedRecords: 40 };
  try {
    const first = await startSandbox(options);
    const ids = first.orgs.map(({ orgId }) => orgId);
    await first.close();
    const again = await startSandbox(options);
    expect(again.orgs.map(({ orgId }) => orgId)).toEqual(ids);
    expect(again.orgs.map(({ org }) => [...org.records('Account')].length)).toEqual([6, 6]);
    await again.close();
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
});
