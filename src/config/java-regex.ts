/**
 * Java's regular expressions in JavaScript: the large part both share. Supported besides it: inline
 * flags at the beginning (`(?i)`, `(?s)`, `(?m)`), `\Q…\E`, `\A`, `\z`, `\Z`, named groups, and the ASCII
 * classes `\p{Alpha}`, `\p{Digit}`, `\p{Alnum}`, `\p{Upper}`, `\p{Lower}`, `\p{Punct}`, `\p{Space}`.
 * Refused, by name: possessive quantifiers (`a++`), atomic groups (`(?>…)`), class intersections
 * (`[a-z&&[^b]]`), `\G`, `\R`, `\X`, `\h`.
 */
import { AppError, messageOf } from '../foundation/errors.ts';

const ASCII_CLASSES: Readonly<Record<string, string>> = {
  Alpha: 'A-Za-z',
  Digit: '0-9',
  Alnum: 'A-Za-z0-9',
  Upper: 'A-Z',
  Lower: 'a-z',
  Punct: '!-\\/:-@\\[-`{-~',
  Space: '\\s',
};

/** Looked for with escapes and classes taken out, so that `\\++` or `[*+]` isn't one. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/(?:[*+?]|\{\d+,?\d*\})\+/, 'possessive quantifiers'],
  [/\(\?>/, 'atomic groups'],
];
const REFUSED_CLASSES: readonly (readonly [RegExp, string])[] = [
  [/\[[^\]]*&&/, 'class intersections'],
  [/\\[GRXh]/, '\\G, \\R, \\X and \\h'],
];

/** Compiles; throws a `config` error naming `property` when it can't. */
export function javaRegex(pattern: string, property: string): RegExp {
  try {
    return compile(pattern);
  } catch (cause) {
    throw new AppError('config', 'config.regex', `${property}: ${messageOf(cause)}`, {
      cause,
      path: property,
    });
  }
}

/** As Java's `matches()`: the whole text, also where `(?m)` gives `^` and `$` another meaning. */
export function javaRegexFull(pattern: string, property: string): RegExp {
  const { source, flags } = javaRegex(pattern, property);
  return new RegExp(`(?<![^])(?:${source})(?![^])`, flags);
}

/** What is wrong with a pattern, in Connect's words, or undefined. */
export function javaRegexProblem(pattern: string): string | undefined {
  try {
    compile(pattern);
    return undefined;
  } catch (error) {
    return `Invalid regex: ${messageOf(error)}`;
  }
}

/** Java's replacement text (`$1`, `${name}`, `\$`) as JavaScript's. */
export function javaReplacement(text: string): string {
  return text.replace(/\\(.)|\$\{(\w+)\}|\$(\d)/g, (_match, escaped, name, digit) => {
    if (typeof escaped === 'string') return escaped === '$' ? '$$' : escaped;
    return typeof name === 'string' ? `$<${name}>` : `$${String(digit)}`;
  });
}

function refuse(
  text: string,
  refused: readonly (readonly [RegExp, string])[],
  pattern: string,
): void {
  for (const [found, what] of refused) {
    if (found.test(text)) throw new SyntaxError(`${what} are not supported in ${pattern}`);
  }
}

function compile(pattern: string): RegExp {
  const quoted = pattern.replace(/\\Q(.*?)(?:\\E|$)/gs, (_match, text: string) =>
    text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'),
  );
  const bare = quoted.replace(/\\p\{\w+\}|\\./gs, 'x').replace(/\[[^\]]*\]/g, 'x');
  refuse(bare, REFUSED, pattern);
  refuse(quoted, REFUSED_CLASSES, pattern);
  const inline = /^\(\?([a-z]+)\)/.exec(quoted);
  const flags = inline?.[1] ?? '';
  if (/[^ims]/.test(flags)) throw new SyntaxError(`the flags (?${flags}) are not supported`);
  const source = quoted
    .slice(inline?.[0].length ?? 0)
    .replace(/\\A/g, '^')
    .replace(/\\[zZ]/g, '$')
    .replace(/(\[[^\]]*)?\\p\{(\w+)\}/g, (match, open: string | undefined, name: string) => {
      const ascii = ASCII_CLASSES[name];
      if (ascii === undefined) return match;
      return open === undefined ? `[${ascii}]` : open + ascii;
    });
  return new RegExp(source, `${flags}${/\\p\{/.test(source) ? 'u' : ''}`);
}
