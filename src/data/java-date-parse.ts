/** Reading by the pieces of a SimpleDateFormat pattern: lenient (the 32nd of January is a day), text behind the end ignored. */
import { DAYS, MONTHS } from './java-date-pattern.ts';
import type { Piece } from './java-date-pattern.ts';

/** What was read, by pattern letter; `zone` in minutes east of UTC. */
type Read = Map<string, number>;

/** Two digits of a year mean one from here on; Java's begins 80 years before today. */
const FIRST_SHORT_YEAR = 1950;

export function readPieces(pieces: readonly Piece[], text: string): number | undefined {
  const read: Read = new Map();
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    if ('text' in piece) {
      if (!text.startsWith(piece.text, at)) return undefined;
      at += piece.text.length;
      continue;
    }
    while (text[at] === ' ' || text[at] === '\t') at += 1;
    const next = pieces[index + 1];
    const exact = next !== undefined && 'letter' in next ? piece.count : undefined;
    const end = readField(piece, exact, text, at, read);
    if (end === undefined) return undefined;
    at = end;
  }
  return at === 0 ? undefined : resolve(read);
}

/** Where the field ends. `exact` digits where another field follows at once. */
function readField(
  { letter, count }: { letter: string; count: number },
  exact: number | undefined,
  text: string,
  at: number,
  read: Read,
): number | undefined {
  const rest = text.slice(at);
  if (letter === 'E') return named(rest, at, DAYS, () => undefined);
  if ((letter === 'M' || letter === 'L') && count >= 3) {
    return named(rest, at, MONTHS, (index) => read.set('M', index + 1));
  }
  if (letter === 'a') return choice(rest, at, ['AM', 'PM'], (index) => read.set('a', index));
  if (letter === 'G') return choice(rest, at, ['BC', 'AD'], (index) => read.set('G', index));
  if (letter === 'z' || letter === 'Z' || letter === 'X') return zone(letter, rest, at, read);
  if (exact !== undefined && rest.length < exact) return undefined;
  const digits = /^-?\d+/.exec(exact === undefined ? rest : rest.slice(0, exact))?.[0];
  if (digits === undefined) return undefined;
  const value = Number(digits);
  read.set(letter, letter === 'y' && count <= 2 && /^\d\d$/.test(digits) ? century(value) : value);
  return at + digits.length;
}

/** The longest of the full and short names that the text begins with, case ignored. */
function named(
  rest: string,
  at: number,
  names: readonly string[],
  found: (index: number) => void,
): number | undefined {
  const lower = rest.toLowerCase();
  for (const length of [undefined, 3]) {
    const index = names.findIndex((name) => lower.startsWith(name.slice(0, length).toLowerCase()));
    if (index >= 0) {
      found(index);
      return at + (names[index]?.slice(0, length).length ?? 0);
    }
  }
  return undefined;
}

function choice(
  rest: string,
  at: number,
  names: readonly string[],
  found: (index: number) => void,
): number | undefined {
  const index = names.findIndex((name) => rest.toUpperCase().startsWith(name));
  if (index < 0) return undefined;
  found(index);
  return at + 2;
}

function zone(letter: string, rest: string, at: number, read: Read): number | undefined {
  const named_ = letter === 'X' ? /^Z/.exec(rest) : /^(?:UTC|GMT(?![+-]))/i.exec(rest);
  if (named_ !== null) {
    read.set('zone', 0);
    return at + named_[0].length;
  }
  const offset =
    letter === 'X'
      ? /^([+-])(\d\d)(?::?(\d\d))?/.exec(rest)
      : /^(?:GMT)?([+-])(\d{1,2}):?(\d\d)/i.exec(rest);
  if (offset === null) return undefined;
  const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
  read.set('zone', offset[1] === '-' ? -minutes : minutes);
  return at + offset[0].length;
}

function century(twoDigits: number): number {
  const year = 1900 + twoDigits;
  return year < FIRST_SHORT_YEAR ? year + 100 : year;
}

function resolve(read: Read): number {
  const at = new Date(0);
  const era = read.get('y') ?? 1970;
  const year = read.get('G') === 0 ? 1 - era : era;
  const dayOfYear = read.get('D');
  if (dayOfYear !== undefined && !read.has('M') && !read.has('d')) {
    at.setUTCFullYear(year, 0, dayOfYear);
  } else {
    at.setUTCFullYear(year, (read.get('M') ?? 1) - 1, read.get('d') ?? 1);
  }
  at.setUTCHours(hours(read), read.get('m') ?? 0, read.get('s') ?? 0, read.get('S') ?? 0);
  return at.getTime() - (read.get('zone') ?? 0) * 60_000;
}

function hours(read: Read): number {
  const whole = read.get('H') ?? read.get('k');
  if (whole !== undefined) return whole === 24 && read.has('k') ? 0 : whole;
  const half = read.get('h') ?? read.get('K') ?? 0;
  return (half === 12 && read.has('h') ? 0 : half) + 12 * (read.get('a') ?? 0);
}
