/** WHERE and HAVING: the parser's chain of conditions → a tree, by SOQL's rules of precedence. */
import type {
  HavingClause,
  ValueCondition,
  ValueFunctionCondition,
  ValueQueryCondition,
  WhereClause,
} from '@jetstreamapp/soql-parser-js';
import { malformed } from './errors.ts';

export type Leaf = ValueCondition | ValueFunctionCondition | ValueQueryCondition;

export type Expression =
  | { readonly kind: 'leaf'; readonly leaf: Leaf }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[] };

type Token = '(' | ')' | 'AND' | 'OR' | 'NOT' | Leaf;

export function toExpression(clause: WhereClause | HavingClause): Expression {
  const tokens = tokensOf(clause);
  const expression = readChain(tokens);
  if (tokens.length > 0) throw malformed("unexpected token: ')'");
  return expression;
}

function tokensOf(clause: WhereClause | HavingClause): Token[] {
  const tokens: Token[] = [];
  let node: WhereClause | HavingClause | undefined = clause;
  while (node !== undefined) {
    const { left } = node;
    const { openParen = 0, closeParen = 0 } = (left ?? {}) as Partial<ValueCondition>;
    for (let i = 0; i < openParen; i++) tokens.push('(');
    if (left !== null && 'operator' in left) tokens.push(left);
    for (let i = 0; i < closeParen; i++) tokens.push(')');
    const next: WhereClause | HavingClause | undefined = 'right' in node ? node.right : undefined;
    if ('operator' in node) tokens.push(node.operator.toUpperCase() as 'AND' | 'OR' | 'NOT');
    node = next;
  }
  return tokens;
}

/** AND and OR don't mix without parentheses. */
function readChain(tokens: Token[]): Expression {
  const first = readTerm(tokens);
  const operator = tokens[0];
  if (operator !== 'AND' && operator !== 'OR') return first;
  const of = [first];
  while (tokens[0] === operator) {
    tokens.shift();
    of.push(readTerm(tokens));
  }
  const next = tokens[0];
  if (next === 'AND' || next === 'OR') throw malformed(`unexpected token: '${next}'`);
  return { kind: operator === 'AND' ? 'and' : 'or', of };
}

function readTerm(tokens: Token[]): Expression {
  const token = tokens.shift();
  if (token === 'NOT') return { kind: 'not', of: readTerm(tokens) };
  if (token === '(') {
    const inner = readChain(tokens);
    if (tokens.shift() !== ')') throw malformed("expecting a right parentheses, found '<EOF>'");
    return inner;
  }
  if (token === undefined || typeof token === 'string') {
    throw malformed(`unexpected token: '${token ?? '<EOF>'}'`);
  }
  return { kind: 'leaf', leaf: token };
}
