import { parseQuery } from '@jetstreamapp/soql-parser-js';
import type { Query } from '@jetstreamapp/soql-parser-js';
import { malformed, pointAtIndex } from './errors.ts';

const STRING = /'(?:\\.|[^'\\])*'/g;
/** The parser forgets the third NOT of a row, and the parentheses before it. */
const THREE_NOTS = /\bNOT[\s(]+NOT[\s(]+NOT\b/i;
/** The longest query that Salesforce takes, characters. */
const MAX_LENGTH = 100_000;

/** The syntax tree of a query, or MALFORMED_QUERY that shows where it stops making sense. */
export function parseSoql(soql: string): Query {
  if (soql.trim() === '') throw malformed("unexpected token: '<EOF>'");
  if (soql.length > MAX_LENGTH) {
    throw malformed(`SOQL statements cannot be longer than ${MAX_LENGTH} characters.`);
  }
  if (THREE_NOTS.test(soql.replaceAll(STRING, "''"))) {
    throw malformed('unexpected token: NOT follows NOT twice at most');
  }
  try {
    return parseQuery(soql);
  } catch (error) {
    throw malformed(explain(soql, error));
  }
}

/** The parser's own messages list every token that would do; Salesforce names the one that doesn't. */
function explain(soql: string, error: unknown): string {
  const { message = '', token } = error as {
    message?: string;
    token?: { image?: string; startOffset?: number };
  };
  const lexed = /unexpected character: ->(.)<- at offset: (\d+)/.exec(message);
  if (lexed !== null) {
    return `${pointAtIndex(soql, Number(lexed[2]))}line 1:${lexed[2]} no viable alternative at character '${lexed[1]}'`;
  }
  const found = token?.image ?? /(?:found: |found --> )'?([^\s']*)'?/.exec(message)?.[1] ?? '';
  if (found === '') return "unexpected token: '<EOF>'";
  const given = token?.startOffset;
  const index = given === undefined || Number.isNaN(given) ? lastWord(soql, found) : given;
  return `${index < 0 ? '' : pointAtIndex(soql, index)}unexpected token: '${found}'`;
}

function lastWord(soql: string, word: string): number {
  return soql.toLowerCase().lastIndexOf(word.toLowerCase());
}
