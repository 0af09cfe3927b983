/** The text of a query → its syntax tree. */
import { malformed, queryTooLong } from '../errors.ts';
import { readCondition } from './conditions.ts';
import { Cursor } from './cursor.ts';
import { readSelect } from './select.ts';
import { readTerm } from './terms.ts';
import { tokenize } from './tokens.ts';
import type { Grouping, Name, Ordering, Query } from './tree.ts';

/** The longest query that Salesforce takes, characters. */
export const MAX_LENGTH = 100_000;
/** The largest LIMIT and OFFSET that are numbers. */
const MAX_NUMBER = 2_147_483_647;

/** Words that end a FROM, so that they aren't aliases. */
const CLAUSES = new Set([
  'USING',
  'WHERE',
  'WITH',
  'GROUP',
  'HAVING',
  'ORDER',
  'LIMIT',
  'OFFSET',
  'FOR',
  'UPDATE',
  'ALL',
]);

/** The syntax tree, or MALFORMED_QUERY that shows where the query stops making sense. */
export function parseSoql(soql: string): Query {
  if (soql.trim() === '') throw malformed("unexpected token: '<EOF>'");
  if (soql.length > MAX_LENGTH) throw queryTooLong(MAX_LENGTH);
  const cursor = new Cursor(soql, tokenize(soql));
  const query = readQuery(cursor);
  if (cursor.peek().kind !== 'end') throw cursor.unexpected();
  return query;
}

export function readQuery(cursor: Cursor): Query {
  const inner = (): Query => readQuery(cursor);
  const select = readSelect(cursor, inner);
  cursor.expect('FROM');
  const from = cursor.name();
  const alias = readAlias(cursor);
  const joins: Query['joins'][number][] = [];
  while (cursor.takes(',')) joins.push(readJoin(cursor));
  const scope = cursor.takes('USING', 'SCOPE') ? cursor.name(true) : undefined;
  const where = cursor.takes('WHERE') ? readCondition(cursor, inner) : undefined;
  if (cursor.takes('WITH')) readWith(cursor);
  const groupBy = cursor.takes('GROUP', 'BY') ? readGrouping(cursor) : undefined;
  const having = cursor.takes('HAVING') ? readCondition(cursor, inner) : undefined;
  const orderBy = cursor.takes('ORDER', 'BY') ? cursor.list(() => readOrdering(cursor)) : [];
  const limit = cursor.takes('LIMIT') ? readNumber(cursor) : undefined;
  const offset = cursor.takes('OFFSET') ? readNumber(cursor) : undefined;
  const viewed = readPurposes(cursor);
  const clauses = { scope, where, groupBy, having, orderBy, limit, offset, viewed };
  return { select, from, alias, joins, ...clauses };
}

function readAlias(cursor: Cursor): string | undefined {
  if (cursor.takes('AS')) return cursor.name(true).text;
  if (!cursor.seesName() || cursor.seesAny(CLAUSES)) return undefined;
  return cursor.name(true).text;
}

function readJoin(cursor: Cursor): { readonly path: Name; readonly alias: string } {
  const path = cursor.name();
  const alias = readAlias(cursor);
  if (alias === undefined) throw cursor.unexpected();
  return { path, alias };
}

/** Who asks is always held to what he may see, so there is nothing to do. */
function readWith(cursor: Cursor): void {
  if (['SECURITY_ENFORCED', 'USER_MODE', 'SYSTEM_MODE'].some((word) => cursor.takes(word))) return;
  if (!cursor.sees('DATA')) throw cursor.unexpected();
  throw cursor.unsimulated('WITH DATA CATEGORY');
}

function readGrouping(cursor: Cursor): Grouping {
  const sets = cursor.sees('(', 1) && (cursor.sees('ROLLUP') || cursor.sees('CUBE'));
  if (!sets) return { kind: 'plain', terms: cursor.list(() => readTerm(cursor)) };
  const kind = cursor.sees('CUBE') ? 'cube' : 'rollup';
  cursor.next();
  cursor.expect('(');
  const terms = cursor.list(() => readTerm(cursor));
  cursor.close();
  return { kind, terms };
}

export function readOrdering(cursor: Cursor): Ordering {
  const term = readTerm(cursor);
  const descending = cursor.takes('DESC');
  if (!descending) cursor.takes('ASC');
  if (!cursor.takes('NULLS')) return { term, descending, nullsLast: false };
  const nullsLast = cursor.takes('LAST');
  if (!nullsLast) cursor.expect('FIRST');
  return { term, descending, nullsLast };
}

export function readNumber(cursor: Cursor): number {
  if (cursor.sees(':')) throw cursor.refuse('Bind variables only allowed in Apex code');
  const token = cursor.next();
  const number = Number(token.text);
  if (token.kind === 'number' && /^\d+$/.test(token.text) && number <= MAX_NUMBER) return number;
  throw cursor.unexpected(token);
}

/** FOR VIEW, FOR REFERENCE, FOR UPDATE, UPDATE TRACKING, UPDATE VIEWSTAT, ALL ROWS. */
function readPurposes(cursor: Cursor): boolean {
  let viewed = false;
  while (cursor.takes('FOR')) {
    const views = cursor.takes('VIEW') || cursor.takes('REFERENCE');
    if (!views) cursor.expect('UPDATE');
    viewed ||= views;
  }
  if (cursor.takes('UPDATE')) {
    cursor.list(() => {
      if (!cursor.takes('TRACKING')) cursor.expect('VIEWSTAT');
    });
  }
  if (cursor.sees('ALL') && cursor.sees('ROWS', 1)) {
    throw cursor.refuse('ALL ROWS not allowed in this context');
  }
  return viewed;
}
