import type { FastifyRequest } from 'fastify';
import { SalesforceError } from '../org/types.ts';
import type { Subject } from './board.ts';
import { spend } from './allocations.ts';
import { withinRate } from './rate.ts';
import type { RestFaults } from './views.ts';

export function subjectOf({ url, method }: Pick<FastifyRequest, 'url' | 'method'>): Subject {
  const query = url.indexOf('?');
  return { path: query === -1 ? url : url.slice(0, query), method };
}

/** Of a request to REST or Bulk whose session is good. Throws SalesforceError where it is to be refused. */
export function refuse({ board }: RestFaults, request: FastifyRequest): void {
  if (!board.anyOn) return;
  const subject = subjectOf(request);
  if (board.take('serviceUnavailable', subject) !== undefined) throw serverUnavailable();
  const refused =
    board.take('requestLimitExceeded', subject) !== undefined ||
    !withinRate(board) ||
    !spend(board, 'dailyApiRequests', 1);
  if (!refused) return;
  throw new SalesforceError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
}

export function serverUnavailable(): SalesforceError {
  const message = 'Server is too busy. Please try your request again later.';
  return new SalesforceError(503, 'SERVER_UNAVAILABLE', message);
}
