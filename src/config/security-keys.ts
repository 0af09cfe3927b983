/** How a Kafka client proves who it is, in the JVM clients' names: a worker's own, or under a client's prefix. */
import type { ConfigDef, ConfigKey } from './definition.ts';
import { tlsKeys } from './tls/keys.ts';

function key(
  name: string,
  type: ConfigKey['type'],
  documentation: string,
  rest: Partial<ConfigKey> = {},
): ConfigKey {
  return {
    name,
    type,
    default: null,
    importance: 'LOW',
    documentation,
    group: 'Security',
    displayName: name,
    ...rest,
  };
}

export const SECURITY_KEYS: ConfigDef = [
  key('security.protocol', 'STRING', 'How brokers are reached.', {
    default: 'PLAINTEXT',
    recommended: ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'],
    importance: 'MEDIUM',
  }),
  key(
    'sasl.mechanism',
    'STRING',
    "How to log in. Java's default, GSSAPI (Kerberos), is not here.",
    {
      default: 'PLAIN',
      recommended: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'],
      importance: 'MEDIUM',
    },
  ),
  key(
    'sasl.jaas.config',
    'PASSWORD',
    "The login as Java's clients have it: the module's name, required, its options, a semicolon.",
    { importance: 'MEDIUM' },
  ),
  key('sasl.username', 'STRING', 'The user, instead of sasl.jaas.config.'),
  key('sasl.password', 'PASSWORD', 'The password, instead of sasl.jaas.config.'),
  key(
    'sasl.oauthbearer.token.endpoint.url',
    'STRING',
    'Where tokens come from: https or http by client credentials, file: from a file.',
  ),
  key(
    'sasl.oauthbearer.client.credentials.client.id',
    'STRING',
    'The client id, instead of clientId in sasl.jaas.config.',
  ),
  key(
    'sasl.oauthbearer.client.credentials.client.secret',
    'PASSWORD',
    'The client secret, instead of clientSecret in sasl.jaas.config.',
  ),
  key('sasl.oauthbearer.scope', 'STRING', 'The scope that is asked for.'),
  ...tlsKeys('ssl.'),
];

/**
 * Of REST over https: Connect's own prefix if there is anything under it, else `ssl.*`. So those have no defaults: a worker's
 * are filled in.
 */
export const REST_TLS_KEYS: ConfigDef = [
  'ssl.',
  'listeners.https.ssl.',
  'admin.listeners.https.ssl.',
]
  .flatMap((prefix) => [
    ...(prefix === 'ssl.' ? [] : tlsKeys(prefix)),
    key(
      `${prefix}client.auth`,
      'STRING',
      'Whether an https listener asks callers for a certificate: required, requested or none (unset).',
      { values: ['required', 'requested', 'none'] },
    ),
  ])
  .map((each) => ({ ...each, default: null, group: 'REST TLS' }));
