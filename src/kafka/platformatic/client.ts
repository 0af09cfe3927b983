import type { Broker, ConnectionOptions } from '@platformatic/kafka';
import type { Clock } from '../../foundation/clock.ts';
import { connectionOf, type ClientProperties } from '../connection.ts';
import { tokenRefused } from '../security-errors.ts';
import type { Login } from '../security.ts';

export interface WireOptions {
  readonly clientId: string;
  readonly bootstrap: readonly Broker[];
  readonly connection: ConnectionOptions;
}

const CONNECTION_TIMEOUT_MS = 5_000;
/** The JVM clients' request.timeout.ms. */
const REQUEST_TIMEOUT_MS = 30_000;
/** A connection is used by one owner, which has few calls open at a time. */
const MAX_IN_FLIGHT = 100;

/** Throws `config` for properties that name no brokers or that can't make a secure connection. */
export function wireOptions(properties: ClientProperties, clock: Clock): WireOptions {
  const { brokers, clientId, tls, login } = connectionOf(properties, clock);
  const connection: ConnectionOptions = {
    connectTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    maxInflights: MAX_IN_FLIGHT,
  };
  if (tls !== undefined) connection.tls = tls;
  if (login !== undefined) connection.sasl = sasl(login);
  return { clientId, bootstrap: brokers.map(parse), connection };
}

function sasl(login: Login): NonNullable<ConnectionOptions['sasl']> {
  if (login.mechanism !== 'OAUTHBEARER') return { ...login };
  return {
    ...login,
    // A refusal comes in the answer's bytes; the client's own look at them answers twice.
    authBytesValidator: (said, done) => {
      if (said.length === 0) done(null, said);
      else done(tokenRefused(said.toString('utf8')));
    },
  };
}

/** `host:port`; an IPv6 address stands in brackets. */
function parse(broker: string): Broker {
  const colon = broker.lastIndexOf(':');
  const host = broker.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(broker.slice(colon + 1)) };
}
