/** `TODAY`, `LAST_N_DAYS:3`, `THIS_QUARTER` … as spans of local time. Weeks begin on Sunday, fiscal years in January. */

/** From `start` up to, not including, `end`; wall-clock time (see `zone.ts`). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

type Unit = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

const NAMED: Readonly<Record<string, readonly [unit: Unit, from: number, length: number]>> = {
  YESTERDAY: ['DAY', -1, 1],
  TODAY: ['DAY', 0, 1],
  TOMORROW: ['DAY', 1, 1],
  LAST_90_DAYS: ['DAY', -90, 91],
  NEXT_90_DAYS: ['DAY', 1, 90],
};
const STEP: Readonly<Record<string, number>> = { LAST: -1, THIS: 0, NEXT: 1 };
const FIXED = /^(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)$/;
const COUNTED = /^(LAST|NEXT)_N_(DAY|WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)S$/;
const AGO = /^N_(DAY|WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)S_AGO$/;

/** Whether there is such a literal; those that count come with their number. */
export function isDateLiteral(literal: string): boolean {
  return partsOf(literal) !== undefined;
}

/** Undefined where there is no such literal, or it lies beyond all dates. `now` is wall-clock time. */
export function spanOf(literal: string, now: number): Span | undefined {
  const parts = partsOf(literal);
  if (parts === undefined) return undefined;
  const [unit, from, length] = parts;
  const span = { start: startOf(unit, now, from), end: startOf(unit, now, from + length) };
  return Number.isNaN(span.start) || Number.isNaN(span.end) ? undefined : span;
}

function partsOf(literal: string): readonly [Unit, number, number] | undefined {
  const [word = '', count] = literal.toUpperCase().split(':');
  return count === undefined ? (NAMED[word] ?? fixed(word)) : counted(word, Number(count));
}

function toUnit(word: string): Unit {
  return word.replace('FISCAL_', '') as Unit;
}

function fixed(word: string): readonly [Unit, number, number] | undefined {
  const [, which, unit] = FIXED.exec(word) ?? [];
  return unit === undefined ? undefined : [toUnit(unit), STEP[which ?? ''] ?? 0, 1];
}

/** The last n days include today, as Salesforce has it; the last n of longer units don't include the current one. */
function counted(word: string, n: number): readonly [Unit, number, number] | undefined {
  const [, ago] = AGO.exec(word) ?? [];
  if (ago !== undefined) return [toUnit(ago), -n, 1];
  const [, which, unit] = COUNTED.exec(word) ?? [];
  if (unit === undefined) return undefined;
  if (which === 'NEXT') return [toUnit(unit), 1, n];
  return [toUnit(unit), -n, unit === 'DAY' ? n + 1 : n];
}

/** Midnight at which the unit `offset` away from the current one begins. */
function startOf(unit: Unit, now: number, offset: number): number {
  const date = new Date(now);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (unit) {
    case 'DAY':
      return Date.UTC(year, month, day + offset);
    case 'WEEK':
      return Date.UTC(year, month, day - date.getUTCDay() + 7 * offset);
    case 'MONTH':
      return Date.UTC(year, month + offset);
    case 'QUARTER':
      return Date.UTC(year, month - (month % 3) + 3 * offset);
    case 'YEAR':
      return Date.UTC(year + offset, 0);
  }
}

export function isoDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
