/**
 * Goal: applications that send their users to Salesforce's login page can be tried against the sandbox.
 * Method: jsforce for the application's part, and a form that is filled in as a browser does for the user's.
 */
import { createHash } from 'node:crypto';
import jsforce from 'jsforce';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox } from '../../../../sandbox/index.ts';
import { createClock } from '../../../../sandbox/salesforce/org/clock.ts';
import {
  authorize,
  client,
  redirected,
  refusal,
  request,
  settings,
  submit,
  token,
} from './support.ts';

const CALLBACK = 'http://localhost:1717/OauthRedirect';
const VERIFIER = 'a-verifier-that-is-long-enough-for-the-standard-43';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({
    clock: createClock(),
    login: { callbackUrls: ['myapp://done'] },
  });
});
afterAll(() => sandbox.close());

const query = (changed: Record<string, string> = {}): Record<string, string> => ({
  response_type: 'code',
  client_id: sandbox.clientId,
  redirect_uri: CALLBACK,
  state: 'a state&more',
  ...changed,
});

const exchange = (code: string, changed: Record<string, string> = {}): ReturnType<typeof token> =>
  token(sandbox, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
    ...client(sandbox),
    ...changed,
  });

describe('the web server flow', () => {
  test('brings jsforce a session with PKCE, and refreshes it', async () => {
    const oauth2 = new jsforce.OAuth2({
      loginUrl: sandbox.http,
      clientId: sandbox.clientId,
      redirectUri: CALLBACK,
      useVerifier: true,
    });
    const address = new URL(oauth2.getAuthorizationUrl({ scope: 'api refresh_token', state: 's' }));
    const page = await request(sandbox, `${address.pathname}${address.search}`);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none';/);
    expect(page.text).not.toMatch(/<script|<link|<img|https?:\/\/(?!localhost:1717)/);
    const back = await submit(sandbox, page, { username: sandbox.username, pw: sandbox.password });
    const { code = '', state } = redirected(back);
    expect(state).toBe('s');

    const connection = new jsforce.Connection({ oauth2 });
    const refreshed: string[] = [];
    connection.on('refresh', (accessToken: string) => refreshed.push(accessToken));
    const user = await connection.authorize(code);
    expect(user.organizationId).toBe(sandbox.orgId);
    const first = connection.accessToken ?? '';
    sandbox.org.endSessions({ accessToken: first });
    expect(await connection.query('SELECT Id FROM User')).toMatchObject({ done: true });
    expect(await connection.identity()).toMatchObject({ username: sandbox.username });
    expect(refreshed).toEqual([connection.accessToken]);
    expect(connection.accessToken).not.toBe(first);
  });

  test('works without a secret for the built-in client of the Salesforce CLI', async () => {
    const asked = query({
      client_id: 'PlatformCLI',
      prompt: 'login',
      scope: 'refresh_token api web',
      code_challenge: CHALLENGE,
    });
    const { code = '' } = redirected(await authorize(sandbox, asked));
    const { status, body } = await token(sandbox, {
      grant_type: 'authorization_code',
      code,
      client_id: 'PlatformCLI',
      redirect_uri: CALLBACK,
      code_verifier: VERIFIER,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ scope: 'refresh_token api web', instance_url: sandbox.http });
    expect(body['refresh_token']).toMatch(/^5Aep861\w+$/);
    expect(Object.keys(body).filter((name) => name.startsWith('sfdc_community'))).toEqual([]);
  });

  test('gives no refresh token where its scope is not asked for', async () => {
    const { code = '' } = redirected(await authorize(sandbox, query({ scope: 'api' })));
    const { body } = await exchange(code);
    expect(body['scope']).toBe('api');
    expect(body).not.toHaveProperty('refresh_token');
  });

  test('takes a code once, for a quarter of an hour, and from where it was sent', async () => {
    const newCode = async (changed: Record<string, string> = {}): Promise<string> =>
      redirected(await authorize(sandbox, query(changed)))['code'] ?? '';
    const used = await newCode();
    expect(await exchange(used)).toMatchObject({ status: 200 });
    const expired = [400, 'invalid_grant', 'expired authorization code'];
    expect(refusal(await exchange(used))).toEqual(expired);

    const mismatch = [400, 'redirect_uri_mismatch', 'redirect_uri must match configuration'];
    const elsewhere = { redirect_uri: 'http://localhost:1717/other' };
    expect(refusal(await exchange(await newCode(), elsewhere))).toEqual(mismatch);

    const wrong = [400, 'invalid_grant', 'invalid code verifier'];
    const challenged = { code_challenge: CHALLENGE };
    expect(refusal(await exchange(await newCode(challenged)))).toEqual(wrong);
    const other = { code_verifier: `${VERIFIER}x` };
    expect(refusal(await exchange(await newCode(challenged), other))).toEqual(wrong);

    const unknown = [400, 'invalid_grant', 'invalid authorization code'];
    expect(refusal(await exchange('aPrxNothing=='))).toEqual(unknown);
    const ofAnother = await newCode({ client_id: 'PlatformCLI' });
    expect(refusal(await exchange(ofAnother))).toEqual(unknown);

    const old = await newCode();
    sandbox.org.clock.advance(15 * 60_000);
    expect(refusal(await exchange(old))).toEqual(expired);
  });

  test('asks again after a wrong password, and keeps what was asked for', async () => {
    const again = await authorize(sandbox, query(), { username: sandbox.username, pw: 'wrong' });
    expect(again.status).toBe(200);
    expect(again.text).toContain('Please check your username and password.');
    expect(again.text).toContain(`value="${sandbox.username}"`);
    const back = await submit(sandbox, again, { pw: sandbox.password });
    expect(redirected(back)['state']).toBe('a state&more');
    expect(redirected(back)['code']).toMatch(/^aPrx\w+==$/);
  });
});

describe('an authorization request', () => {
  afterEach(() => settings(sandbox, { requirePkce: false, userAgentFlow: true }));

  test.each<[string, Record<string, string>, string, string]>([
    [
      'another response type',
      { response_type: 'x' },
      'unsupported_response_type',
      'response type not supported',
    ],
    [
      'a scope nobody knows',
      { scope: 'api moon' },
      'invalid_scope',
      'the requested scope is not allowed',
    ],
    ['no page to be shown', { prompt: 'none' }, 'immediate_unsuccessful', 'user is not logged in'],
    [
      'a plain challenge',
      { code_challenge: 'x', code_challenge_method: 'plain' },
      'invalid_request',
      'code challenge method not supported',
    ],
  ])('with %s is sent back with an error', async (_, changed, error, description) => {
    const address = new URLSearchParams(query(changed)).toString();
    const answer = await request(sandbox, `/services/oauth2/authorize?${address}`);
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toMatch(/^http:\/\/localhost:1717\/OauthRedirect\?/);
    expect(redirected(answer)).toEqual({
      error,
      error_description: description,
      state: 'a state&more',
    });
  });

  test.each<[string, Record<string, string>, string]>([
    ['of an unknown client', { client_id: 'x' }, 'invalid_client_id'],
    ['without an address', { redirect_uri: '' }, 'redirect_uri_missing'],
    ['to elsewhere', { redirect_uri: 'https://example.com/cb' }, 'redirect_uri_mismatch'],
    [
      'to a host that only looks like it',
      { redirect_uri: 'http://localhost.example.com/' },
      'redirect_uri_mismatch',
    ],
    ['with a line break', { redirect_uri: 'http://localhost/\r\nx: y' }, 'redirect_uri_mismatch'],
    ['in a script', { redirect_uri: 'javascript:alert(1)//localhost' }, 'redirect_uri_mismatch'],
  ])('%s is answered on a page, and sent nowhere', async (_, changed, error) => {
    const address = new URLSearchParams(query(changed)).toString();
    const answer = await request(sandbox, `/services/oauth2/authorize?${address}`);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(answer.text).toContain(`error=${error}`);
  });

  test('is refused by its user', async () => {
    const answer = await authorize(sandbox, query(), { deny: 'Deny' });
    expect(redirected(answer)).toMatchObject({ error: 'access_denied', state: 'a state&more' });
  });

  test('needs a challenge where PKCE is required', async () => {
    await settings(sandbox, { requirePkce: true });
    const address = new URLSearchParams(query()).toString();
    const answer = await request(sandbox, `/services/oauth2/authorize?${address}`);
    expect(redirected(answer)).toMatchObject({
      error: 'invalid_request',
      error_description: 'missing required code challenge',
    });
  });

  test('may come from an application whose callback the settings name', async () => {
    const answer = await authorize(sandbox, query({ redirect_uri: 'myapp://done' }));
    expect(answer.headers.get('location')).toMatch(/^myapp:\/\/done\?code=aPrx/);
  });

  test('shows what it was given as text', async () => {
    const hint = '"><script>alert(1)</script>';
    const address = new URLSearchParams(query({ login_hint: hint, state: hint })).toString();
    const page = await request(sandbox, `/services/oauth2/authorize?${address}`);
    expect(page.text).not.toContain('<script');
    const back = await submit(sandbox, page, { username: sandbox.username, pw: sandbox.password });
    expect(redirected(back)['state']).toBe(hint);
  });

  test('of the user-agent flow gets its token behind the #, unless that is off', async () => {
    const asked = query({ response_type: 'token' });
    const back = await authorize(sandbox, asked);
    expect(back.headers.get('location')).toMatch(/^http:\/\/localhost:1717\/OauthRedirect#/);
    const answer = redirected(back);
    expect(sandbox.org.session(answer['access_token'] ?? '')).toBeDefined();
    expect(answer).toMatchObject({ token_type: 'Bearer', state: 'a state&more' });
    expect(answer).not.toHaveProperty('refresh_token');
    await settings(sandbox, { userAgentFlow: false });
    const address = new URLSearchParams(asked).toString();
    const refused = await request(sandbox, `/services/oauth2/authorize?${address}`);
    expect(redirected(refused)).toMatchObject({ error: 'unsupported_response_type' });
  });
});
