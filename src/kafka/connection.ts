import { clientTls } from '../config/tls/tls.ts';
import { systemClock, type Clock } from '../foundation/clock.ts';
import { AppError } from '../foundation/errors.ts';
import { kafkaSecurity, type Login } from './security.ts';

/** Connect's client properties (`bootstrap.servers`, `security.protocol`, `sasl.*`, `ssl.*`). */
export type ClientProperties = Readonly<Record<string, string>>;

/** How to reach Kafka, whichever client does it. */
export interface KafkaConnection {
  /** As `host:port`; one at least. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** As `tls.connect` takes it; undefined: no TLS. */
  readonly tls: ReturnType<typeof clientTls> | undefined;
  /** undefined: no SASL. */
  readonly login: Login | undefined;
}

/** Throws a `config` error that names the property. Tokens are fetched when they are needed; `clock` says when they are over. */
export function connectionOf(
  properties: ClientProperties,
  clock: Clock = systemClock,
): KafkaConnection {
  const { tls, login } = kafkaSecurity(properties, clock);
  return {
    brokers: brokers(properties),
    clientId: properties['client.id'] ?? 'headwater',
    tls: tls && clientTls(tls),
    login,
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
