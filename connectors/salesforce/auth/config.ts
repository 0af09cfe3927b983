import { AppError, type Config, type ConfigDef } from '../../../src/sdk/index.ts';

export const INSTANCE = 'salesforce.instance';
export const GRANT_TYPE = 'salesforce.grant.type';
export const CONSUMER_KEY = 'salesforce.consumer.key';
export const CONSUMER_SECRET = 'salesforce.consumer.secret';
export const USERNAME = 'salesforce.username';
export const PASSWORD = 'salesforce.password';
export const PASSWORD_TOKEN = 'salesforce.password.token';
export const JWT_KEY_FILE = 'salesforce.jwt.key.file';
export const REFRESH_TOKEN = 'salesforce.refresh.token';
export const SSL_CA_FILE = 'salesforce.ssl.ca.file';
export const API_VERSION = 'salesforce.version';

const GROUP = 'Connection';

/** How Salesforce is reached: Confluent's names where they have one. Shared by all Salesforce plugins. */
export const connectionConfig: ConfigDef = [
  {
    name: INSTANCE,
    type: 'STRING',
    default: 'https://login.salesforce.com',
    importance: 'HIGH',
    documentation:
      "Where to log in: https://login.salesforce.com, https://test.salesforce.com or the org's My Domain. CLIENT_CREDENTIALS needs My Domain.",
    group: GROUP,
    displayName: 'Instance',
    width: 'LONG',
    check: (value) =>
      /^https?:\/\/[^/\s]+\/?$/.test(String(value))
        ? undefined
        : 'must be a URL without a path, such as https://example.my.salesforce.com',
  },
  {
    name: GRANT_TYPE,
    type: 'STRING',
    default: 'PASSWORD',
    values: ['CLIENT_CREDENTIALS', 'JWT_BEARER', 'PASSWORD', 'REFRESH_TOKEN'],
    importance: 'HIGH',
    documentation:
      'How to log in. PASSWORD without a consumer key logs in by SOAP. Salesforce retires PASSWORD in 2027: prefer the others.',
    group: GROUP,
    displayName: 'Grant type',
  },
  text(CONSUMER_KEY, 'Consumer key', 'The connected app: its consumer key (client id).', 'HIGH'),
  secret(CONSUMER_SECRET, 'Consumer secret', "The connected app's consumer secret."),
  text(USERNAME, 'Username', 'The user to log in as (PASSWORD, JWT_BEARER).', 'HIGH'),
  secret(PASSWORD, 'Password', "The user's password (PASSWORD)."),
  secret(PASSWORD_TOKEN, 'Security token', 'The security token, added to the password (PASSWORD).'),
  text(
    JWT_KEY_FILE,
    'JWT key file',
    'PEM file of the private key that signs assertions (JWT_BEARER, RS256).',
    'MEDIUM',
  ),
  secret(REFRESH_TOKEN, 'Refresh token', 'The refresh token (REFRESH_TOKEN).'),
  text(
    SSL_CA_FILE,
    'CA file',
    'PEM file of the certificate authorities to trust, for REST and gRPC alike; by default the well-known ones.',
    'LOW',
  ),
  {
    name: API_VERSION,
    type: 'STRING',
    default: 'latest',
    importance: 'LOW',
    documentation: 'REST API version, such as 66.0; latest = the newest the instance has.',
    group: GROUP,
    displayName: 'API version',
    check: (value) =>
      /^(latest|\d{2,3}\.0)$/.test(String(value)) ? undefined : 'must be latest or such as 66.0',
  },
];

/** A login, as configured. */
export interface Credentials {
  readonly instance: string;
  readonly grant:
    | { readonly type: 'CLIENT_CREDENTIALS'; readonly key: string; readonly secret: string }
    | {
        readonly type: 'JWT_BEARER';
        readonly key: string;
        readonly username: string;
        readonly keyFile: string;
      }
    | {
        readonly type: 'PASSWORD';
        readonly key: string | undefined;
        readonly secret: string | undefined;
        readonly username: string;
        readonly password: string;
      }
    | {
        readonly type: 'REFRESH_TOKEN';
        readonly key: string;
        readonly secret: string | undefined;
        readonly token: string;
      };
}

/** Throws a `config` error that names the property a grant needs. */
export function credentialsOf(config: Config): Credentials {
  const instance = config.string(INSTANCE).replace(/\/$/, '');
  const type = config.string(GRANT_TYPE);
  const need = (name: string): string => {
    const value = config.optionalString(name);
    if (value !== undefined) return value;
    throw new AppError('config', 'salesforce.credentials', `${GRANT_TYPE}=${type} needs ${name}.`, {
      path: name,
    });
  };
  const secret = config.optionalString(CONSUMER_SECRET);
  switch (type) {
    case 'CLIENT_CREDENTIALS':
      return {
        instance,
        grant: { type, key: need(CONSUMER_KEY), secret: need(CONSUMER_SECRET) },
      };
    case 'JWT_BEARER':
      return {
        instance,
        grant: {
          type,
          key: need(CONSUMER_KEY),
          username: need(USERNAME),
          keyFile: need(JWT_KEY_FILE),
        },
      };
    case 'REFRESH_TOKEN':
      return {
        instance,
        grant: { type, key: need(CONSUMER_KEY), secret, token: need(REFRESH_TOKEN) },
      };
    default: {
      const key = config.optionalString(CONSUMER_KEY);
      const token = config.optionalString(PASSWORD_TOKEN) ?? '';
      return {
        instance,
        grant: {
          type: 'PASSWORD',
          key,
          secret: key === undefined ? undefined : need(CONSUMER_SECRET),
          username: need(USERNAME),
          password: need(PASSWORD) + token,
        },
      };
    }
  }
}

function text(
  name: string,
  displayName: string,
  documentation: string,
  importance: 'HIGH' | 'MEDIUM' | 'LOW',
): ConfigDef[number] {
  return {
    name,
    type: 'STRING',
    default: null,
    importance,
    documentation,
    group: GROUP,
    displayName,
  };
}

function secret(name: string, displayName: string, documentation: string): ConfigDef[number] {
  return {
    name,
    type: 'PASSWORD',
    default: null,
    importance: 'HIGH',
    documentation,
    group: GROUP,
    displayName,
  };
}
