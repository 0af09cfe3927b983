import { malformed, pointAtIndex, tooComplicated } from '../errors.ts';
import type { SalesforceError } from '../../org/types.ts';
import type { Token } from './tokens.ts';
import type { Name } from './tree.ts';

/** Parentheses, NOTs, functions and queries inside each other. */
const MAX_DEPTH = 100;

/** Reads tokens one by one. */
export class Cursor {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.text = text;
    this.#tokens = tokens;
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1);
    if (token === undefined) throw new TypeError('A query without its end.');
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  /** Whether the next token is this word or symbol, whatever its case. */
  sees(word: string, ahead = 0): boolean {
    const { kind, text } = this.peek(ahead);
    return (kind === 'name' || kind === 'symbol') && text.toUpperCase() === word;
  }

  seesAny(words: ReadonlySet<string>): boolean {
    const { kind, text } = this.peek();
    return kind === 'name' && words.has(text.toUpperCase());
  }

  /** Takes these words if they come next, all or none. */
  takes(...words: readonly string[]): boolean {
    if (!words.every((word, i) => this.sees(word, i))) return false;
    this.#at += words.length;
    return true;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.takes(word)) throw this.unexpected();
  }

  close(): void {
    if (this.takes(')')) return;
    throw this.refuse(`expecting a right parentheses, found '${this.peek().text}'`);
  }

  /** Whether a name comes next; `cnt1` reads like an amount of money. */
  seesName(): boolean {
    const { kind, text } = this.peek();
    return kind === 'name' || (kind === 'currency' && !text.includes('.'));
  }

  /** A name; with `word`, one that no dots divide. */
  name(word = false): Name {
    const token = this.peek();
    if (!this.seesName() || (word && token.text.includes('.'))) throw this.unexpected();
    this.#at++;
    return token;
  }

  /** A list divided by commas. */
  list<T>(read: () => T): T[] {
    const items = [read()];
    while (this.takes(',')) items.push(read());
    return items;
  }

  /** What `read` reads is inside of what is being read. */
  inside<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw tooComplicated();
    const result = read();
    this.#depth--;
    return result;
  }

  unexpected(token: Token = this.peek()): SalesforceError {
    const where = token.kind === 'end' ? '' : pointAtIndex(this.text, token.index);
    return malformed(`${where}unexpected token: '${token.text}'`);
  }

  /** MALFORMED_QUERY that points at the next token, or at another place. */
  refuse(message: string, index = this.peek().index): SalesforceError {
    return malformed(pointAtIndex(this.text, index) + message);
  }

  /** The same of what Salesforce would understand. */
  unsimulated(what: string, index = this.peek().index): SalesforceError {
    return malformed(`${pointAtIndex(this.text, index)}${what} is not simulated`, what);
  }
}
