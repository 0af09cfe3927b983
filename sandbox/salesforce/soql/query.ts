import { SalesforceError } from '../org/types.ts';
import { compileAggregate, isAggregate, isBareCount } from './aggregate.ts';
import { childrenReader } from './children.ts';
import { Context } from './context.ts';
import type { Reader } from './context.ts';
import { malformed } from './errors.ts';
import { Finder } from './finder.ts';
import { list, wholeResult } from './result.ts';
import type { QueryResult } from './result.ts';
import { queryable, Scope } from './scope.ts';
import { compileSelect } from './select.ts';
import { parseSoql } from './syntax/parse.ts';
import type { Query } from './syntax/tree.ts';

/** The most groups that can be answered; there is no second page of them. */
const MAX_GROUPS = 2000;

export type { QueryResult } from './result.ts';

export interface QueryOptions {
  /** queryAll: the recycle bin's records too. */
  readonly deleted?: boolean;
  /** How the result of a sub-query in SELECT is shown; by default whole. */
  readonly nested?: (result: QueryResult) => unknown;
}

/** Runs a SOQL query at once, or throws what Salesforce answers: MALFORMED_QUERY, INVALID_FIELD, INVALID_TYPE … */
export function runQuery(reader: Reader, soql: string, options: QueryOptions = {}): QueryResult {
  const query = parseSoql(soql);
  const context = new Context(reader, soql, options.deleted === true);
  const object = queryable(context, query.from);
  const scope = new Scope(context, object, query);
  const finder = new Finder(context);
  if (isBareCount(query)) return count(query, scope, finder);
  if (isAggregate(query)) return aggregate(query, scope, finder);
  const children = childrenReader(context, finder, options.nested ?? wholeResult);
  const read = compileSelect(query, scope, children);
  const find = finder.compile(query, scope);
  return list(object, finder.window(query, find()), read);
}

function count(query: Query, scope: Scope, finder: Finder): QueryResult {
  if (query.orderBy.length > 0 || query.groupBy !== undefined) {
    throw malformed('COUNT() stands alone: it is neither grouped nor sorted');
  }
  const { length } = finder.window(query, finder.compile(query, scope)());
  return { totalSize: length, length: 0, records: () => [], entity: scope.object.name };
}

function aggregate(query: Query, scope: Scope, finder: Finder): QueryResult {
  const summarize = compileAggregate(query, scope);
  const find = finder.compile({ ...query, orderBy: [] }, scope);
  const groups = finder.window(query, summarize(find()));
  if (groups.length > MAX_GROUPS) {
    const message =
      'Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch';
    throw new SalesforceError(400, 'EXCEEDED_ID_LIMIT', message);
  }
  return list(scope.object, groups, (group) => group);
}
