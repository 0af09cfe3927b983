/**
 * Goal: each grant logs in, and each refusal names the property to mend.
 * Method: real logins at a sandbox; the session it gives is used for a REST call.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionConfig } from '../../../connectors/salesforce/auth/config.ts';
import { openSession, type Session } from '../../../connectors/salesforce/auth/session.ts';
import { startSandbox, type Sandbox } from '../../../sandbox/index.ts';
import { Config } from '../../../src/config/config.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { systemClock } from '../../../src/sdk/index.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

type Given = (sandbox: Sandbox) => Record<string, string>;

const app: Given = ({ http, clientId, clientSecret }) => ({
  'salesforce.instance': http,
  'salesforce.consumer.key': clientId,
  'salesforce.consumer.secret': clientSecret,
});
const user: Given = ({ username, password }) => ({
  'salesforce.username': username,
  'salesforce.password': password,
});

function open(given: Given): Promise<Session> {
  const config = new Config(connectionConfig, given(sandbox));
  return openSession(config, { clock: systemClock, log: silentLog });
}

describe('grants', () => {
  const grants: readonly (readonly [string, Given])[] = [
    ['client credentials', app],
    ['a password with a connected app', (each) => ({ ...app(each), ...user(each) })],
    ['a password by SOAP', (each) => ({ ...user(each), 'salesforce.instance': each.http })],
    [
      'a refresh token',
      (each) => ({ ...app(each), 'salesforce.refresh.token': each.refreshToken }),
    ],
    [
      'a signed assertion',
      (each) => ({
        ...app(each),
        'salesforce.username': each.username,
        'salesforce.jwt.key.file': each.privateKey,
      }),
    ],
    [
      'an authority of its own over TLS',
      (each) => ({
        ...app(each),
        'salesforce.instance': each.https,
        'salesforce.ssl.ca.file': each.ca,
      }),
    ],
  ];
  test.each(grants)('%s logs in', async (_name, given) => {
    const session = await open(given);
    expect(session.orgId).toBe(sandbox.orgId);
    const { earliest, latest } = session.serverTime();
    expect(earliest).toBeLessThan(sandbox.org.clock.now() + 1);
    expect(latest).toBeGreaterThanOrEqual(sandbox.org.clock.now() - 1);
    expect(latest - earliest).toBeLessThan(5_000);
    const { sobjects } = await session.connection().describeGlobal();
    expect(sobjects.map((each) => each.name)).toContain('Account');
  });
});

describe('refusals', () => {
  const refusals: readonly (readonly [string, string, Given])[] = [
    [
      'auth',
      'salesforce.consumer.key',
      (each) => ({ ...app(each), 'salesforce.consumer.key': 'x' }),
    ],
    [
      'auth',
      'salesforce.consumer.secret',
      (each) => ({ ...app(each), 'salesforce.consumer.secret': 'x' }),
    ],
    [
      'auth',
      'salesforce.password',
      (each) => ({ ...user(each), 'salesforce.instance': each.http, 'salesforce.password': 'x' }),
    ],
    [
      'config',
      'salesforce.jwt.key.file',
      (each) => ({
        ...app(each),
        'salesforce.jwt.key.file': '/nowhere.pem',
        'salesforce.username': 'u',
      }),
    ],
    [
      'config',
      'salesforce.ssl.ca.file',
      (each) => ({ ...app(each), 'salesforce.instance': each.https }),
    ],
    ['config', 'salesforce.consumer.key', (each) => ({ 'salesforce.instance': each.http })],
    [
      'retriable',
      'salesforce.instance',
      (each) => ({ ...app(each), 'salesforce.instance': 'http://127.0.0.1:9' }),
    ],
  ];
  test.each(refusals)('as %s on %s', async (kind, path, given) => {
    await expect(open(given)).rejects.toMatchObject({ kind, path });
  });
});

test('a dead session is renewed once for all callers, and REST goes on', async () => {
  const session = await open(app);
  const before = session.accessToken();
  await fetch(`${sandbox.http}/__sandbox/v1/sessions`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  await session.connection().describeGlobal();
  expect(session.accessToken()).not.toBe(before);
  const renewals = [session.refresh(), session.refresh()];
  await Promise.all(renewals);
  const sessions = await (await fetch(`${sandbox.http}/__sandbox/v1/sessions`)).json();
  expect(sessions).toHaveLength(2);
});
