import { SalesforceError } from '../org/types.ts';
import { runQuery } from '../soql/query.ts';
import type { QueryResult } from '../soql/result.ts';
import { headerOf, ok } from './api.ts';
import type { Answer, Call, Route } from './api.ts';
import { explain } from './explain.ts';
import { PAGE } from './cursors.ts';
import type { Page } from './cursors.ts';
import { searchRoutes } from './search-routes.ts';

export const queryRoutes: readonly Route[] = [
  { method: 'GET', path: '/query', handle: (call) => start(call, false) },
  { method: 'GET', path: '/queryAll', handle: (call) => start(call, true) },
  { method: 'GET', path: '/query/:locator', handle: resume },
  { method: 'GET', path: '/queryAll/:locator', handle: resume },
  ...searchRoutes,
];

function start(call: Call, deleted: boolean): Answer {
  const soql = call.query.get('q');
  const explained = call.query.get('explain');
  if (soql === null && explained !== null) return explain(call, explained);
  if (soql === null) {
    throw new SalesforceError(400, 'MALFORMED_QUERY', 'A query string has to be specified');
  }
  const nested = (children: QueryResult): object => firstPage(call, children);
  return ok(firstPage(call, runQuery(call, soql, { deleted, nested })));
}

/** A result as far as one page goes, with the way to the next. */
export function firstPage(call: Call, result: QueryResult): object {
  return body(call, call.api.cursors.first(call, result, pageSize(call)));
}

function resume(call: Call): Answer {
  const place = call.params['locator'] ?? '';
  return ok(body(call, call.api.cursors.next(call, place, pageSize(call))));
}

function body({ version }: Call, { records, totalSize, next }: Page): object {
  if (next === undefined) return { totalSize, done: true, records };
  const nextRecordsUrl = `/services/data/v${version}/query/${next}`;
  return { totalSize, done: false, nextRecordsUrl, records };
}

/** `Sforce-Query-Options: batchSize=500`, a wish that is kept within bounds. */
function pageSize(call: Call): number {
  const options = headerOf(call, 'sforce-query-options') ?? '';
  const wish = Number(/batchSize\s*=\s*(\d{1,9})/i.exec(options)?.[1] ?? PAGE.default);
  return Math.min(Math.max(wish, PAGE.min), PAGE.max);
}
