/**
 * Goal: who holds a token learns what Salesforce tells: its own state, its user, its keys.
 * Method: plain requests, and jose for what OpenID Connect clients check.
 */
import { createHmac } from 'node:crypto';
import { createLocalJWKSet, createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox } from '../../../../sandbox/index.ts';
import { createClock } from '../../../../sandbox/salesforce/org/clock.ts';
import { authorize, client, redirected, refusal, request, settings, token } from './support.ts';
import type { Answer } from './support.ts';

const CALLBACK = 'http://127.0.0.1:9/callback';

let sandbox: Sandbox;
let accessToken: string;
let userId: string;
beforeAll(async () => {
  sandbox = await startSandbox({ clock: createClock() });
  userId = sandbox.org.user(sandbox.username)?.id ?? '';
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  const { body } = await token(sandbox, { grant_type: 'client_credentials', ...client(sandbox) });
  accessToken = String(body['access_token']);
});

const bearer = (): Record<string, string> => ({ authorization: `Bearer ${accessToken}` });

async function tokensFor(scope: string, nonce = ''): Promise<Answer['body']> {
  const asked = {
    response_type: 'code',
    client_id: sandbox.clientId,
    redirect_uri: CALLBACK,
    scope,
    nonce,
  };
  const { code = '' } = redirected(await authorize(sandbox, asked));
  const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK };
  return (await token(sandbox, { ...form, ...client(sandbox) })).body;
}

describe('the answer with a token', () => {
  test('is signed with the secret of its client', async () => {
    const body = await tokensFor('api');
    const signed = `${String(body['id'])}${String(body['issued_at'])}`;
    const signature = createHmac('sha256', sandbox.clientSecret).update(signed).digest('base64');
    expect(body['signature']).toBe(signature);
  });

  test('has an id token where openid is asked for, good for the published keys', async () => {
    const body = await tokensFor('openid api', 'a nonce');
    const { body: discovered } = await request(sandbox, '/.well-known/openid-configuration');
    const keys = createRemoteJWKSet(new URL(String(discovered['jwks_uri'])));
    const { payload } = await jwtVerify(String(body['id_token']), keys, {
      issuer: String(discovered['issuer']),
      audience: sandbox.clientId,
    });
    expect(payload).toMatchObject({
      sub: body['id'],
      nonce: 'a nonce',
      preferred_username: sandbox.username,
      organization_id: sandbox.orgId,
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(120);
    const { body: published } = await request(sandbox, '/id/keys');
    expect(JSON.stringify(published)).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
    expect(decodeProtectedHeader(String(body['id_token'])).kid).toBeDefined();
    expect(createLocalJWKSet(published as unknown as JSONWebKeySet)).toBeDefined();
    expect(await tokensFor('api')).not.toHaveProperty('id_token');
  });

  test('comes as JSON, XML or a form', async () => {
    const grant = { grant_type: 'client_credentials', ...client(sandbox) };
    const xml = await token(sandbox, { ...grant, format: 'xml' });
    expect(xml.text).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?><OAuth><access_token>00D/);
    const form = await token(sandbox, grant, { accept: 'application/x-www-form-urlencoded' });
    expect(new URLSearchParams(form.text).get('instance_url')).toBe(sandbox.http);
  });
});

test('discovery names only what is there', async () => {
  const { body } = await request(sandbox, '/.well-known/openid-configuration');
  const addresses = Object.entries(body).filter(([name]) => /_(endpoint|uri)$/.test(name));
  expect(addresses.length).toBe(6);
  for (const [, address] of addresses) {
    const { status } = await request(sandbox, new URL(String(address)).pathname, { form: {} });
    const read = await request(sandbox, new URL(String(address)).pathname);
    expect([status, read.status], String(address)).not.toEqual([404, 404]);
  }
});

describe('introspection', () => {
  const introspect = async (form: Record<string, string>, headers = {}): Promise<Answer> =>
    request(sandbox, '/services/oauth2/introspect', { form, headers });

  test('knows access and refresh tokens, with credentials of either kind', async () => {
    const basic = Buffer.from(`${sandbox.clientId}:${sandbox.clientSecret}`).toString('base64');
    const { body } = await introspect(
      { token: accessToken, token_type_hint: 'access_token' },
      { authorization: `Basic ${basic}` },
    );
    expect(body).toMatchObject({
      active: true,
      scope: 'refresh_token web api full',
      client_id: sandbox.clientId,
      username: sandbox.username,
      sub: `${sandbox.http}/id/${sandbox.orgId}/${userId}`,
      token_type: 'access_token',
    });
    expect(Number(body['exp']) - Number(body['iat'])).toBe(7200);
    const refresh = await introspect({ token: sandbox.refreshToken, ...client(sandbox) });
    expect(refresh.body).toMatchObject({ active: true, token_type: 'refresh_token' });
  });

  test('calls all others inactive: unknown, of another client, of a login by SOAP', async () => {
    const { accessToken: bySoap } = sandbox.org.openSession(userId);
    for (const each of ['nothing', bySoap]) {
      const { body } = await introspect({ token: each, ...client(sandbox) });
      expect(body).toEqual({ active: false });
    }
  });

  test('refuses who is not a client, and a request without a token', async () => {
    const answers = [
      await introspect({ token: accessToken }),
      await introspect({ token: accessToken, ...client(sandbox), client_secret: 'x' }),
      await introspect(client(sandbox)),
    ];
    expect(answers.map(refusal)).toEqual([
      [400, 'invalid_client_id', 'client identifier invalid'],
      [400, 'invalid_client', 'invalid client credentials'],
      [400, 'invalid_request', 'missing required parameter: token'],
    ]);
  });
});

describe('revocation', () => {
  test('of a refresh token ends what came of it, and nothing else', async () => {
    const body = await tokensFor('api refresh_token');
    const refreshToken = String(body['refresh_token']);
    const answer = await request(sandbox, `/services/oauth2/revoke?token=${refreshToken}`);
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(sandbox.org.session(String(body['access_token']))).toBeUndefined();
    expect(sandbox.org.session(accessToken)).toBeDefined();
  });

  test('may be asked for by a script', async () => {
    const address = `/services/oauth2/revoke?callback=my.done&token=`;
    const { text } = await request(sandbox, `${address}${encodeURIComponent(accessToken)}`);
    expect(text).toBe('my.done({});');
    const again = await request(sandbox, `${address}nothing`);
    expect(again.text).toContain('"error":"unsupported_token_type"');
    const bad = await request(sandbox, '/services/oauth2/revoke?callback=alert(1)&token=x');
    expect([bad.status, bad.text]).not.toContain('alert');
    expect(bad.status).toBe(400);
  });
});

describe('rotation of refresh tokens', () => {
  afterEach(() => settings(sandbox, { rotateRefreshTokens: false, requireSecret: false }));

  const refresh = (refreshToken: string, secret = client(sandbox)): Promise<Answer> =>
    token(sandbox, { grant_type: 'refresh_token', refresh_token: refreshToken, ...secret });

  test('gives a new one each time, and takes none twice', async () => {
    const first = String((await tokensFor('api refresh_token'))['refresh_token']);
    expect((await refresh(first)).body).not.toHaveProperty('refresh_token');
    await settings(sandbox, { rotateRefreshTokens: true });
    const second = String((await refresh(first)).body['refresh_token']);
    expect(second).toMatch(/^5Aep861/);
    expect(refusal(await refresh(first))).toEqual([
      400,
      'invalid_grant',
      'expired access/refresh token',
    ]);
    const third = await refresh(second);
    expect(third.body).toMatchObject({ scope: 'api refresh_token' });
  });

  test('may need the secret', async () => {
    await settings(sandbox, { requireSecret: true });
    const form = {
      grant_type: 'refresh_token',
      refresh_token: sandbox.refreshToken,
      client_id: sandbox.clientId,
    };
    expect(refusal(await token(sandbox, form))[1]).toBe('invalid_client');
    expect((await refresh(sandbox.refreshToken)).status).toBe(200);
  });
});

describe('userinfo', () => {
  test.each<[string, () => Promise<Answer>]>([
    ['a header', () => request(sandbox, '/services/oauth2/userinfo', { headers: bearer() })],
    [
      'a form',
      () => request(sandbox, '/services/oauth2/userinfo', { form: { access_token: accessToken } }),
    ],
    [
      'the address',
      () =>
        request(
          sandbox,
          `/services/oauth2/userinfo?oauth_token=${encodeURIComponent(accessToken)}`,
        ),
    ],
  ])('takes the token from %s', async (_, ask) => {
    const { status, body } = await ask();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      sub: `${sandbox.http}/id/${sandbox.orgId}/${userId}`,
      user_id: userId,
      organization_id: sandbox.orgId,
      preferred_username: sandbox.username,
      zoneinfo: 'America/Los_Angeles',
      utcOffset: -28_800_000,
      urls: { rest: `${sandbox.http}/services/data/v{version}/` },
    });
  });

  test('refuses in a word', async () => {
    const without = await request(sandbox, '/services/oauth2/userinfo');
    expect([without.status, without.text]).toEqual([403, 'Missing_OAuth_Token']);
    const headers = { authorization: 'Bearer x' };
    const wrong = await request(sandbox, '/services/oauth2/userinfo', { headers });
    expect([wrong.status, wrong.text]).toEqual([403, 'Bad_OAuth_Token']);
  });
});

describe('the identity address', () => {
  const ask = (search = '', headers = {}): Promise<Answer> =>
    request(sandbox, `/id/${sandbox.orgId}/${userId}${search}`, {
      headers: { ...bearer(), ...headers },
    });

  test('tells who the user is and where the services are', async () => {
    const { body } = await ask();
    expect(body).toMatchObject({
      id: `${sandbox.http}/id/${sandbox.orgId}/${userId}`,
      username: sandbox.username,
      user_type: 'STANDARD',
      status: { created_date: null, body: null },
      urls: { partner: expect.stringContaining('/services/Soap/u/{version}/00D') as string },
    });
    expect(body['last_modified_date']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
    const { body: latest } = await ask('?version=latest');
    expect(latest).toMatchObject({ urls: { rest: `${sandbox.http}/services/data/v67.0/` } });
  });

  test('comes as XML and for scripts, too', async () => {
    const xml = await ask('?format=xml');
    expect(xml.text).toMatch(
      /^<\?xml .*<user xmlns:xsi=.*<user_id>005.*<addr_city xsi:nil="true">/,
    );
    expect((await ask('', { accept: 'application/xml,*/*' })).text).toBe(xml.text);
    expect((await ask('?callback=show')).text).toMatch(/^show\(\{"id":.*\);$/);
    expect((await ask('', { 'x-prettyprint': '1' })).text).toContain('{\n  "id"');
  });

  test.each([
    ['/id/00D000000000000/USER', 403, 'Wrong_Org'],
    ['/id/ORG/005000000000000', 404, 'Bad_Id'],
    ['/id/ORG/USER?version=12.5', 406, 'Invalid_Version'],
    ['/id/ORG/USER?callback=a%20b', 406, 'Invalid_Callback'],
  ])('refuses %s', async (path, status, word) => {
    const address = path.replace('ORG', sandbox.orgId).replace('USER', userId.slice(0, 15));
    const answer = await request(sandbox, address, { headers: bearer() });
    expect([answer.status, answer.text]).toEqual([status, word]);
  });
});

test('versions need no login', async () => {
  const { status, text } = await request(sandbox, '/services/data');
  expect(status).toBe(200);
  expect(text).toContain('"url":"/services/data/v50.0"');
});
