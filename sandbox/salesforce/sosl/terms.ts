/** What stands between the braces of FIND. */
import { malformedSearch } from '../soql/errors.ts';
import { SalesforceError } from '../org/types.ts';
import { ANY, matches, ONE } from '../soql/like.ts';

/** The words of the fields that are searched, field by field. */
export type Texts = readonly (readonly string[])[];
export type SearchTest = (texts: Texts) => boolean;

/** Words, phrases and parentheses of one search. */
const MAX_TERMS = 1000;
const TOKEN = /"((?:\\[\s\S]|[^"\\])*)"|[()]|(?:\\[\s\S]|[^\s()"\\])+|\S/g;

/** MALFORMED_SEARCH where it can't be read, INVALID_SEARCH where a word is too short. */
export function readTerms(text: string): SearchTest {
  const tokens = text.match(TOKEN) ?? [];
  if (tokens.length === 0) {
    throw malformedSearch('No search term found. The search term must be enclosed in braces.');
  }
  if (tokens.length > MAX_TERMS) throw malformedSearch('The search term is too long.');
  const reader = new TermReader(tokens);
  const test = reader.alternatives(0);
  reader.end();
  return test;
}

class TermReader {
  readonly #tokens: string[];

  constructor(tokens: readonly string[]) {
    this.#tokens = [...tokens];
  }

  alternatives(depth: number): SearchTest {
    if (depth > 50) throw malformedSearch('The search term is too complicated.');
    const tests = [this.all(depth)];
    while (this.takes('OR', '|')) tests.push(this.all(depth));
    return (texts) => tests.some((test) => test(texts));
  }

  end(): void {
    const [token] = this.#tokens;
    if (token !== undefined) throw malformedSearch(`unexpected token: '${token}'`);
  }

  /** Words beside each other, with or without AND. */
  private all(depth: number): SearchTest {
    const tests = [this.one(depth)];
    for (;;) {
      this.takes('AND', '&');
      if (this.takes('NOT', '!')) {
        const test = this.one(depth);
        tests.push((texts) => !test(texts));
      } else if (this.startsTerm()) {
        tests.push(this.one(depth));
      } else {
        return (texts) => tests.every((test) => test(texts));
      }
    }
  }

  private one(depth: number): SearchTest {
    const token = this.#tokens.shift();
    if (token === '(') {
      const inner = this.alternatives(depth + 1);
      if (this.#tokens.shift() !== ')') throw malformedSearch('expecting a right parentheses');
      return inner;
    }
    if (token === undefined || token === ')' || /^(AND|OR|NOT)$/.test(token)) {
      throw malformedSearch(`unexpected token: '${token ?? '<EOF>'}'`);
    }
    return phrase(token);
  }

  private startsTerm(): boolean {
    const [token] = this.#tokens;
    return token !== undefined && token !== ')' && token !== 'OR' && token !== '|';
  }

  private takes(...words: readonly string[]): boolean {
    const [token] = this.#tokens;
    if (token === undefined || !words.includes(token)) return false;
    this.#tokens.shift();
    return true;
  }
}

/** One or more words in a row; what isn't a letter, a digit or a wildcard divides them. */
function phrase(token: string): SearchTest {
  const quoted = token.startsWith('"') && token.length > 1;
  const plain = (quoted ? token.slice(1, -1) : token).replace(/\\[*?]/g, ' ').replaceAll('\\', '');
  const patterns = (plain.toLowerCase().match(/[\p{L}\p{N}\p{M}*?]+/gu) ?? []).map((word) =>
    word.replaceAll('*', ANY).replaceAll('?', ONE),
  );
  const letters = plain.replaceAll(/[*?]/g, '').trim();
  if (letters.length < 2 || patterns.length === 0) {
    const message = `search term must be longer than one character: ${plain}`;
    throw new SalesforceError(400, 'INVALID_SEARCH', message);
  }
  return (texts) => texts.some((words) => hasRow(words, patterns));
}

function hasRow(words: readonly string[], patterns: readonly string[]): boolean {
  for (let start = 0; start + patterns.length <= words.length; start++) {
    if (patterns.every((pattern, i) => matches(words[start + i] ?? '', pattern))) return true;
  }
  return false;
}
