/** jsforce over our own transport: trusted authorities as configured, and no retries behind our back. */
import { PassThrough } from 'node:stream';
import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import type { Http } from './http.ts';

export interface ConnectionOptions {
  readonly loginUrl?: string;
  readonly instanceUrl?: string;
  readonly accessToken?: string;
  readonly version?: string;
  /** Calls back with a new access token. */
  readonly refreshFn?: (
    connection: Connection,
    done: (error: Error | null, accessToken?: string) => void,
  ) => void;
}

interface TransportRequest {
  readonly url: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | null;
}

export function createConnection(http: Http, options: ConnectionOptions): Connection {
  const connection = new jsforce.Connection({ ...options, logLevel: 'NONE' });
  Object.assign(connection, { _transport: transportOver(http) });
  return connection;
}

/** What jsforce's HTTP layer calls: a promise that also has a stream, which our calls never read. */
function transportOver(http: Http): object {
  return {
    httpRequest: (request: TransportRequest) => {
      const answer = http
        .send(request.url, {
          method: request.method,
          headers: request.headers ?? {},
          body: request.body ?? undefined,
        })
        .then(({ status, headers, body }) => ({ statusCode: status, headers, body }));
      return Object.assign(answer, { stream: () => new PassThrough() });
    },
  };
}
