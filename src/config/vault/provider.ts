/**
 * `${vault:secret/salesforce:consumer.secret}`: the field of a secret in HashiCorp Vault (or OpenBao). The parameters have
 * the names of Lenses' VaultSecretProvider, which is known here by its class name too.
 */
import { readFile } from 'node:fs/promises';
import { systemClock, type Clock } from '../../foundation/clock.ts';
import { AppError, messageOf } from '../../foundation/errors.ts';
import type { Properties } from '../definition.ts';
import type { ConfigProvider } from '../providers.ts';
import { lazyFetch } from '../tls/fetch.ts';
import { tlsMaterial } from '../tls/tls.ts';
import { VaultClient, type VaultLogin, type VaultSecret } from './client.ts';

export const VAULT_CLASSES: readonly string[] = [
  'VaultConfigProvider',
  'io.lenses.connect.secrets.providers.VaultSecretProvider',
];

export interface VaultOptions {
  /** For messages. */
  readonly alias: string;
  readonly parameters: Properties;
  /** `VAULT_ADDR`, `VAULT_TOKEN` and `VAULT_NAMESPACE`, where parameters say nothing. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock | undefined;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/token';
/** So long a secret that isn't leased is kept: the fields of one configuration are of one reading. */
const KEEP_MS = 1_000;
/** A leased one is read again before it ends. */
const LEASE_PART = 0.8;
const METHODS = 'token, approle, kubernetes';

type Given = (name: string) => string | undefined;

/** Throws `config` naming the parameter. Nothing is asked before the first secret is. */
export function vaultProvider(options: VaultOptions): ConfigProvider {
  const { parameters, environment, alias, clock = systemClock } = options;
  const path = (name: string): string => `config.providers.${alias}.param.${name}`;
  const given: Given = (name) => parameters[name]?.trim() || undefined;
  const wrong = (name: string, problem: string): AppError =>
    new AppError('config', 'config.provider', `${path(name)} ${problem}.`, { path: path(name) });
  const address = given('vault.addr') ?? environment['VAULT_ADDR'];
  if (address === undefined || !URL.canParse(address)) {
    throw wrong('vault.addr', 'must be the URL of Vault, as in https://vault:8200');
  }
  const version = given('vault.engine.version') ?? '2';
  if (version !== '1' && version !== '2') throw wrong('vault.engine.version', 'must be 1 or 2');
  const client = new VaultClient({
    address: address.replace(/\/+$/, ''),
    namespace: given('vault.namespace') ?? environment['VAULT_NAMESPACE'],
    login: loginOf(given, environment, wrong),
    fetch: lazyFetch(tlsOf(parameters, given)),
    clock,
  });
  const reader = cached(client, clock);
  const mount = given('vault.mount');
  return {
    get: async (secretPath, key) => {
      const secret = await reader(apiPath(secretPath, mount, version));
      const fields = version === '2' ? secret?.data['data'] : secret?.data;
      const value = fieldOf(fields, key);
      if (value === undefined) return undefined;
      return secret === undefined || secret.leaseMs === 0
        ? value
        : { value, ttlMs: secret.leaseMs * LEASE_PART };
    },
  };
}

/** What an API's path makes of `secret/my/app`: version 2 has `data` behind the mount. */
function apiPath(path: string, mount: string | undefined, version: '1' | '2'): string {
  const clean = path.replaceAll(/^\/+|\/+$/g, '');
  if (version === '1') return clean;
  const engine = (mount ?? clean.split('/', 1)[0] ?? '').replaceAll(/^\/+|\/+$/g, '');
  const rest = clean.startsWith(`${engine}/`) ? clean.slice(engine.length + 1) : clean;
  return rest.startsWith('data/') ? `${engine}/${rest}` : `${engine}/data/${rest}`;
}

/** One reading for all who ask for the same path at the same time; a failure isn't kept. */
function cached(
  client: VaultClient,
  clock: Clock,
): (path: string) => Promise<VaultSecret | undefined> {
  const kept = new Map<
    string,
    { readonly secret: Promise<VaultSecret | undefined>; until: number }
  >();
  return async (path) => {
    const earlier = kept.get(path);
    if (earlier !== undefined && clock.monotonic() < earlier.until) return await earlier.secret;
    const asked = clock.monotonic();
    const entry = { secret: client.read(path), until: Infinity };
    kept.set(path, entry);
    entry.secret.then(
      (found) => {
        const isLeased = found?.isLeased === true;
        entry.until = asked + (isLeased ? found.leaseMs * LEASE_PART : KEEP_MS);
      },
      () => kept.delete(path),
    );
    return await entry.secret;
  };
}

function fieldOf(fields: unknown, key: string): string | undefined {
  if (typeof fields !== 'object' || fields === null) return undefined;
  const value = new Map<string, unknown>(Object.entries(fields)).get(key);
  if (value === null || value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function loginOf(
  given: Given,
  environment: VaultOptions['environment'],
  wrong: (name: string, problem: string) => AppError,
): VaultLogin {
  const method = (given('vault.auth.method') ?? 'token').toLowerCase();
  const required = (name: string): string => {
    const value = given(name);
    if (value === undefined) throw wrong(name, `is required for vault.auth.method=${method}`);
    return value;
  };
  if (method === 'token') {
    const token = given('vault.token') ?? environment['VAULT_TOKEN'];
    return { token: token ?? required('vault.token') };
  }
  if (method === 'approle') {
    const body = { role_id: required('app.role.id'), secret_id: required('app.role.secret.id') };
    const path = `auth/${given('app.role.path') ?? 'approle'}/login`;
    return { path, body: async () => await Promise.resolve(body) };
  }
  if (method !== 'kubernetes') throw wrong('vault.auth.method', `must be one of ${METHODS}`);
  const role = required('kubernetes.role');
  const file = given('kubernetes.token.path') ?? SERVICE_ACCOUNT;
  return {
    path: `auth/${given('kubernetes.auth.path') ?? 'kubernetes'}/login`,
    body: async () => {
      try {
        return { role, jwt: (await readFile(file, 'utf8')).trim() };
      } catch (cause) {
        throw wrong('kubernetes.token.path', `can't be read: ${messageOf(cause)}`);
      }
    },
  };
}

/** `vault.ssl.*` as Java's clients write them; `vault.pem` is the authority itself. */
function tlsOf(parameters: Properties, given: Given): ReturnType<typeof tlsMaterial> | undefined {
  const pem = given('vault.pem');
  const properties = {
    ...parameters,
    ...(pem === undefined ? {} : { 'vault.ssl.truststore.certificates': pem }),
  };
  const isUsed = Object.keys(properties).some((name) => name.startsWith('vault.ssl.'));
  return isUsed ? tlsMaterial(properties, 'vault.ssl.') : undefined;
}
