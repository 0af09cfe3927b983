/** Goal: security.protocol, sasl.* and the jaas configuration say who a client is; each misuse is one error with its property. */
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/foundation/clock.ts';
import { securityProblem } from '../../../src/kafka/security-errors.ts';
import { kafkaSecurity } from '../../../src/kafka/security.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const secure = (properties: Record<string, string>, clock = systemClock) =>
  kafkaSecurity(properties, clock);
const plain = (options: string): string =>
  `org.apache.kafka.common.security.plain.PlainLoginModule required ${options};`;

describe('who a client is', () => {
  test('nobody in particular over an open connection unless told', () => {
    expect(secure({ 'ssl.truststore.location': '/nowhere' })).toEqual({});
  });

  test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])('%s takes name and password', (name) => {
    const module = name === 'PLAIN' ? 'PlainLoginModule' : 'ScramLoginModule';
    const properties = {
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': name,
      'sasl.jaas.config': `x.${module} required username="u" password="p;=";`,
    };
    expect(secure(properties).login).toEqual({ mechanism: name, username: 'u', password: 'p;=' });
  });
});

describe('what a person gets wrong', () => {
  test.each([
    [{ 'security.protocol': 'TLS' }, 'security.protocol', 'PLAINTEXT, SSL'],
    [{ 'sasl.mechanism': 'GSSAPI' }, 'sasl.mechanism', 'SCRAM-SHA-256'],
    [{}, 'sasl.jaas.config', 'no username and password'],
    [{ 'sasl.jaas.config': plain('username="u"') }, 'sasl.jaas.config', 'no username'],
    [
      { 'sasl.mechanism': 'SCRAM-SHA-256', 'sasl.jaas.config': plain('username=u password=p') },
      'sasl.jaas.config',
      'ScramLoginModule is',
    ],
    [
      { 'sasl.mechanism': 'OAUTHBEARER' },
      'sasl.oauthbearer.token.endpoint.url',
      'unsecuredLoginStringClaim_sub',
    ],
    [
      { 'sasl.mechanism': 'OAUTHBEARER', 'sasl.oauthbearer.token.endpoint.url': 'idp.example' },
      'sasl.oauthbearer.token.endpoint.url',
      'must be a URL',
    ],
    [
      { 'sasl.mechanism': 'OAUTHBEARER', 'sasl.oauthbearer.token.endpoint.url': 'http://i/t' },
      'sasl.jaas.config',
      'clientId and clientSecret',
    ],
  ])('%o is one error about %s', async (given, path, why) => {
    const make = async () => {
      const { login: sasl } = secure({ 'security.protocol': 'SASL_PLAINTEXT', ...given });
      if (sasl?.mechanism === 'OAUTHBEARER') await sasl.token();
    };
    await expect(make()).rejects.toMatchObject({ kind: 'config', path });
    await expect(make()).rejects.toThrow(why);
  });
});

test('an unsecured token is used for four fifths of its life, then made anew', async () => {
  const clock = new ManualClock();
  const { login: sasl } = secure(
    {
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'OAUTHBEARER',
      'sasl.jaas.config':
        'x.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="alice" unsecuredLoginLifetimeSeconds="100" unsecuredLoginListClaim_scope=",a,b" extension_team="crm";',
    },
    clock,
  );
  if (sasl?.mechanism !== 'OAUTHBEARER') throw new Error('no token');
  const first = await sasl.token();
  const claims: unknown = JSON.parse(
    Buffer.from(first.split('.')[1] ?? '', 'base64url').toString(),
  );
  expect(claims).toMatchObject({ sub: 'alice', scope: ['a', 'b'] });
  expect(sasl.oauthBearerExtensions).toEqual({ team: 'crm' });
  await clock.advance(79_000);
  expect(await sasl.token()).toBe(first);
  await clock.advance(2_000);
  expect(await sasl.token()).not.toBe(first);
});

test.each([
  ['SELF_SIGNED_CERT_IN_CHAIN', '', 'ssl.truststore.location'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', '', 'ssl.endpoint.identification.algorithm'],
  ['EPROTO', 'ssl3_get_record:wrong version number', 'security.protocol'],
  ['EPROTO', 'tlsv13 alert certificate required', 'ssl.keystore.location'],
  ['ECONNREFUSED', 'connect ECONNREFUSED', undefined],
])('%s %s is about %s', (code, message, path) => {
  expect(securityProblem(code, message)?.path).toBe(path);
});
