/** The text of a query → its words, each with its place. */
import { malformed, pointAtIndex } from '../errors.ts';

export interface Token {
  readonly kind:
    | 'name'
    | 'string'
    | 'number'
    | 'currency'
    | 'date'
    | 'datetime'
    | 'time'
    | 'symbol'
    | 'end';
  /** As written; a string with its quotes. A name may have dots in it. */
  readonly text: string;
  /** Where it begins, counted from 0. */
  readonly index: number;
}

/** In the order in which they are tried. */
const KINDS: readonly (readonly [Token['kind'] | 'space', RegExp])[] = [
  ['space', /\s+/y],
  ['datetime', /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)/iy],
  ['date', /\d{4}-\d\d-\d\d(?![\w-])/y],
  ['time', /\d\d:\d\d:\d\d(?:\.\d+)?Z?/iy],
  ['number', /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?!\w)/iy],
  ['currency', /[a-z]{3}\d+(?:\.\d+)?(?![\w.])/iy],
  ['name', /[a-z_]\w*(?:\.[a-z_]\w*)*/iy],
  ['string', /'[^'\\]*(?:\\[\s\S][^'\\]*)*'/y],
  ['symbol', /<=|>=|!=|<>|[=<>(),:]/y],
];

/** All tokens and then one of kind `end`; MALFORMED_QUERY at a character that begins none. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let index = 0;
  while (index < text.length) {
    const found = tokenAt(text, index);
    if (found.kind !== 'space') tokens.push({ kind: found.kind, text: found.text, index });
    index += found.text.length;
  }
  tokens.push({ kind: 'end', text: '<EOF>', index });
  return tokens;
}

function tokenAt(
  text: string,
  index: number,
): { readonly kind: Token['kind'] | 'space'; readonly text: string } {
  for (const [kind, pattern] of KINDS) {
    pattern.lastIndex = index;
    const match = pattern.exec(text);
    if (match !== null) return { kind, text: match[0] };
  }
  const line = text.slice(0, index).split('\n');
  const place = `line ${line.length}:${(line.at(-1) ?? '').length}`;
  const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
  const problem =
    character === "'"
      ? `mismatched character '<EOF>' expecting '''`
      : `no viable alternative at character '${character}'`;
  throw malformed(`${pointAtIndex(text, index)}${place} ${problem}`);
}
