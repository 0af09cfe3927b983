/**
 * Java's `.properties` format: `key=value`, `key: value` or `key value`, `#` and `!` comments, a
 * backslash at the end of a line continues it, `\uXXXX`, `\t`, `\n`, `\r`, `\f`; any other escaped
 * character stands for itself. A later line with the same key wins. Text is UTF-8.
 */
export function parseProperties(text: string): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const line of logicalLines(text)) {
    const [key, value] = split(line);
    properties[unescape(key)] = unescape(value);
  }
  return properties;
}

/** Lines without comments and blanks, continuations joined, leading whitespace off. */
function* logicalLines(text: string): Generator<string> {
  let pending: string | undefined;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const natural = line.replace(/^[ \t\f]+/, '');
    // Only a line that doesn't continue another may be a comment or blank.
    if (pending === undefined && (natural === '' || /^[#!]/.test(natural))) continue;
    const joined = (pending ?? '') + natural;
    if (continues(natural)) {
      pending = joined.slice(0, -1);
    } else {
      pending = undefined;
      yield joined;
    }
  }
  if (pending !== undefined && pending !== '') yield pending;
}

/** An odd number of backslashes at the end. */
function continues(line: string): boolean {
  return (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1;
}

/** At the first separator that isn't escaped; whitespace around it is no part of either. */
function split(line: string): [key: string, value: string] {
  const key = /^(?:\\.|[^\\=: \t\f])*/s.exec(line)?.[0] ?? '';
  const rest = line.slice(key.length).replace(/^[ \t\f]*[=:]?[ \t\f]*/, '');
  return [key, rest];
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescape(text: string): string {
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|(.)|$)/gs,
    (_match, code: string | undefined, character: string | undefined) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      return character === undefined ? '' : (ESCAPES[character] ?? character);
    },
  );
}
