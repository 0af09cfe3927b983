/**
 * Goal: jsforce, as it comes, logs in each way that it can, stays in, and logs out.
 * Method: its own classes against the sandbox; the page of the web server flow is in web-server.test.ts.
 */
import { readFileSync } from 'node:fs';
import { SignJWT, importPKCS8 } from 'jose';
import jsforce from 'jsforce';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox } from '../../../../sandbox/index.ts';
import { settings } from './support.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const oauth2 = (): jsforce.OAuth2 =>
  new jsforce.OAuth2({
    loginUrl: sandbox.http,
    clientId: sandbox.clientId,
    clientSecret: sandbox.clientSecret,
  });
const connect = (): jsforce.Connection =>
  new jsforce.Connection({ instanceUrl: sandbox.http, oauth2: oauth2() });

test('by SOAP, and is told what is wrong', async () => {
  const connection = new jsforce.Connection({ loginUrl: sandbox.http });
  const user = await connection.login(sandbox.username, sandbox.password);
  expect(user.organizationId).toBe(sandbox.orgId);
  expect(connection.instanceUrl).toBe(sandbox.http);
  expect(connection.accessToken).toMatch(/^00D\w{12}![\w.]{96}$/);
  await expect(connection.login(sandbox.username, 'wrong')).rejects.toThrow(
    'INVALID_LOGIN: Invalid username, password, security token; or user locked out.',
  );
  expect(await connection.soap.getUserInfo()).toMatchObject({
    organizationId: sandbox.orgId,
    userName: sandbox.username,
    userTimeZone: 'America/Los_Angeles',
  });
  expect((await connection.soap.getServerTimestamp()).timestamp).toMatch(/^\d{4}-\d\d-\d\dT/);
  const used = connection.accessToken ?? '';
  await connection.logout();
  expect(sandbox.org.session(used)).toBeUndefined();
});

test('by SOAP, and logs in again when its session has ended', async () => {
  const connection = new jsforce.Connection({ loginUrl: sandbox.http });
  await connection.login(sandbox.username, sandbox.password);
  sandbox.org.endSessions({ accessToken: connection.accessToken ?? '' });
  expect(await connection.query('SELECT Id FROM User')).toMatchObject({ done: true });
});

test('by name and password with OAuth, asks who it is, and revokes its token', async () => {
  const connection = new jsforce.Connection({ oauth2: oauth2() });
  await connection.login(sandbox.username, sandbox.password);
  expect(await connection.identity()).toMatchObject({
    organization_id: sandbox.orgId,
    username: sandbox.username,
  });
  const used = connection.accessToken ?? '';
  await connection.logout();
  expect(sandbox.org.session(used)).toBeUndefined();
  await expect(oauth2().revokeToken(used)).rejects.toMatchObject({
    name: 'invalid_token',
    message: 'invalid token',
  });
});

test('by client credentials', async () => {
  const connection = connect();
  const user = await connection.authorize({ grant_type: 'client_credentials' });
  expect(user.organizationId).toBe(sandbox.orgId);
  expect(await connection.identity()).toMatchObject({ username: sandbox.username });
});

test('by JWT bearer', async () => {
  const key = await importPKCS8(readFileSync(sandbox.privateKey, 'utf8'), 'RS256');
  const assertion = await new SignJWT({ iss: sandbox.clientId, sub: sandbox.username })
    .setAudience('https://test.salesforce.com')
    .setExpirationTime('3 minutes')
    .setProtectedHeader({ alg: 'RS256' })
    .sign(key);
  const connection = connect();
  const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  await connection.authorize({ grant_type, assertion });
  const first = connection.accessToken;
  await connection.authorize({ grant_type, assertion });
  expect(connection.accessToken).not.toBe(first);
  expect(await connection.identity()).toMatchObject({ username: sandbox.username });
});

test('by a refresh token, until that is revoked with all that came of it', async () => {
  const { refreshToken } = sandbox;
  const refreshed: (string | undefined)[] = [];
  const connection = new jsforce.Connection({
    oauth2: oauth2(),
    instanceUrl: sandbox.http,
    accessToken: 'expired',
    refreshToken,
  });
  connection.on('refresh', (accessToken: string) => refreshed.push(accessToken));
  expect(await connection.query('SELECT Id FROM User')).toMatchObject({ done: true });
  expect(refreshed).toEqual([connection.accessToken]);
  expect(await connection.identity()).toMatchObject({ username: sandbox.username });

  await connection.logout(true);
  expect(sandbox.org.session(refreshed[0] ?? '')).toBeUndefined();
  await expect(oauth2().refreshToken(refreshToken)).rejects.toMatchObject({
    name: 'invalid_grant',
    message: 'expired access/refresh token',
  });
});

test('with a password that needs the security token behind it', async () => {
  await settings(sandbox, { requireSecurityToken: true });
  const response = await fetch(`${sandbox.http}/__sandbox/v1/login`);
  const { securityToken } = (await response.json()) as { securityToken: string };
  const bySoap = new jsforce.Connection({ loginUrl: sandbox.http });
  const byOAuth = new jsforce.Connection({ oauth2: oauth2() });
  await expect(bySoap.login(sandbox.username, sandbox.password)).rejects.toThrow(
    'LOGIN_MUST_USE_SECURITY_TOKEN',
  );
  await expect(byOAuth.login(sandbox.username, sandbox.password)).rejects.toThrow(
    'authentication failure - Failed: API security token required',
  );
  for (const connection of [bySoap, byOAuth]) {
    await connection.login(sandbox.username, sandbox.password + securityToken);
    expect(sandbox.org.session(connection.accessToken ?? '')).toBeDefined();
  }
  await settings(sandbox, { requireSecurityToken: false });
});
