import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { AppError } from '../foundation/errors.ts';

/** Connect's client properties (`bootstrap.servers`, `security.protocol`, `sasl.*`, `ssl.*`). */
export type ClientProperties = Readonly<Record<string, string>>;

/** How to reach Kafka, whichever client does it. */
export interface KafkaConnection {
  /** As `host:port`; one at least. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** undefined: no TLS. */
  readonly tls: Tls | undefined;
  /** undefined: no SASL. */
  readonly login: Login | undefined;
}

type Tls = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'checkServerIdentity'>;

export interface Login {
  readonly mechanism: (typeof MECHANISMS)[number];
  readonly username: string;
  readonly password: string;
}

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

/** Throws a `config` error that names the property. */
export function connectionOf(properties: ClientProperties): KafkaConnection {
  const protocol = (properties['security.protocol'] ?? 'PLAINTEXT').toUpperCase();
  return {
    brokers: brokers(properties),
    clientId: properties['client.id'] ?? 'headwater',
    tls: protocol.endsWith('SSL') ? tls(properties) : undefined,
    login: protocol.startsWith('SASL') ? login(properties) : undefined,
  };
}

function brokers(properties: ClientProperties): string[] {
  const list = (properties['bootstrap.servers'] ?? '')
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  if (list.length > 0 && list.every((broker) => /^\S+:\d+$/.test(broker))) return list;
  throw new AppError('config', 'kafka.brokers', 'bootstrap.servers must be a list of host:port.', {
    path: 'bootstrap.servers',
    suggestion: 'For example bootstrap.servers=127.0.0.1:9092.',
  });
}

function tls(properties: ClientProperties): Tls {
  const pem = (name: string): string | undefined => {
    const file = properties[`${name}.location`];
    return properties[name] ?? (file === undefined ? undefined : readFileSync(file, 'utf8'));
  };
  return {
    ca: pem('ssl.truststore.certificates') ?? pem('ssl.truststore'),
    cert: pem('ssl.keystore.certificate.chain'),
    key: pem('ssl.keystore.key'),
    passphrase: properties['ssl.key.password'],
    ...(properties['ssl.endpoint.identification.algorithm'] === ''
      ? { checkServerIdentity: () => undefined }
      : {}),
  };
}

function login(properties: ClientProperties): Login {
  const jaas = properties['sasl.jaas.config'] ?? '';
  const fromJaas = (name: string): string | undefined =>
    new RegExp(`${name}="((?:[^"\\\\]|\\\\.)*)"`).exec(jaas)?.[1]?.replaceAll('\\"', '"');
  const username = properties['sasl.username'] ?? fromJaas('username');
  const password = properties['sasl.password'] ?? fromJaas('password');
  const given = properties['sasl.mechanism'] ?? 'PLAIN';
  const mechanism = MECHANISMS.find((name) => name === given.toUpperCase());
  if (mechanism === undefined) {
    throw new AppError('config', 'kafka.sasl', `sasl.mechanism ${given} isn't supported.`, {
      path: 'sasl.mechanism',
      suggestion: 'Use PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512.',
    });
  }
  if (username === undefined || password === undefined) {
    throw new AppError('config', 'kafka.sasl', 'sasl.jaas.config has no username and password.', {
      path: 'sasl.jaas.config',
    });
  }
  return { mechanism, username, password };
}
