/** SimpleDateFormat's patterns taken apart. */

export const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );
export const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** A run of one pattern letter, or text between. */
export type Piece = { readonly letter: string; readonly count: number } | { readonly text: string };

const LETTERS = 'GyYMLdHhKkmsSaEuDFwWzZX';

/** Throws a SyntaxError with Java's message for a pattern that isn't one. */
export function piecesOf(pattern: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < pattern.length) {
    const char = pattern[at] ?? '';
    if (char === "'") {
      const { text, end } = quoted(pattern, at);
      pieces.push({ text });
      at = end;
    } else if (/[A-Za-z]/.test(char)) {
      if (!LETTERS.includes(char)) throw new SyntaxError(`Illegal pattern character '${char}'`);
      let count = 1;
      while (pattern[at + count] === char) count += 1;
      if (char === 'X' && count > 3) {
        throw new SyntaxError(`invalid ISO 8601 format: length=${count}`);
      }
      pieces.push({ letter: char, count });
      at += count;
    } else {
      pieces.push({ text: char });
      at += 1;
    }
  }
  return pieces;
}

/** `''` is a quote, inside quoted text and outside. */
function quoted(pattern: string, start: number): { text: string; end: number } {
  if (pattern[start + 1] === "'") return { text: "'", end: start + 2 };
  let text = '';
  for (let at = start + 1; at < pattern.length; at += 1) {
    if (pattern[at] !== "'") text += pattern[at] ?? '';
    else if (pattern[at + 1] === "'") {
      text += "'";
      at += 1;
    } else return { text, end: at + 1 };
  }
  throw new SyntaxError('Unterminated quote');
}
