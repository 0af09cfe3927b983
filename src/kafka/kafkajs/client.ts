import kafkajs, { type KafkaConfig, type LogEntry, type SASLOptions } from './kafkajs.ts';
import type { Log } from '../../foundation/log.ts';
import { connectionOf, type ClientProperties, type Login } from '../connection.ts';

/**
 * kafkajs' own retries, 2.5 s: enough to ride out a leader election, few enough that the runtime's policy
 * (which counts, shows and bounds them) takes over soon, and a status isn't green for longer.
 */
export const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 } as const;
const CONNECTION_TIMEOUT_MS = 5_000;
/** The JVM clients' request.timeout.ms. */
const REQUEST_TIMEOUT_MS = 30_000;

export function kafkaJsClient(properties: ClientProperties, log: Log): kafkajs.Kafka {
  const { brokers, clientId, tls, login } = connectionOf(properties);
  const config: KafkaConfig = {
    brokers: [...brokers],
    clientId,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: RETRY,
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => (entry) => forward(entry, log),
  };
  if (tls !== undefined) config.ssl = tls;
  if (login !== undefined) config.sasl = sasl(login);
  return new kafkajs.Kafka(config);
}

function sasl({ mechanism, username, password }: Login): SASLOptions {
  const name = mechanism.toLowerCase() as Lowercase<Login['mechanism']>;
  return { mechanism: name, username, password } as SASLOptions;
}

/** kafkajs logs each retry as an error; what matters reaches the runtime as one. */
function forward({ label, log: { message, error } }: LogEntry, log: Log): void {
  log.debug(`${message}.`, { client: 'kafkajs', level: label, error: error as unknown });
}
