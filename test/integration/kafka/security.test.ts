/**
 * Goal: Java's client properties make connections that a real broker takes, for every kind of client; a wrong password,
 * authority or token is one error that names its property.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { KAFKA_CLIENTS } from '../../../src/config/worker.ts';
import { openKafka } from '../../../src/kafka/clients.ts';
import type { GroupKafka } from '../../../src/kafka/port.ts';
import {
  PASSWORD,
  SESSION_MS,
  startSecureKafka,
  STORE_PASSWORD,
  type SecureKafka,
} from '../../support/secure-kafka.ts';
import { eventually } from '../../support/eventually.ts';
import { hasJvm } from '../../support/stack.ts';

type Properties = Readonly<Record<string, string>>;

const SECURITY = 'org.apache.kafka.common.security';
const CLIENT = 'security';
const { signal } = new AbortController();

describe.skipIf(!hasJvm)('a broker that wants to know who asks', () => {
  let broker: SecureKafka;
  let endpoint: Server;
  let tokenUrl = '';

  beforeAll(async () => {
    broker = await startSecureKafka();
    endpoint = createServer((request, response) => {
      const basic = Buffer.from(`headwater:${PASSWORD}`).toString('base64');
      const isKnown = request.headers.authorization === `Basic ${basic}`;
      response.statusCode = isKnown ? 200 : 401;
      const answer = async (): Promise<object> =>
        isKnown
          ? { access_token: await broker.token(60), token_type: 'Bearer', expires_in: 60 }
          : { error: 'invalid_client' };
      void answer().then((body) => response.end(JSON.stringify(body)));
    });
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    tokenUrl = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/token`;
  }, 60_000);
  afterAll(async () => {
    await broker[Symbol.asyncDispose]();
    endpoint.closeAllConnections();
    endpoint.close();
  });

  describe.each(KAFKA_CLIENTS)('through %s', (client) => {
    const connect = (properties: Properties): Promise<GroupKafka> =>
      openKafka({ ...properties, 'kafka.client': client }, silentLog, systemClock);
    const trusting = (): Properties => ({ 'ssl.truststore.location': broker.file('ca.pem') });
    const tls = (listener: 'TLS' | 'MTLS', more: Properties): Properties => ({
      'bootstrap.servers': broker.at[listener],
      'security.protocol': 'SSL',
      ...more,
    });
    const sasl = (mechanism: string, jaas: string, more: Properties = {}): Properties => ({
      'bootstrap.servers': broker.at.SASLS,
      'security.protocol': 'SASL_SSL',
      'sasl.mechanism': mechanism,
      'sasl.jaas.config': `${SECURITY}.${jaas};`,
      ...trusting(),
      ...more,
    });
    const inTheOpen = (): Properties => ({
      'bootstrap.servers': broker.at.SASLP,
      'security.protocol': 'SASL_PLAINTEXT',
    });
    const login = `username="alice" password="${PASSWORD}"`;

    /** Every kind of client: admin, producer, consumer, a group's member. */
    async function useAll(properties: Properties): Promise<readonly string[]> {
      await using kafka = await connect(properties);
      const topic = `security-${randomUUID()}`;
      await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: 1, config: {} });
      await using producer = await kafka.producer({ clientId: CLIENT });
      const value = Buffer.from('hello');
      await producer.send([{ topic, key: null, value, headers: [] }]);
      await using member = kafka.groupMember({
        groupId: `member-${topic}`,
        clientId: CLIENT,
        protocolType: 'connect',
        protocol: 'sessioned',
        sessionTimeoutMs: 10_000,
        rebalanceTimeoutMs: 10_000,
      });
      // A broker that has just started loads its groups first.
      await eventually(
        () => member.join(Buffer.from('state')).catch(() => undefined),
        (joined) => joined !== undefined,
      );
      await using consumer = await kafka.consumer({
        groupId: `group-${topic}`,
        clientId: CLIENT,
        topics: [topic],
        autoOffsetReset: 'earliest',
        onAssigned: () => Promise.resolve([]),
        onRevoked: () => Promise.resolve(),
      });
      const records = await consumer.poll(1, 0, signal);
      return records.map((record) => Buffer.from(record.value ?? '').toString());
    }

    /** What a first call says. */
    async function refusal(properties: Properties): Promise<unknown> {
      await using kafka = await connect(properties);
      return await kafka.admin.listTopics().then(
        () => 'none',
        (error: unknown) => error,
      );
    }

    test.each<[string, () => Properties]>([
      ['TLS, trusting a PEM file', () => tls('TLS', trusting())],
      [
        'TLS, trusting a JKS file',
        () =>
          tls('TLS', {
            'ssl.truststore.location': broker.file('trust.jks'),
            'ssl.truststore.password': STORE_PASSWORD,
          }),
      ],
      [
        'mutual TLS with PKCS12 files',
        () =>
          tls('MTLS', {
            'ssl.truststore.location': broker.file('trust.p12'),
            'ssl.truststore.type': 'PKCS12',
            'ssl.truststore.password': STORE_PASSWORD,
            'ssl.keystore.location': broker.file('client.p12'),
            'ssl.keystore.type': 'PKCS12',
            'ssl.keystore.password': STORE_PASSWORD,
          }),
      ],
      [
        'mutual TLS with PEM files',
        () => tls('MTLS', { ...trusting(), 'ssl.keystore.location': broker.file('client.pem') }),
      ],
      ['PLAIN over TLS', () => sasl('PLAIN', `plain.PlainLoginModule required ${login}`)],
      [
        'PLAIN in the open',
        () => sasl('PLAIN', `plain.PlainLoginModule required ${login}`, inTheOpen()),
      ],
      [
        'SCRAM-SHA-256 over TLS',
        () => sasl('SCRAM-SHA-256', `scram.ScramLoginModule required ${login}`),
      ],
      [
        'SCRAM-SHA-512 in the open',
        () => sasl('SCRAM-SHA-512', `scram.ScramLoginModule required ${login}`, inTheOpen()),
      ],
      [
        'OAUTHBEARER with a token from an endpoint',
        () =>
          sasl(
            'OAUTHBEARER',
            `oauthbearer.OAuthBearerLoginModule required clientId="headwater" clientSecret="${PASSWORD}" scope="kafka"`,
            { 'sasl.oauthbearer.token.endpoint.url': tokenUrl },
          ),
      ],
      [
        'OAUTHBEARER with an unsecured token',
        () =>
          sasl(
            'OAUTHBEARER',
            'oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="alice"',
            inTheOpen(),
          ),
      ],
    ])('%s: every kind of client works', async (_what, properties) => {
      expect(await useAll(properties())).toEqual(['hello']);
    });

    test('a client that goes on longer than its session proves again who it is', async () => {
      const module = 'oauthbearer.OAuthBearerLoginModule required';
      const jaas = `${module} unsecuredLoginStringClaim_sub="alice"`;
      await using kafka = await connect(sasl('OAUTHBEARER', jaas, inTheOpen()));
      const topic = `security-${randomUUID()}`;
      await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: 1, config: {} });
      await using producer = await kafka.producer({ clientId: CLIENT });
      const until = systemClock.monotonic() + 2 * SESSION_MS;
      let sent = 0;
      while (systemClock.monotonic() < until) {
        await producer.send([{ topic, key: null, value: Buffer.from('x'), headers: [] }]);
        sent += 1;
        await systemClock.sleep(100);
      }
      expect(await kafka.admin.offsets(topic)).toMatchObject([{ high: BigInt(sent) }]);
    });

    test.each<[string, () => Properties | Promise<Properties>, Record<string, unknown>]>([
      [
        'an authority that did not sign it',
        () => tls('TLS', { 'ssl.truststore.location': broker.file('other-ca.pem') }),
        { kind: 'auth', code: 'kafka.tls', path: 'ssl.truststore.location' },
      ],
      [
        'no certificate of its own',
        () => tls('MTLS', trusting()),
        { kind: 'auth', code: 'kafka.tls', path: 'ssl.keystore.location' },
      ],
      [
        'TLS where the broker speaks none',
        () => tls('TLS', { ...trusting(), 'bootstrap.servers': broker.at.SASLP }),
        { kind: 'retriable', code: 'kafka.unavailable', path: 'security.protocol' },
      ],
      ...['PLAIN', 'SCRAM-SHA-512'].map(
        (mechanism): [string, () => Properties, Record<string, unknown>] => [
          `a wrong password for ${mechanism}`,
          () => {
            const module =
              mechanism === 'PLAIN' ? 'plain.PlainLoginModule' : 'scram.ScramLoginModule';
            return sasl(mechanism, `${module} required username="alice" password="not-it"`);
          },
          { kind: 'auth', code: 'kafka.login', path: 'sasl.jaas.config' },
        ],
      ),
      [
        "a token endpoint's wrong secret",
        () =>
          sasl(
            'OAUTHBEARER',
            'oauthbearer.OAuthBearerLoginModule required clientId="headwater" clientSecret="not-it"',
            { 'sasl.oauthbearer.token.endpoint.url': tokenUrl },
          ),
        { kind: 'auth', code: 'kafka.token', path: 'sasl.jaas.config' },
      ],
      [
        'a token that is over',
        async () => {
          const { writeFile } = await import('node:fs/promises');
          await writeFile(broker.file('old-token'), await broker.token(-120));
          const module = 'oauthbearer.OAuthBearerLoginModule required';
          return sasl('OAUTHBEARER', module, {
            'sasl.oauthbearer.token.endpoint.url': `file://${broker.file('old-token')}`,
          });
        },
        { kind: 'auth', code: 'kafka.login', path: 'sasl.oauthbearer.token.endpoint.url' },
      ],
    ])('%s: one error that names the property', async (_what, properties, expected) => {
      const error = await refusal(await properties());
      expect(error).toMatchObject(expected);
      expect(String(error)).not.toContain('not-it');
    });
  });
});
