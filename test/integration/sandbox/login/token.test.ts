/**
 * Goal: the token endpoint takes and refuses what Salesforce's does, in its words.
 * Method: plain requests.
 */
import { readFileSync } from 'node:fs';
import { SignJWT, importPKCS8 } from 'jose';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox } from '../../../../sandbox/index.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function token(form: Record<string, string>, headers = {}): Promise<Answer> {
  const response = await fetch(`${sandbox.http}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers,
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

const client = (): Record<string, string> => ({
  client_id: sandbox.clientId,
  client_secret: sandbox.clientSecret,
});

describe('the token endpoint', () => {
  test('takes client credentials from the body and from HTTP Basic', async () => {
    const grant = { grant_type: 'client_credentials' };
    const basic = Buffer.from(`${sandbox.clientId}:${sandbox.clientSecret}`).toString('base64');
    const answers = [
      await token({ ...grant, ...client() }),
      await token(grant, { authorization: `Basic ${basic}` }),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body).toMatchObject({ token_type: 'Bearer', instance_url: sandbox.http });
      expect(body['issued_at']).toMatch(/^\d{13}$/);
      expect(String(body['id']).split('/').slice(-2)).toEqual([
        sandbox.orgId,
        sandbox.org.user(sandbox.username)?.id,
      ]);
      expect(body).not.toHaveProperty('refresh_token');
    }
  });

  test.each<[string, Record<string, string>, string, string]>([
    ['an unknown client', { client_id: 'x' }, 'invalid_client_id', 'client identifier invalid'],
    ['a wrong secret', { client_secret: 'x' }, 'invalid_client', 'invalid client credentials'],
    ['another grant', { grant_type: 'x' }, 'unsupported_grant_type', 'grant type not supported'],
    [
      'a wrong password',
      { grant_type: 'password', username: 'a', password: 'b' },
      'invalid_grant',
      'authentication failure',
    ],
    [
      'a wrong refresh token',
      { grant_type: 'refresh_token', refresh_token: 'x' },
      'invalid_grant',
      'expired access/refresh token',
    ],
  ])('refuses %s', async (_, form, error, description) => {
    const answer = await token({ grant_type: 'client_credentials', ...client(), ...form });
    expect(answer).toEqual({ status: 400, body: { error, error_description: description } });
  });

  test.each([
    'urn:ietf:params:oauth:grant-type:saml2-bearer',
    'urn:ietf:params:oauth:grant-type:token-exchange',
    'hybrid_refresh',
    '__proto__',
  ])('refuses the grant %s, which is not simulated', async (grant_type) => {
    const { status, body } = await token({ grant_type, ...client() });
    expect([status, body['error']]).toEqual([400, 'unsupported_grant_type']);
  });

  test.each(['register', 'singleaccess', 'echo'])('has no neighbour %s', async (name) => {
    const response = await fetch(`${sandbox.http}/services/oauth2/${name}`, { method: 'POST' });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject([{ errorCode: 'NOT_FOUND' }]);
  });

  test('takes forms in the address, and no JSON', async () => {
    const grant = { grant_type: 'client_credentials', ...client() };
    const address = `${sandbox.http}/services/oauth2/token`;
    const search = new URLSearchParams(grant).toString();
    expect((await fetch(`${address}?${search}`, { method: 'POST' })).status).toBe(200);
    const headers = { 'content-type': 'application/json' };
    const json = await fetch(address, { method: 'POST', headers, body: JSON.stringify(grant) });
    expect(await json.json()).toMatchObject({ error: 'unsupported_grant_type' });
    const read = await fetch(`${address}?${search}`);
    expect(await read.json()).toMatchObject({ error_description: 'must use HTTP POST' });
  });

  describe('with a JWT', () => {
    const soon = (): number => Math.floor(Date.now() / 1000) + 180;
    const assertion = async (claims: object): Promise<string> => {
      const key = await importPKCS8(readFileSync(sandbox.privateKey, 'utf8'), 'RS256');
      const all = { iss: sandbox.clientId, sub: sandbox.username, aud: sandbox.http, ...claims };
      return new SignJWT(all).setProtectedHeader({ alg: 'RS256' }).sign(key);
    };
    const bearer = async (claims: object): Promise<Answer> =>
      token({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: await assertion(claims),
      });

    test.each([
      ['seconds', () => soon()],
      ['milliseconds', () => soon() * 1000],
      ['seconds, by a clock that is two minutes late', () => soon() - 300],
      ['text', () => String(soon())],
    ])('takes an expiry in %s', async (_, exp) => {
      const { status, body } = await bearer({ exp: exp(), aud: 'https://login.salesforce.com' });
      expect(status).toBe(200);
      expect(sandbox.org.session(String(body['access_token']))).toBeDefined();
    });

    test.each<[string, () => object, string]>([
      ['that is over', () => ({ exp: soon() - 3600 }), 'expired authorization code'],
      ['for elsewhere', () => ({ exp: soon(), aud: 'https://example.com' }), 'audience is invalid'],
      ['of nobody', () => ({ exp: soon(), sub: 'x' }), "user hasn't approved this consumer"],
      ['of another client', () => ({ exp: soon(), iss: 'x' }), 'client identifier invalid'],
    ])('refuses one %s', async (_, claims, description) => {
      const { status, body } = await bearer(claims());
      expect([status, body['error_description']]).toEqual([400, description]);
    });

    test('refuses one with another signature', async () => {
      const signed = await assertion({ exp: soon() });
      const answer = await token({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: `${signed.slice(0, -6)}AAAAAA`,
      });
      expect(answer.body['error_description']).toBe('invalid assertion');
    });
  });
});

describe('a token', () => {
  const introspect = async (accessToken: string): Promise<Answer['body']> => {
    const response = await fetch(`${sandbox.http}/services/oauth2/introspect`, {
      method: 'POST',
      body: new URLSearchParams({ token: accessToken, ...client() }),
    });
    return (await response.json()) as Answer['body'];
  };

  test('shows who it is until it is revoked', async () => {
    const { body } = await token({ grant_type: 'client_credentials', ...client() });
    const accessToken = String(body['access_token']);
    const info = await fetch(`${sandbox.http}/services/oauth2/userinfo`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(await info.json()).toMatchObject({
      organization_id: sandbox.orgId,
      preferred_username: sandbox.username,
    });
    expect(await introspect(accessToken)).toMatchObject({
      active: true,
      username: sandbox.username,
    });

    const revoke = (): Promise<{ status: number }> =>
      fetch(`${sandbox.http}/services/oauth2/revoke`, {
        method: 'POST',
        body: new URLSearchParams({ token: accessToken }),
      });
    expect((await revoke()).status).toBe(200);
    expect(await introspect(accessToken)).toEqual({ active: false });
    expect((await revoke()).status).toBe(400);
    const after = await fetch(`${sandbox.http}/services/oauth2/userinfo`, {
      headers: { authorization: `OAuth ${accessToken}` },
    });
    expect([after.status, await after.text()]).toEqual([403, 'Bad_OAuth_Token']);
  });

  test('got over TLS names the https address as instance', async () => {
    const dispatcher = new Agent({ connect: { ca: readFileSync(sandbox.ca, 'utf8') } });
    const response = await fetch(`${sandbox.https}/services/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', ...client() }),
      dispatcher,
    });
    expect(await response.json()).toMatchObject({ instance_url: sandbox.https });
    await dispatcher.close();
  });
});
