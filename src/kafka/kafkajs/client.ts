import kafkajs, { type KafkaConfig, type LogEntry, type SASLOptions } from './kafkajs.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import { connectionOf, type ClientProperties } from '../connection.ts';
import type { Login } from '../security.ts';
import { oauthBearer } from './oauth-bearer.ts';

/**
 * kafkajs' own retries, 2.5 s: enough to ride out a leader election, few enough that the runtime's policy
 * (which counts, shows and bounds them) takes over soon, and a status isn't green for longer.
 */
export const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 } as const;
const CONNECTION_TIMEOUT_MS = 5_000;
/** The JVM clients' request.timeout.ms. */
const REQUEST_TIMEOUT_MS = 30_000;
/**
 * So long before a session ends (the broker's connections.max.reauth.ms, a token's end) the client proves again who it is.
 * kafkajs' 10 s would do so at each request of a short session, and brokers take that once a second at most.
 */
const REAUTHENTICATE_MS = 1_000;

/** Throws `config` for properties that name no brokers or that can't make a secure connection. */
export function kafkaJsClient(properties: ClientProperties, log: Log, clock: Clock): kafkajs.Kafka {
  const { brokers, clientId, tls, login } = connectionOf(properties, clock);
  const config: KafkaConfig = {
    brokers: [...brokers],
    clientId,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    reauthenticationThreshold: REAUTHENTICATE_MS,
    retry: RETRY,
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => (entry) => forward(entry, log),
  };
  if (tls !== undefined) config.ssl = tls;
  if (login !== undefined) config.sasl = sasl(login);
  return new kafkajs.Kafka(config);
}

/** kafkajs asks for a token whenever a connection is authenticated, and again before its session ends. */
function sasl(login: Login): NonNullable<KafkaConfig['sasl']> {
  if (login.mechanism === 'OAUTHBEARER') return oauthBearer(login);
  const { mechanism, username, password } = login;
  return { mechanism: mechanism.toLowerCase(), username, password } as SASLOptions;
}

/** kafkajs logs each retry as an error; what matters reaches the runtime as one. */
function forward({ label, log: { message, error } }: LogEntry, log: Log): void {
  log.debug(`${message}.`, { client: 'kafkajs', level: label, error: error as unknown });
}
