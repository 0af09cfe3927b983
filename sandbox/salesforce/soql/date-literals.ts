/** `TODAY`, `LAST_N_DAYS:3`, `THIS_QUARTER` … as spans of time. The org's time zone is GMT, weeks begin on Sunday. */

/** From `start` up to, not including, `end`; epoch ms. */
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
const FIXED = /^(LAST|THIS|NEXT)_(?:FISCAL_)?(WEEK|MONTH|QUARTER|YEAR)$/;
const COUNTED = /^(LAST|NEXT)_N_(?:FISCAL_)?(DAY|WEEK|MONTH|QUARTER|YEAR)S$/;
const AGO = /^N_(?:FISCAL_)?(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO$/;

/** Undefined where there is no such literal. Fiscal years are calendar years. */
export function spanOf(literal: string, now: number): Span | undefined {
  const [word = '', count = '0'] = literal.toUpperCase().split(':');
  const parts = NAMED[word] ?? fixed(word) ?? counted(word, Number(count));
  if (parts === undefined) return undefined;
  const [unit, from, length] = parts;
  return { start: startOf(unit, now, from), end: startOf(unit, now, from + length) };
}

function fixed(word: string): readonly [Unit, number, number] | undefined {
  const [, which, unit] = FIXED.exec(word) ?? [];
  return unit === undefined ? undefined : [unit as Unit, STEP[which ?? ''] ?? 0, 1];
}

/** The last n days include today, as Salesforce has it; the last n of longer units don't include the current one. */
function counted(word: string, n: number): readonly [Unit, number, number] | undefined {
  const [, ago] = AGO.exec(word) ?? [];
  if (ago !== undefined) return [ago as Unit, -n, 1];
  const [, which, unit] = COUNTED.exec(word) ?? [];
  if (unit === undefined) return undefined;
  if (which === 'NEXT') return [unit as Unit, 1, n];
  return [unit as Unit, -n, unit === 'DAY' ? n + 1 : n];
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
