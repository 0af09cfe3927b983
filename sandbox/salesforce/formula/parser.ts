import { FormulaError } from './errors.ts';
import { tokenize } from './lexer.ts';
import type { Token } from './lexer.ts';
import type { Node, Operator } from './tree.ts';

/** How deep parentheses, calls and operators may be nested. */
const MAX_DEPTH = 400;

/**
 * From what binds loosest to what binds tightest. That `^` binds looser than `*` is so in the grammar that
 * Salesforce published with its formula engine.
 */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['=', '==', '<>', '!='],
  ['<', '<=', '>', '>='],
  ['+', '-', '&'],
  ['^'],
  ['*', '/'],
];
const SAME: Readonly<Record<string, Operator>> = { '==': '=', '!=': '<>' };

/** Throws FormulaError, with the place, where the text is no formula. */
export function parseFormula(source: string): Node {
  return new Parser(tokenize(source)).formula();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  formula(): Node {
    const node = this.#expression();
    if (this.#next.kind !== 'end') throw this.#unexpected();
    return node;
  }

  get #next(): Token {
    const token = this.#tokens[this.#at] ?? this.#tokens.at(-1);
    if (token === undefined) throw new FormulaError('the formula is empty');
    return token;
  }

  #expression(): Node {
    return this.#level(0);
  }

  /** Operators of one level are applied from left to right; each makes the tree one deeper. */
  #level(level: number): Node {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.#level(level + 1);
    let nested = 0;
    for (;;) {
      const { kind, text } = this.#next;
      if (kind !== 'symbol' || !operators.includes(text)) break;
      this.#enter();
      nested++;
      this.#at++;
      const operator = SAME[text] ?? (text as Operator);
      left = { kind: 'binary', operator, left, right: this.#level(level + 1) };
    }
    this.#depth -= nested;
    return left;
  }

  #unary(): Node {
    const { kind, text } = this.#next;
    const sign = kind === 'symbol' && (text === '-' || text === '+' || text === '!');
    const not = kind === 'name' && text.toUpperCase() === 'NOT' && !this.#opensCall();
    if (!sign && !not) return this.#primary();
    this.#enter();
    this.#at++;
    const operand = this.#unary();
    this.#depth--;
    if (text === '+') return operand;
    return { kind: 'unary', operator: text === '-' ? '-' : '!', operand };
  }

  #primary(): Node {
    const token = this.#next;
    if (token.kind === 'symbol' && token.text === '(') return this.#parenthesized();
    if (token.kind === 'name' && this.#opensCall()) return this.#call(token);
    this.#at++;
    if (token.kind === 'text') return { kind: 'literal', value: token.text };
    if (token.kind === 'number') return { kind: 'number', text: token.text };
    if (token.kind === 'name') return nameNode(token.text);
    this.#at--;
    throw this.#unexpected();
  }

  #parenthesized(): Node {
    this.#enter();
    this.#at++;
    const node = this.#expression();
    this.#take(')');
    this.#depth--;
    return node;
  }

  #call({ text }: Token): Node {
    this.#enter();
    this.#at += 2;
    const args: Node[] = [];
    if (this.#next.text !== ')' || this.#next.kind !== 'symbol') {
      do args.push(this.#expression());
      while (this.#takeIf(','));
    }
    this.#take(')');
    this.#depth--;
    return { kind: 'call', name: text.toUpperCase(), args };
  }

  #opensCall(): boolean {
    const after = this.#tokens[this.#at + 1];
    return after?.kind === 'symbol' && after.text === '(';
  }

  #takeIf(symbol: string): boolean {
    const { kind, text } = this.#next;
    if (kind !== 'symbol' || text !== symbol) return false;
    this.#at++;
    return true;
  }

  #take(symbol: string): void {
    if (!this.#takeIf(symbol)) throw this.#unexpected();
  }

  #enter(): void {
    if (++this.#depth > MAX_DEPTH) {
      throw new FormulaError(`the formula is nested deeper than ${MAX_DEPTH} levels`);
    }
  }

  #unexpected(): FormulaError {
    const { kind, text, index } = this.#next;
    const what = kind === 'end' ? 'the end' : `"${text}"`;
    return new FormulaError(`unexpected ${what} at character ${index + 1}`);
  }
}

function nameNode(text: string): Node {
  const upper = text.toUpperCase();
  if (upper === 'TRUE' || upper === 'FALSE') return { kind: 'literal', value: upper === 'TRUE' };
  if (upper === 'NULL') return { kind: 'literal', value: null };
  const path = text.split('.');
  if (path.includes('')) throw new FormulaError(`"${text}" is no field`);
  return { kind: 'reference', path };
}
