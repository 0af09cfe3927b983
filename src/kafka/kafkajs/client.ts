import { readFileSync } from 'node:fs';
import kafkajs, { type KafkaConfig, type LogEntry, type SASLOptions } from './kafkajs.ts';
import { AppError } from '../../foundation/errors.ts';
import type { Log } from '../../foundation/log.ts';

/** Connect's client properties (`bootstrap.servers`, `security.protocol`, `sasl.*`, `ssl.*`). */
export type ClientProperties = Readonly<Record<string, string>>;

/**
 * kafkajs' own retries, 2.5 s: enough to ride out a leader election, few enough that the runtime's policy
 * (which counts, shows and bounds them) takes over soon, and a status isn't green for longer.
 */
export const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 } as const;
const CONNECTION_TIMEOUT_MS = 5_000;
/** The JVM clients' request.timeout.ms. */
const REQUEST_TIMEOUT_MS = 30_000;

export function kafkaJsClient(properties: ClientProperties, log: Log): kafkajs.Kafka {
  const protocol = (properties['security.protocol'] ?? 'PLAINTEXT').toUpperCase();
  const config: KafkaConfig = {
    brokers: brokers(properties),
    clientId: properties['client.id'] ?? 'headwater',
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: RETRY,
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => (entry) => forward(entry, log),
  };
  if (protocol.endsWith('SSL')) config.ssl = ssl(properties);
  if (protocol.startsWith('SASL')) config.sasl = sasl(properties);
  return new kafkajs.Kafka(config);
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

function ssl(properties: ClientProperties): NonNullable<KafkaConfig['ssl']> {
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

function sasl(properties: ClientProperties): SASLOptions {
  const jaas = properties['sasl.jaas.config'] ?? '';
  const fromJaas = (name: string): string | undefined =>
    new RegExp(`${name}="((?:[^"\\\\]|\\\\.)*)"`).exec(jaas)?.[1]?.replaceAll('\\"', '"');
  const username = properties['sasl.username'] ?? fromJaas('username');
  const password = properties['sasl.password'] ?? fromJaas('password');
  const mechanism = (properties['sasl.mechanism'] ?? 'PLAIN').toLowerCase();
  if (mechanism !== 'plain' && mechanism !== 'scram-sha-256' && mechanism !== 'scram-sha-512') {
    throw new AppError('config', 'kafka.sasl', `sasl.mechanism ${mechanism} isn't supported.`, {
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

/** kafkajs logs each retry as an error; what matters reaches the runtime as one. */
function forward({ label, log: { message, error } }: LogEntry, log: Log): void {
  log.debug(`${message}.`, { client: 'kafkajs', level: label, error: error as unknown });
}
