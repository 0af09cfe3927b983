/** WHERE and HAVING. */
import type { Cursor } from './cursor.ts';
import { readLiteral, readTerm } from './terms.ts';
import type { Condition, Literal, Operator, Query, Term } from './tree.ts';

const SYMBOLS: Readonly<Record<string, Operator>> = {
  '=': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** AND and OR don't mix without parentheses. */
export function readCondition(cursor: Cursor, readQuery: () => Query): Condition {
  const first = readPart(cursor, readQuery);
  const word = cursor.sees('AND') ? 'AND' : 'OR';
  const of = [first];
  while (cursor.takes(word)) of.push(readPart(cursor, readQuery));
  if (cursor.sees('AND') || cursor.sees('OR')) throw cursor.unexpected();
  return of.length === 1 ? first : { kind: word === 'AND' ? 'and' : 'or', of };
}

function readPart(cursor: Cursor, readQuery: () => Query): Condition {
  if (cursor.takes('NOT')) {
    return { kind: 'not', of: cursor.inside(() => readPart(cursor, readQuery)) };
  }
  if (!cursor.takes('(')) return readComparison(cursor, readQuery);
  const inner = cursor.inside(() => readCondition(cursor, readQuery));
  cursor.close();
  return inner;
}

function readComparison(cursor: Cursor, readQuery: () => Query): Condition {
  const term = readTerm(cursor);
  const operator = readOperator(cursor);
  switch (operator) {
    case 'IN':
    case 'NOT IN':
      return readMembership(cursor, term, operator, readQuery);
    case 'INCLUDES':
    case 'EXCLUDES':
      return { kind: 'comparing', term, operator, values: readList(cursor) };
    default:
      return { kind: 'comparing', term, operator, values: [readLiteral(cursor)] };
  }
}

function readOperator(cursor: Cursor): Operator {
  if (cursor.takes('NOT', 'IN')) return 'NOT IN';
  const token = cursor.next();
  if (token.kind === 'symbol') {
    const operator = SYMBOLS[token.text];
    if (operator !== undefined) return operator;
  }
  const word = token.text.toUpperCase();
  if (word === 'LIKE' || word === 'IN' || word === 'INCLUDES' || word === 'EXCLUDES') return word;
  throw cursor.unexpected(token);
}

function readMembership(
  cursor: Cursor,
  term: Term,
  operator: 'IN' | 'NOT IN',
  readQuery: () => Query,
): Condition {
  if (!cursor.sees('SELECT', 1)) {
    return { kind: 'comparing', term, operator, values: readList(cursor) };
  }
  cursor.expect('(');
  const query = cursor.inside(readQuery);
  cursor.close();
  return { kind: 'joining', term, operator, query };
}

function readList(cursor: Cursor): Literal[] {
  if (cursor.sees(':')) readLiteral(cursor);
  cursor.expect('(');
  const values = cursor.list(() => readLiteral(cursor));
  cursor.close();
  return values;
}
