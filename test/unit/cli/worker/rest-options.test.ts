/** Goal: what a worker's file says about REST is taken as Connect takes it; each misuse is one error that names its property. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restSetup } from '../../../../src/cli/worker/rest-options.ts';
import { OWN_KEY, OWN_PEM } from '../../../support/key-stores.ts';

let folder = '';
const file = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-rest-'));
  writeFileSync(file('own.pem'), OWN_PEM + OWN_KEY);
  writeFileSync(file('users'), 'alice=secret-1\nbob: secret-2\n');
  writeFileSync(file('empty'), '# nobody\n');
  const module = 'org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule';
  writeFileSync(
    file('jaas.conf'),
    `KafkaConnect {\n ${module} required file="${file('users')}";\n};`,
  );
  writeFileSync(file('other.conf'), 'KafkaConnect { x.Module required; };');
});
afterAll(() => rmSync(folder, { recursive: true }));

const HTTPS = { listeners: 'https://127.0.0.1:0' };
const BASIC = {
  listeners: 'http://127.0.0.1:0',
  'rest.extension.classes': 'BasicAuthSecurityRestExtension',
};
const users = async (given: Record<string, string>, environment = {}) =>
  [...((await restSetup({ ...BASIC, ...given }, environment)).options.users ?? [])].flat();

describe('users', () => {
  const ALL = ['alice', 'secret-1', 'bob', 'secret-2'];

  test('are read from a file, from a JAAS file, or from the one that KAFKA_OPTS names', async () => {
    expect(await users({ 'rest.basic.auth.file': file('users') })).toEqual(ALL);
    expect(await users({ 'rest.basic.auth.file': file('jaas.conf') })).toEqual(ALL);
    const opts = `-Xmx1g -Djava.security.auth.login.config=${file('jaas.conf')} -Dx=y`;
    expect(await users({}, { KAFKA_OPTS: opts })).toEqual(ALL);
  });

  test('are not asked for without the extension', async () => {
    const listeners = 'http://127.0.0.1:0';
    const setup = await restSetup({ listeners, 'rest.basic.auth.file': file('users') }, {});
    expect(setup.options.users).toBeUndefined();
  });
});

describe('https', () => {
  test('is told to others with its scheme, and asks for certificates when told', async () => {
    const setup = await restSetup(
      { ...HTTPS, 'ssl.keystore.location': file('own.pem'), 'ssl.client.auth': 'required' },
      {},
    );
    expect(setup.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/$/);
    expect(setup.options.https).toMatchObject({ requestCert: true, rejectUnauthorized: true });
    expect(setup.fetch).toBeTypeOf('function');
  });

  test('has properties of its own, all or none', async () => {
    const setup = restSetup(
      {
        ...HTTPS,
        'ssl.keystore.location': file('own.pem'),
        'listeners.https.ssl.client.auth': 'requested',
      },
      {},
    );
    await expect(setup).rejects.toMatchObject({
      path: 'listeners.https.ssl.keystore.location',
    });
  });
});

test('/admin is where the rest is, elsewhere, or nowhere', async () => {
  const listeners = 'http://127.0.0.1:0';
  const admin = async (given: Record<string, string>) =>
    (await restSetup({ listeners, ...given }, {})).options.admin;
  expect(await admin({})).toBeUndefined();
  expect(await admin({ 'admin.listeners': '' })).toEqual({ listeners: [] });
  expect(await admin({ 'admin.listeners': 'http://127.0.0.1:9' })).toMatchObject({
    listeners: [{ port: 9 }],
  });
});

describe('what a person gets wrong', () => {
  test.each<[Record<string, string>, string, string]>([
    [{ listeners: 'ftp://:21' }, 'listeners', 'neither http nor https'],
    [{ 'admin.listeners': 'nothing' }, 'admin.listeners', 'no http://host:port'],
    [HTTPS, 'ssl.keystore.location', 'is required for an https listener'],
    [
      { ...HTTPS, 'ssl.keystore.location': 'own.pem', 'ssl.client.auth': 'maybe' },
      'ssl.client.auth',
      'required, requested or none',
    ],
    [{ 'rest.extension.classes': 'x.Mine' }, 'rest.extension.classes', 'no REST extension x.Mine'],
    [BASIC, 'rest.basic.auth.file', 'is required for'],
    [{ ...BASIC, 'rest.basic.auth.file': 'nowhere' }, 'rest.basic.auth.file', 'ENOENT'],
    [{ ...BASIC, 'rest.basic.auth.file': 'empty' }, 'rest.basic.auth.file', 'names no user'],
    [{ ...BASIC, 'rest.basic.auth.file': 'other.conf' }, 'rest.basic.auth.file', 'no file='],
    [{ 'rest.advertised.listener': 'https' }, 'rest.advertised.listener', 'no https listener'],
  ])('%o is one error about %s', async (given, path, why) => {
    const properties = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        name,
        /location|auth\.file/.test(name) ? file(value) : value,
      ]),
    );
    const setup = restSetup({ listeners: 'http://127.0.0.1:0', ...properties }, {});
    await expect(setup).rejects.toMatchObject({ kind: 'config', path });
    await expect(setup).rejects.toThrow(why);
  });
});
