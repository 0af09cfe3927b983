import { unescape } from './literals.ts';

/** Stand for any text and any character while the rest of a pattern is plain; no text of a record has them. */
export const ANY = '\uFFFE';
export const ONE = '\uFFFF';

/**
 * What LIKE accepts: `%` is any text, `_` any character, a backslash makes them ordinary; case doesn't count. Takes at
 * most text × pattern steps, whatever the pattern.
 */
export function likePattern(literal: string): (value: string) => boolean {
  const marked = literal.replace(/\\[\s\S]|[%_]/g, (found) =>
    found === '%' ? ANY : found === '_' ? ONE : found,
  );
  const pattern = unescape(marked, (plain) => plain).toLowerCase();
  return (value) => matches(value.toLowerCase(), pattern);
}

/** Whether the text is what the pattern says, whose ANY is any text and whose ONE is any character. */
export function matches(text: string, pattern: string): boolean {
  // Going back to the last ANY is enough: what an earlier one took can stay as short as it is.
  let [at, next, star, resume] = [0, 0, -1, 0];
  while (at < text.length) {
    const wanted = pattern[next];
    if (wanted === ANY) {
      star = next++;
      resume = at;
    } else if (wanted === ONE || (wanted !== undefined && wanted === text[at])) {
      at++;
      next++;
    } else if (star >= 0) {
      next = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[next] === ANY) next++;
  return next === pattern.length;
}
