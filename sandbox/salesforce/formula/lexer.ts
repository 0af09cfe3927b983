import { FormulaError } from './errors.ts';

export interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'symbol' | 'end';
  /** Of a text: what it stands for. */
  readonly text: string;
  /** Where it begins, from 0. */
  readonly index: number;
}

/** Salesforce's bound, characters. */
const MAX_LENGTH = 5000;
/** Space, comment, number, name, symbol: each from where the last one ended. */
const SPACE = /(?:\s|\/\*[\s\S]*?\*\/)+/y;
const NUMBER = /\d+(?:\.\d+)?|\.\d+/y;
const NAME = /[A-Za-z$][\w$:.#]*/y;
const SYMBOL = /&&|\|\||==|!=|<>|<=|>=|[-+*/^&=<>!(),]/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** Ends with a token of kind `end`. */
export function tokenize(source: string): Token[] {
  if (source.length > MAX_LENGTH) {
    throw new FormulaError(`a formula has at most ${MAX_LENGTH} characters`);
  }
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += match(SPACE, source, at).length;
    if (at >= source.length) break;
    const quote = source.charAt(at);
    if (quote === '"' || quote === "'") {
      const { text, end } = readText(source, at, quote);
      tokens.push({ kind: 'text', text, index: at });
      at = end;
      continue;
    }
    const token = readToken(source, at);
    tokens.push(token);
    at += token.text.length;
  }
  tokens.push({ kind: 'end', text: '', index: at });
  return tokens;
}

function readToken(source: string, index: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    const text = match(pattern, source, index);
    if (text !== '') return { kind, text, index };
  }
  throw new FormulaError(`unexpected "${source.charAt(index)}" at character ${index + 1}`);
}

const PATTERNS = [
  ['number', NUMBER],
  ['name', NAME],
  ['symbol', SYMBOL],
] as const;

function match(pattern: RegExp, source: string, index: number): string {
  pattern.lastIndex = index;
  return pattern.exec(source)?.[0] ?? '';
}

/** A backslash stands before a quote, itself, `n`, `r` or `t`; before anything else it is one. */
function readText(source: string, start: number, quote: string): { text: string; end: number } {
  let text = '';
  for (let at = start + 1; at < source.length; at++) {
    const char = source.charAt(at);
    if (char === quote) return { text, end: at + 1 };
    if (char !== '\\') {
      text += char;
      continue;
    }
    const next = source.charAt(++at);
    const plain = next === quote || next === '\\' || next === '"' || next === "'";
    text += ESCAPES[next] ?? (plain ? next : `\\${next}`);
  }
  throw new FormulaError(`the text that begins at character ${start + 1} doesn't end`);
}
