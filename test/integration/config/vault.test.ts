/** Goal: secrets are read from Vault as its documentation has it; what goes wrong is one error without a secret in it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createConfigProviders } from '../../../src/config/providers.ts';
import { resolveReferences } from '../../../src/config/references.ts';
import { vaultProvider } from '../../../src/config/vault/provider.ts';
import { CA_PEM, OWN_KEY, OWN_PEM } from '../../support/key-stores.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import {
  APP_ROLE,
  KUBERNETES,
  NAMESPACE,
  ROOT,
  startFakeVault,
  TOKEN_SECONDS,
  type FakeVault,
} from '../../support/vault.ts';

let vault: FakeVault;
let folder = '';
beforeEach(async () => {
  vault = await startFakeVault();
  folder = mkdtempSync(join(tmpdir(), 'headwater-vault-'));
  writeFileSync(join(folder, 'token'), `${KUBERNETES.jwt}\n`);
});
afterEach(async () => {
  await vault[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const byToken = { 'vault.auth.method': 'token', 'vault.token': ROOT };
const byRole = {
  'vault.auth.method': 'approle',
  'app.role.id': APP_ROLE.role_id,
  'app.role.secret.id': APP_ROLE.secret_id,
};
const provider = (parameters: Record<string, string>, clock = new ManualClock()) =>
  vaultProvider({
    alias: 'vault',
    parameters: { 'vault.addr': vault.url, ...parameters },
    environment: {},
    clock,
  });

describe('a secret', () => {
  test('of the second version of KV is behind data/, said or not', async () => {
    vault.secrets.set('secret/data/crm/app', { data: { password: 'p1', port: 5432 } });
    const found = provider(byToken);
    expect(await found.get('secret/crm/app', 'password')).toBe('p1');
    expect(await found.get('/secret/data/crm/app', 'port')).toBe('5432');
    expect(await found.get('secret/crm/app', 'nothing')).toBeUndefined();
    expect(await found.get('secret/nowhere', 'password')).toBeUndefined();
    expect(vault.asked.filter((each) => each === 'GET secret/data/crm/app')).toHaveLength(1);
  });

  test('may be in an engine whose mount has several parts', async () => {
    vault.secrets.set('teams/crm/kv/data/app', { data: { password: 'p2' } });
    const found = provider({ ...byToken, 'vault.mount': 'teams/crm/kv' });
    expect(await found.get('teams/crm/kv/app', 'password')).toBe('p2');
    expect(await found.get('app', 'password')).toBe('p2');
  });

  test('of the first version is where its path says, in the namespace', async () => {
    vault.secrets.set(`${NAMESPACE}/kv/app`, { data: { password: 'p3' } });
    const parameters = { 'vault.engine.version': '1', 'vault.namespace': NAMESPACE };
    expect(await provider({ ...byToken, ...parameters }).get('kv/app', 'password')).toBe('p3');
  });

  test('that is leased is read once for all its fields, and again before its lease ends', async () => {
    vault.secrets.set('database/creds/app', { data: { password: 'p4' }, leaseSeconds: 60 });
    const clock = new ManualClock();
    const found = provider({ ...byToken, 'vault.engine.version': '1' }, clock);
    const user = (name: string) => ({ value: name, ttlMs: 48_000 });
    expect(await found.get('database/creds/app', 'username')).toEqual(user('user-1'));
    expect(await found.get('database/creds/app', 'password')).toEqual(user('p4'));
    await clock.advance(47_000);
    expect(await found.get('database/creds/app', 'username')).toEqual(user('user-1'));
    await clock.advance(1_000);
    expect(await found.get('database/creds/app', 'username')).toEqual(user('user-2'));
  });

  test('is read from a Vault behind TLS whose authority is named', async () => {
    await using secure = await startFakeVault({ key: OWN_KEY, cert: OWN_PEM });
    secure.secrets.set('secret/data/app', { data: { password: 'p5' } });
    const parameters = {
      ...byToken,
      'vault.addr': secure.url,
      'vault.ssl.endpoint.identification.algorithm': '',
    };
    const trusting = provider({ ...parameters, 'vault.pem': CA_PEM });
    expect(await trusting.get('secret/app', 'password')).toBe('p5');
    await expect(provider(parameters).get('secret/app', 'password')).rejects.toMatchObject({
      code: 'vault.unreachable',
    });
  });
});

describe('a login', () => {
  test('by AppRole is made once, and again when the token is over or refused', async () => {
    vault.secrets.set('secret/data/app', { data: { password: 'p' } });
    const clock = new ManualClock();
    const found = provider(byRole, clock);
    const logins = () => vault.asked.filter((each) => each.startsWith('POST')).length;
    const read = async () => {
      await clock.advance(2_000);
      return await found.get('secret/app', 'password');
    };
    await Promise.all([found.get('secret/app', 'password'), found.get('secret/b', 'x')]);
    expect([await read(), logins()]).toEqual(['p', 1]);
    await clock.advance(TOKEN_SECONDS * 800);
    expect([await read(), logins()]).toEqual(['p', 2]);
    vault.tokens.clear();
    expect([await read(), logins()]).toEqual(['p', 3]);
  });

  test("by Kubernetes sends the service account's token", async () => {
    vault.secrets.set('secret/data/app', { data: { password: 'p' } });
    const parameters = {
      'vault.auth.method': 'kubernetes',
      'kubernetes.role': KUBERNETES.role,
      'kubernetes.token.path': join(folder, 'token'),
    };
    expect(await provider(parameters).get('secret/app', 'password')).toBe('p');
  });
});

describe('what goes wrong', () => {
  test.each<[string, Record<string, string>, string, RegExp]>([
    ['a wrong token', { ...byToken, 'vault.token': 'wrong-tok' }, 'auth', /403.*permission denied/],
    [
      'a wrong AppRole',
      { ...byRole, 'app.role.secret.id': 'wrong-tok' },
      'auth',
      /400 when logging in: invalid role/,
    ],
    [
      "no service account's token",
      {
        'vault.auth.method': 'kubernetes',
        'kubernetes.role': 'r',
        'kubernetes.token.path': '/nowhere/token',
      },
      'config',
      /kubernetes\.token\.path can't be read/,
    ],
    [
      'nobody there',
      { ...byToken, 'vault.addr': 'http://127.0.0.1:1' },
      'retriable',
      /can't be reached/,
    ],
  ])('%s is one error', async (_what, parameters, kind, why) => {
    const asked = provider(parameters).get('secret/app', 'password');
    await expect(asked).rejects.toMatchObject({ kind });
    await expect(asked).rejects.toThrow(why);
    await expect(asked).rejects.not.toThrow(/wrong-tok/);
  });

  test('a sealed Vault is waited for, and asked again', async () => {
    vault.secrets.set('secret/data/app', { data: { password: 'p' } });
    vault.sealed = true;
    const found = provider(byToken);
    await expect(found.get('secret/app', 'password')).rejects.toMatchObject({ kind: 'retriable' });
    vault.sealed = false;
    expect(await found.get('secret/app', 'password')).toBe('p');
  });

  test.each<[Record<string, string>, string]>([
    [{ 'vault.addr': '' }, 'vault.addr'],
    [{ 'vault.auth.method': 'ldap' }, 'vault.auth.method'],
    [{}, 'vault.token'],
    [{ ...byToken, 'vault.engine.version': '3' }, 'vault.engine.version'],
    [{ 'vault.auth.method': 'approle' }, 'app.role.id'],
    [{ 'vault.auth.method': 'kubernetes' }, 'kubernetes.role'],
  ])('%o is one error about %s', (parameters, name) => {
    expect(() => provider(parameters)).toThrow(
      expect.objectContaining({ kind: 'config', path: `config.providers.vault.param.${name}` }),
    );
  });
});

test.each(['VaultConfigProvider', 'io.lenses.connect.secrets.providers.VaultSecretProvider'])(
  '%s serves references, from the environment too, with a life of its own if none is said',
  async (name) => {
    vault.secrets.set('secret/data/app', { data: { password: 'p6' } });
    const worker = {
      'config.providers': 'vault',
      'config.providers.vault.class': name,
      'config.providers.vault.param.ttl.ms': '5000',
    };
    const environment = { VAULT_ADDR: vault.url, VAULT_TOKEN: ROOT };
    const lives: number[] = [];
    const written = { secret: 'x-${vault:secret/app:password}', plain: 'y' };
    const resolved = await resolveReferences(
      written,
      createConfigProviders(worker, environment),
      (ms) => lives.push(ms),
    );
    expect(resolved).toEqual({ secret: 'x-p6', plain: 'y' });
    expect(lives).toEqual([5_000]);
  },
);
