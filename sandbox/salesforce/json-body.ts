/** JSON as Salesforce reads it: what is wrong is told in its parser's words, with line and column. */
import { SalesforceError } from './org/types.ts';

/** The value of a body, undefined of an empty one; JSON_PARSER_ERROR where it isn't JSON. */
export function parseJsonBody(text: string): unknown {
  if (text === '') return undefined;
  refuseDepth(text);
  try {
    return JSON.parse(text);
  } catch {
    const { message, offset } = firstProblem(text);
    throw new SalesforceError(400, 'JSON_PARSER_ERROR', `${message} at ${place(text, offset)}`);
  }
}

/** How deep a body may be nested: what reads it may call itself for each level. */
const MAX_DEPTH = 1000;

function refuseDepth(text: string): void {
  if (text.length <= 2 * MAX_DEPTH) return;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === '\\') at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') {
      quoted = true;
    } else if (character === '{' || character === '[') {
      if (++depth > MAX_DEPTH) throw tooDeep(text, at + 1);
    } else if (character === '}' || character === ']') {
      depth--;
    }
  }
}

function tooDeep(text: string, offset: number): SalesforceError {
  const message = `Document nesting depth exceeds the maximum allowed (${MAX_DEPTH})`;
  return new SalesforceError(400, 'JSON_PARSER_ERROR', `${message} at ${place(text, offset)}`);
}

interface Problem {
  readonly message: string;
  /** Characters up to and including the one that is wrong. */
  readonly offset: number;
}

type Expected = 'value' | 'name' | 'firstName' | 'colon' | 'more' | 'firstElement';

const SPACE = /[ \t\n\r]*/y;
/** A whole string, number or word. */
const SCALAR =
  /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_$][\w$]*/y;
const VALUE = "expected a valid value (number, String, array, object, 'true', 'false' or 'null')";
const NAME = 'was expecting double-quote to start field name';
const COLON = 'was expecting a colon to separate field name and value';

/** Walks along until the grammar is broken. */
function firstProblem(text: string): Problem {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  for (let at = match(SPACE, text, 0).length; ; at += match(SPACE, text, at).length) {
    const next = text.charAt(at);
    if (next === '') return endOfInput(open, at);
    const closes = (next === '}' && open.at(-1) === '{') || (next === ']' && open.at(-1) === '[');
    if (closes && (expected === 'more' || expected.startsWith('first'))) {
      open.pop();
      expected = 'more';
      at++;
    } else if (expected === 'more') {
      if (next !== ',' || open.length === 0) return unexpected(text, at, separator(open));
      expected = open.at(-1) === '{' ? 'name' : 'value';
      at++;
    } else if (expected === 'colon') {
      if (next !== ':') return unexpected(text, at, COLON);
      expected = 'value';
      at++;
    } else if (expected === 'name' || expected === 'firstName') {
      if (next !== '"') return unexpected(text, at, NAME);
      const name = match(SCALAR, text, at);
      if (name === '') return openString(text);
      expected = 'colon';
      at += name.length;
    } else if (next === '{' || next === '[') {
      open.push(next);
      expected = next === '{' ? 'firstName' : 'firstElement';
      at++;
    } else {
      const scalar = match(SCALAR, text, at);
      if (scalar === '') return next === '"' ? openString(text) : unexpected(text, at, VALUE);
      if (/^[A-Za-z_$]/.test(scalar) && !['true', 'false', 'null'].includes(scalar)) {
        const message = `Unrecognized token '${scalar}': was expecting 'null', 'true', 'false' or NaN`;
        return { message, offset: at + scalar.length };
      }
      expected = 'more';
      at += scalar.length;
    }
  }
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function separator(open: readonly string[]): string {
  if (open.length === 0) return VALUE;
  const kind = open.at(-1) === '{' ? 'OBJECT' : 'ARRAY';
  return `was expecting comma to separate ${kind} entries`;
}

function unexpected(text: string, at: number, wanted: string): Problem {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const message = `Unexpected character ('${character}' (code ${character.codePointAt(0)})): ${wanted}`;
  return { message, offset: at + 1 };
}

function endOfInput(open: readonly string[], offset: number): Problem {
  const kind = open.at(-1) === '{' ? 'OBJECT' : 'ARRAY';
  const within = open.length === 0 ? '' : ` within/between ${kind} entries`;
  return { message: `Unexpected end-of-input${within}`, offset };
}

function openString(text: string): Problem {
  return {
    message: 'Unexpected end-of-input: was expecting closing quote for a string value',
    offset: text.length,
  };
}

/** Both count from 1; the column is the one after the last character that was read. */
function place(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `[line:${lines.length}, column:${(lines.at(-1) ?? '').length + 1}]`;
}
