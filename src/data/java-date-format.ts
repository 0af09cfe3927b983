/**
 * Java's SimpleDateFormat in UTC and English: patterns of `G y Y M L d H h K k m s S a E u D F w W z Z X`, quotes, any
 * other characters as they are. `java-date-parse.ts` reads with the same pieces.
 */
import { readPieces } from './java-date-parse.ts';
import { DAYS, MONTHS, piecesOf } from './java-date-pattern.ts';
import type { Piece } from './java-date-pattern.ts';
import { MS_PER_DAY } from './temporal.ts';

export interface DateFormat {
  readonly pattern: string;
  format(millis: number): string;
  /** Epoch ms, or undefined when the text doesn't begin as the pattern says; lenient, as Java is. */
  parse(text: string): number | undefined;
}

/** Throws a SyntaxError with Java's message for a pattern that isn't one. */
export function dateFormat(pattern: string): DateFormat {
  const pieces = piecesOf(pattern);
  return {
    pattern,
    format: (millis) => pieces.map((piece) => written(piece, new Date(millis))).join(''),
    parse: (text) => readPieces(pieces, text),
  };
}

function written(piece: Piece, at: Date): string {
  if ('text' in piece) return piece.text;
  const { letter, count } = piece;
  const padded = (value: number): string => String(value).padStart(count, '0');
  const year = at.getUTCFullYear();
  const hour = at.getUTCHours();
  switch (letter) {
    case 'G':
      return year > 0 ? 'AD' : 'BC';
    case 'y':
      return shortened(year > 0 ? year : 1 - year, count);
    case 'Y':
      return shortened(weekOf(at).year, count);
    case 'M':
    case 'L': {
      const month = MONTHS[at.getUTCMonth()] ?? '';
      if (count >= 4) return month;
      return count === 3 ? month.slice(0, 3) : padded(at.getUTCMonth() + 1);
    }
    case 'd':
      return padded(at.getUTCDate());
    case 'H':
      return padded(hour);
    case 'k':
      return padded(hour === 0 ? 24 : hour);
    case 'K':
      return padded(hour % 12);
    case 'h':
      return padded(hour % 12 === 0 ? 12 : hour % 12);
    case 'm':
      return padded(at.getUTCMinutes());
    case 's':
      return padded(at.getUTCSeconds());
    case 'S':
      return padded(at.getUTCMilliseconds());
    case 'a':
      return hour < 12 ? 'AM' : 'PM';
    case 'E': {
      const day = DAYS[at.getUTCDay()] ?? '';
      return count >= 4 ? day : day.slice(0, 3);
    }
    case 'u':
      return padded(at.getUTCDay() === 0 ? 7 : at.getUTCDay());
    case 'D':
      return padded(dayOfYear(at));
    case 'F':
      return padded(Math.floor((at.getUTCDate() - 1) / 7) + 1);
    case 'w':
      return padded(weekOf(at).week);
    case 'W': {
      const first = new Date(Date.UTC(year, at.getUTCMonth(), 1)).getUTCDay();
      return padded(Math.floor((at.getUTCDate() - 1 + first) / 7) + 1);
    }
    case 'z':
      return count >= 4 ? 'Coordinated Universal Time' : 'UTC';
    case 'Z':
      return '+0000';
    default:
      return 'Z';
  }
}

function shortened(year: number, count: number): string {
  return count === 2 ? String(year % 100).padStart(2, '0') : String(year).padStart(count, '0');
}

function dayOfYear(at: Date): number {
  const first = new Date(0);
  first.setUTCFullYear(at.getUTCFullYear(), 0, 1);
  return Math.floor((at.getTime() - first.getTime()) / MS_PER_DAY) + 1;
}

/** Weeks as in the United States: from Sunday, the first is the one with January 1. */
function weekOf(at: Date): { year: number; week: number } {
  const saturday = new Date(at.getTime() + (6 - at.getUTCDay()) * MS_PER_DAY);
  const year = saturday.getUTCFullYear();
  return { year, week: Math.floor((dayOfYear(saturday) - 1) / 7) + 1 };
}
