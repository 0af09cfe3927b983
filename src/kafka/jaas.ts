/** `sasl.jaas.config` as Java's clients write it: `Module required key="value" key=value;`. */
import { AppError } from '../foundation/errors.ts';

export interface JaasConfig {
  /** The module's simple name: `ScramLoginModule`. */
  readonly module: string;
  readonly options: Readonly<Record<string, string>>;
}

const PROPERTY = 'sasl.jaas.config';
const FLAGS: readonly string[] = ['required', 'requisite', 'sufficient', 'optional'];
/** A quoted text, `=`, `;`, or a word up to one of these. */
const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([=;])|([^\s=;"']+))/gy;

interface Token {
  readonly text: string;
  /** `=` or `;`, not as part of a text. */
  readonly isMark: boolean;
}

/** Throws `config` for text that Java refuses; it never quotes what it read, which may be a password. */
export function parseJaas(text: string): JaasConfig {
  const tokens = tokensOf(text.trim());
  const [module, flag] = tokens;
  if (module === undefined || module.isMark) throw wrong('there is no login module');
  if (flag === undefined || !FLAGS.includes(flag.text.toLowerCase())) {
    throw wrong('after the login module must come "required"');
  }
  const options: Record<string, string> = {};
  let at = 2;
  for (;;) {
    const key = tokens[at];
    if (key === undefined) throw wrong('it must end with a semicolon');
    if (key.isMark && key.text === ';') break;
    const [equals, value] = [tokens[at + 1], tokens[at + 2]];
    if (key.isMark || equals?.text !== '=' || value === undefined || value.isMark) {
      throw wrong(key.isMark ? 'a name is missing' : `the value of ${key.text} is missing`);
    }
    options[key.text] = value.text;
    at += 3;
  }
  if (tokens.length > at + 1) throw wrong('only one login module is read');
  return { module: module.text.slice(module.text.lastIndexOf('.') + 1), options };
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) throw wrong('a quote is not closed');
    const [, double, single, mark, word] = match;
    const quoted = double ?? single;
    tokens.push({
      text: quoted === undefined ? (mark ?? word ?? '') : quoted.replaceAll(/\\(.)/g, '$1'),
      isMark: mark !== undefined,
    });
  }
  return tokens;
}

function wrong(problem: string): AppError {
  return new AppError('config', 'kafka.jaas', `${PROPERTY}: ${problem}.`, {
    path: PROPERTY,
    suggestion:
      'For example: org.apache.kafka.common.security.plain.PlainLoginModule required username="…" password="…";',
  });
}
