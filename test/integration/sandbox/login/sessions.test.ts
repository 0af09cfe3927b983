/**
 * Goal: sessions end and logins are refused as an org's settings say.
 * Method: the sandbox's clock is moved; users are changed by the control API.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox } from '../../../../sandbox/index.ts';
import { createClock } from '../../../../sandbox/salesforce/org/clock.ts';
import { client, refusal, request, settings, token } from './support.ts';
import type { Answer } from './support.ts';

const MINUTE_MS = 60_000;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ clock: createClock() });
});
afterAll(() => sandbox.close());

let made = 0;
/** A user with the password `secret`. */
async function newUser(changed: object = {}): Promise<string> {
  const username = `user${++made}@example.com`;
  const response = await fetch(`${sandbox.http}/__sandbox/v1/users`, {
    method: 'POST',
    body: JSON.stringify({ username, password: 'secret', ...changed }),
    headers: { 'content-type': 'application/json' },
  });
  expect(response.status).toBe(201);
  return username;
}

const login = (username: string, password = 'secret'): Promise<Answer> =>
  token(sandbox, { grant_type: 'password', username, password, ...client(sandbox) });

const rest = async (accessToken: string): Promise<number> => {
  const headers = { authorization: `Bearer ${accessToken}` };
  return (await request(sandbox, '/services/data/v60.0/limits', { headers })).status;
};

async function soapLogin(username: string, password = 'secret'): Promise<Answer> {
  const response = await fetch(`${sandbox.http}/services/Soap/u/60.0`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml' },
    body: `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><login xmlns="urn:partner.soap.sforce.com"><username>${username}</username><password>${password}</password></login></e:Body></e:Envelope>`,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: {} };
}

test('a session lives while it is used, and ends two hours after', async () => {
  const { body } = await login(await newUser());
  const accessToken = String(body['access_token']);
  for (let i = 0; i < 3; i++) {
    sandbox.org.clock.advance(90 * MINUTE_MS);
    expect(await rest(accessToken)).toBe(200);
  }
  sandbox.org.clock.advance(120 * MINUTE_MS);
  expect(await rest(accessToken)).toBe(401);
});

test('a session that is asked about alone is not used', async () => {
  const { body } = await login(await newUser());
  const accessToken = String(body['access_token']);
  sandbox.org.clock.advance(90 * MINUTE_MS);
  expect(sandbox.org.session(accessToken)).toBeDefined();
  sandbox.org.clock.advance(30 * MINUTE_MS);
  expect(await rest(accessToken)).toBe(401);
});

test('the timeout is set for the org', async () => {
  await settings(sandbox, { sessionTimeoutMinutes: 15 });
  const { body } = await login(await newUser());
  sandbox.org.clock.advance(15 * MINUTE_MS);
  expect(await rest(String(body['access_token']))).toBe(401);
  await settings(sandbox, { sessionTimeoutMinutes: 120 });
});

test('a user without API access gets tokens that open nothing, and no login by SOAP', async () => {
  const username = await newUser({ apiEnabled: false });
  const { status, body } = await login(username);
  expect(status).toBe(200);
  expect(await rest(String(body['access_token']))).toBe(403);
  const soap = await soapLogin(username);
  expect(soap.status).toBe(500);
  expect(soap.text).toContain('<sf:exceptionCode>API_DISABLED_FOR_ORG</sf:exceptionCode>');
});

test('an inactive user is refused, and told so only where the password is right', async () => {
  const username = await newUser({ active: false });
  expect(refusal(await login(username))).toEqual([400, 'inactive_user', 'user is inactive']);
  expect(refusal(await login(username, 'x'))[1]).toBe('invalid_grant');
  expect((await soapLogin(username)).text).toContain('INVALID_LOGIN');
});

test('ten wrong passwords lock a user for a quarter of an hour', async () => {
  const username = await newUser();
  const refused = [400, 'invalid_grant', 'authentication failure'];
  for (let i = 0; i < 10; i++) expect(refusal(await login(username, 'x'))).toEqual(refused);
  expect(refusal(await login(username))).toEqual(refused);
  const soap = await soapLogin(username);
  expect(soap.text).toContain(
    'INVALID_LOGIN: Invalid username, password, security token; or user locked out.',
  );
  sandbox.org.clock.advance(15 * MINUTE_MS);
  expect((await login(username)).status).toBe(200);
});

test('nine wrong passwords are forgotten with a right one', async () => {
  const username = await newUser();
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 9; i++) await login(username, 'x');
    expect((await login(username)).status).toBe(200);
  }
});

test('logins of one user are limited by the hour', async () => {
  await settings(sandbox, { loginsPerHour: 3 });
  const username = await newUser();
  for (let i = 0; i < 3; i++) expect((await login(username)).status).toBe(200);
  expect(refusal(await login(username))).toEqual([
    400,
    'rate_limit_exceeded',
    'login rate exceeded',
  ]);
  expect((await soapLogin(username)).text).toContain('LOGIN_RATE_EXCEEDED');
  expect((await login(await newUser())).status).toBe(200);
  sandbox.org.clock.advance(60 * MINUTE_MS);
  expect((await login(username)).status).toBe(200);
  await settings(sandbox, { loginsPerHour: 3600 });
});

test('the password flow can be off', async () => {
  await settings(sandbox, { passwordFlow: false });
  expect(refusal(await login(await newUser()))[1]).toBe('invalid_grant');
  await settings(sandbox, { passwordFlow: true });
});
