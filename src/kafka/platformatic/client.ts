import type { Broker, ConnectionOptions } from '@platformatic/kafka';
import { connectionOf, type ClientProperties } from '../connection.ts';

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

export function wireOptions(properties: ClientProperties): WireOptions {
  const { brokers, clientId, tls, login } = connectionOf(properties);
  const connection: ConnectionOptions = {
    connectTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    maxInflights: MAX_IN_FLIGHT,
  };
  if (tls !== undefined) {
    connection.tls = tls;
    connection.tlsServerName = true;
  }
  if (login !== undefined) connection.sasl = { ...login };
  return { clientId, bootstrap: brokers.map(parse), connection };
}

/** `host:port`; an IPv6 address stands in brackets. */
function parse(broker: string): Broker {
  const colon = broker.lastIndexOf(':');
  const host = broker.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(broker.slice(colon + 1)) };
}
