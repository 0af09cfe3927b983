import type { ConfigDef } from '../config/definition.ts';
import { AppError } from '../foundation/errors.ts';
import type { RegistryAuth } from './http.ts';
import { DEFAULT_CACHE_SIZE } from './registry.ts';
import type { SchemaRegistryOptions } from './registry.ts';
import { REGISTRY_TLS_CONFIG, registryTls } from './tls.ts';

type Properties = Readonly<Record<string, string>>;

/** How to reach a registry, in Confluent's names. */
export const REGISTRY_CONFIG: ConfigDef = [
  {
    name: 'schema.registry.url',
    type: 'LIST',
    importance: 'HIGH',
    documentation:
      'Comma-separated URLs of the schema registry, with their path. The first that answers is used.',
    group: 'Schema Registry',
    displayName: 'Schema Registry URL',
  },
  {
    name: 'basic.auth.credentials.source',
    type: 'STRING',
    default: 'URL',
    values: ['URL', 'USER_INFO'],
    importance: 'MEDIUM',
    documentation:
      'Where the credentials for basic authentication come from: URL (user:password@ in the URL, if any) or USER_INFO (basic.auth.user.info).',
    group: 'Schema Registry',
    displayName: 'Basic Auth Credentials Source',
  },
  {
    name: 'basic.auth.user.info',
    type: 'PASSWORD',
    default: null,
    importance: 'MEDIUM',
    documentation: 'user:password for basic authentication.',
    group: 'Schema Registry',
    displayName: 'Basic Auth User Info',
  },
  {
    name: 'bearer.auth.credentials.source',
    type: 'STRING',
    default: 'STATIC_TOKEN',
    values: ['STATIC_TOKEN'],
    importance: 'MEDIUM',
    documentation: 'Where the token comes from: STATIC_TOKEN (bearer.auth.token).',
    group: 'Schema Registry',
    displayName: 'Bearer Credentials Source',
  },
  {
    name: 'bearer.auth.token',
    type: 'PASSWORD',
    default: null,
    importance: 'MEDIUM',
    documentation: 'A static token, sent as Authorization: Bearer.',
    group: 'Schema Registry',
    displayName: 'Bearer Token',
  },
  {
    name: 'normalize.schemas',
    type: 'BOOLEAN',
    default: 'false',
    importance: 'LOW',
    documentation: 'Whether the registry compares schemas by meaning instead of by text.',
    group: 'Schema Registry',
    displayName: 'Normalize Schemas',
  },
  {
    name: 'schemas.cache.config',
    type: 'INT',
    default: String(DEFAULT_CACHE_SIZE),
    min: 1,
    importance: 'LOW',
    documentation: 'How many schemas are kept in memory.',
    group: 'Schema Registry',
    displayName: 'Schema Cache Size',
  },
  ...REGISTRY_TLS_CONFIG,
];

/** Registry options from a converter's properties; `config` errors name the property. */
export function registryOptions(properties: Properties): SchemaRegistryOptions {
  const given = (properties['schema.registry.url'] ?? '')
    .split(',')
    .map((url) => url.trim())
    .filter((url) => url !== '');
  if (given.length === 0) {
    throw new AppError('config', 'config.missing', 'schema.registry.url is required.', {
      path: 'schema.registry.url',
    });
  }
  const parsed = given.map(parseUrl);
  const cacheSize = Number(properties['schemas.cache.config'] ?? DEFAULT_CACHE_SIZE);
  return {
    urls: parsed.map(({ url }) => url),
    auth: auth(properties) ?? parsed[0]?.auth,
    tls: registryTls(properties),
    normalize: properties['normalize.schemas']?.trim().toLowerCase() === 'true',
    cacheSize: Number.isSafeInteger(cacheSize) && cacheSize > 0 ? cacheSize : DEFAULT_CACHE_SIZE,
  };
}

function auth(properties: Properties): RegistryAuth | undefined {
  // Confluent takes these with the registry's prefix as well.
  const given = (name: string): string | undefined =>
    properties[name] ?? properties[`schema.registry.${name}`];
  const token = given('bearer.auth.token');
  if (token !== undefined && token !== '') return { token };
  if (given('basic.auth.credentials.source') !== 'USER_INFO') return undefined;
  const info = given('basic.auth.user.info') ?? '';
  const colon = info.indexOf(':');
  if (colon < 0) {
    const message = 'basic.auth.user.info must be user:password.';
    throw new AppError('config', 'config.invalid', message, { path: 'basic.auth.user.info' });
  }
  return { username: info.slice(0, colon), password: info.slice(colon + 1) };
}

/** fetch refuses URLs that carry credentials: they are taken out and sent as a header. */
function parseUrl(text: string): { url: string; auth: RegistryAuth | undefined } {
  if (!URL.canParse(text)) {
    const message = 'schema.registry.url is not a list of URLs.';
    throw new AppError('config', 'config.invalid', message, {
      path: 'schema.registry.url',
      suggestion: 'A URL looks like http://host:8081.',
    });
  }
  const url = new URL(text);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const found =
    username === ''
      ? undefined
      : { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  return { url: url.href, auth: found };
}
