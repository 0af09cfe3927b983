/**
 * Goal: the Salesforce CLI and devices without a browser log in.
 * Method: requests in the shape of the CLI's (`multipart/form-data`, its own client id), a user who types the code in.
 */
import { FormData, fetch } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/index.ts';
import type { Sandbox } from '../../../../sandbox/index.ts';
import { createClock } from '../../../../sandbox/salesforce/org/clock.ts';
import { client, request, submit, token } from './support.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ clock: createClock() });
});
afterAll(() => sandbox.close());

async function post(fields: Record<string, string>): Promise<[number, Record<string, string>]> {
  const form = new FormData();
  form.append('client_id', 'PlatformCLI');
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const response = await fetch(`${sandbox.http}/services/oauth2/token`, {
    method: 'POST',
    body: form,
  });
  return [response.status, (await response.json()) as Record<string, string>];
}

const begin = async (): Promise<Record<string, string>> =>
  (await post({ response_type: 'device_code', scope: 'refresh_token web api' }))[1];
const poll = async (code = ''): Promise<[number, string | undefined]> => {
  sandbox.org.clock.advance(5000);
  const [status, body] = await post({ grant_type: 'device', code });
  return [status, body['error'] ?? body['scope']];
};
const type = async (code: string, fields: Record<string, string>): Promise<string> => {
  const page = await request(sandbox, `/setup/connect?user_code=${code}`);
  return (await submit(sandbox, page, fields)).text;
};

test('a device waits for its user, then has tokens that refresh', async () => {
  const asked = await begin();
  expect(asked).toMatchObject({ interval: 5, verification_uri: `${sandbox.http}/setup/connect` });
  expect(asked['user_code']).toMatch(/^[A-Z]{8}$/);
  expect(await poll(asked['device_code'])).toEqual([400, 'authorization_pending']);
  const [status, hasty] = await post({ grant_type: 'device', code: asked['device_code'] ?? '' });
  expect([status, hasty['error']]).toEqual([400, 'slow_down']);

  const code = (asked['user_code'] ?? '').toLowerCase();
  const right = { username: sandbox.username, pw: sandbox.password };
  expect(await type(code, { ...right, pw: 'x' })).toContain('Please check your username');
  expect(await poll(asked['device_code'])).toEqual([400, 'authorization_pending']);
  expect(await type(code, right)).toContain('You&#39;re connected');

  sandbox.org.clock.advance(5000);
  const [, answer] = await post({ grant_type: 'device', code: asked['device_code'] ?? '' });
  expect(answer).toMatchObject({ scope: 'refresh_token web api', instance_url: sandbox.http });
  const refreshed = await token(sandbox, {
    grant_type: 'refresh_token',
    client_id: 'PlatformCLI',
    refresh_token: answer['refresh_token'] ?? '',
  });
  expect(refreshed.status).toBe(200);
  expect(await poll(asked['device_code'])).toEqual([400, 'invalid_grant']);
});

test('its user may refuse, type another code, or come too late', async () => {
  const refused = await begin();
  expect(await type(refused['user_code'] ?? '', { deny: 'Deny' })).toContain('Access denied');
  expect(await poll(refused['device_code'])).toEqual([400, 'access_denied']);

  expect(await type('BCDFGHJK', {})).toContain('The code you entered isn&#39;t valid.');

  const late = await begin();
  sandbox.org.clock.advance(10 * 60_000);
  expect(await type(late['user_code'] ?? '', {})).toContain('The code you entered');
  expect(await poll(late['device_code'])).toEqual([400, 'invalid_grant']);
});

test('a device code is for the client that asked', async () => {
  const asked = await begin();
  const answer = await token(sandbox, {
    grant_type: 'device',
    code: asked['device_code'] ?? '',
    ...client(sandbox),
  });
  expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_grant']);
});
