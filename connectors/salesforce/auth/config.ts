import type { ConfigDef, ConfigKey } from '../../../src/sdk/index.ts';

export const INSTANCE = 'salesforce.instance';
export const GRANT_TYPE = 'salesforce.grant.type';
export const CONSUMER_KEY = 'salesforce.consumer.key';
export const CONSUMER_SECRET = 'salesforce.consumer.secret';
export const USERNAME = 'salesforce.username';
export const PASSWORD = 'salesforce.password';
export const PASSWORD_TOKEN = 'salesforce.password.token';
export const REFRESH_TOKEN = 'salesforce.refresh.token';
export const JWT_KEY_FILE = 'salesforce.jwt.key.file';
export const JWT_AUDIENCE = 'salesforce.jwt.audience';
export const VERSION = 'salesforce.version';
export const SSL_CA_FILE = 'salesforce.ssl.ca.file';

export const GRANTS = ['CLIENT_CREDENTIALS', 'JWT_BEARER', 'PASSWORD', 'REFRESH_TOKEN'] as const;
export type Grant = (typeof GRANTS)[number];

const GROUP = 'Connection';

/** How a connector reaches an org: shared by the source and the sink. Names as Confluent's where it has one. */
export const connectionConfig: ConfigDef = [
  {
    name: INSTANCE,
    type: 'STRING',
    default: 'https://login.salesforce.com',
    importance: 'HIGH',
    documentation:
      'Where to log in: the My Domain URL (CLIENT_CREDENTIALS needs it), or login.salesforce.com / test.salesforce.com.',
    group: GROUP,
    displayName: 'Instance',
    width: 'LONG',
    check: (value) =>
      /^https?:\/\/[^/\s]+\/?$/.test(String(value))
        ? undefined
        : 'must be a URL without a path, such as https://mydomain.my.salesforce.com',
  },
  {
    ...optional(
      GRANT_TYPE,
      'STRING',
      'Grant type',
      'The OAuth 2.0 flow. Unset: told by what is given (a key file: JWT_BEARER, a refresh token: REFRESH_TOKEN, a username: PASSWORD, else CLIENT_CREDENTIALS).',
    ),
    values: GRANTS,
  },
  optional(
    CONSUMER_KEY,
    'STRING',
    'Consumer key',
    'Consumer key (client id) of the connected app.',
  ),
  optional(
    CONSUMER_SECRET,
    'PASSWORD',
    'Consumer secret',
    'Consumer secret (client secret) of the connected app.',
  ),
  optional(USERNAME, 'STRING', 'Username', 'The user: for PASSWORD and JWT_BEARER.'),
  optional(
    PASSWORD,
    'PASSWORD',
    'Password',
    'Password for PASSWORD. Without a consumer key the login is by SOAP, which Salesforce is retiring.',
  ),
  optional(
    PASSWORD_TOKEN,
    'PASSWORD',
    'Security token',
    'Security token, appended to the password.',
    'MEDIUM',
  ),
  optional(
    REFRESH_TOKEN,
    'PASSWORD',
    'Refresh token',
    'Refresh token for REFRESH_TOKEN.',
    'MEDIUM',
  ),
  optional(
    JWT_KEY_FILE,
    'STRING',
    'JWT key file',
    'PEM file of the private key that signs the assertion of JWT_BEARER.',
    'MEDIUM',
  ),
  optional(
    JWT_AUDIENCE,
    'STRING',
    'JWT audience',
    'Audience of the assertion. Unset: login.salesforce.com or test.salesforce.com for hosts of Salesforce, else the instance.',
    'LOW',
  ),
  {
    name: VERSION,
    type: 'STRING',
    default: '66.0',
    importance: 'LOW',
    documentation: 'Version of the REST API.',
    group: GROUP,
    displayName: 'API version',
    check: (value) =>
      /^\d+\.0$/.test(String(value)) ? undefined : 'must be a version such as 66.0',
  },
  optional(
    SSL_CA_FILE,
    'STRING',
    'CA file',
    'PEM file of the certificate authorities to trust for REST and Pub/Sub, instead of the usual ones.',
    'LOW',
  ),
];

function optional(
  name: string,
  type: ConfigKey['type'],
  displayName: string,
  documentation: string,
  importance: ConfigKey['importance'] = 'HIGH',
): ConfigKey {
  return { name, type, default: null, importance, documentation, group: GROUP, displayName };
}
