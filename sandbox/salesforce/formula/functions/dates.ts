import { add, decimal, divide, fromNumber, toNumber } from '../decimal.ts';
import { FormulaValueError } from '../errors.ts';
import { DAY_MS, dayOf, parseDay } from '../value.ts';
import type { Day, Instant, Value } from '../value.ts';
import { dayOrNull, instantOrNull, numberOf, of, timeOrNull, wholeOf } from './define.ts';
import type { FunctionDef, Functions } from './define.ts';

const number = (value: number): Value => decimal(BigInt(Math.trunc(value)));
const dateOf = ({ day }: Day): Date => new Date(day * DAY_MS);
const byDate = (work: (date: Date) => number): FunctionDef =>
  of(dayOrNull, (day) => number(work(dateOf(day))));
const byTime = (unit: number, size: number): FunctionDef =>
  of(timeOrNull, ({ ms }) => number(Math.floor(ms / unit) % size));

const toDay = (ms: number): Day => ({ kind: 'date', day: Math.floor(ms / DAY_MS) });
const timeOf = (ms: number): Value => ({ kind: 'time', ms: ((ms % DAY_MS) + DAY_MS) % DAY_MS });

/** `2026-11-24 09:00:00`, in GMT. */
function parseInstant(text: string): Instant {
  const match =
    /^(\d{4})-(\d{1,2})-(\d{1,2})[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/.exec(
      text.trim(),
    );
  if (match === null) throw new FormulaValueError(`"${text}" is no date and time`);
  const [, year = '', month = '', day = '', hours = '', minutes = '', seconds = '0'] = match;
  const date = dayOf(Number(year), Number(month), Number(day));
  const time = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000;
  return { kind: 'datetime', ms: date.day * DAY_MS + time };
}

/** `17:30:45.125`. */
function parseTime(text: string): Value {
  const match = /^(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?$/.exec(text.trim());
  if (match === null) throw new FormulaValueError(`"${text}" is no time of day`);
  const [, hours = '', minutes = '', seconds = '', fraction = ''] = match;
  const ms =
    Number(hours) * 3_600_000 +
    Number(minutes) * 60_000 +
    Number(seconds) * 1000 +
    Number(fraction.padEnd(3, '0'));
  return { kind: 'time', ms };
}

/** The last day of a month stays the last one. */
function addMonths([date = null, months = null]: readonly Value[]): Value {
  if (date === null || months === null) return null;
  const instant = typeof date === 'object' && date.kind === 'datetime' ? date : null;
  const day = instant === null ? dayOrNull(date) : toDay(instant.ms);
  if (day === null) return null;
  const start = dateOf(day);
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth()];
  const isLast = start.getUTCDate() === lastDay(year, month);
  const to = month + wholeOf(months);
  const last = lastDay(year, to);
  const moved = Date.UTC(year, to, isLast ? last : Math.min(start.getUTCDate(), last));
  if (Number.isNaN(moved)) throw new FormulaValueError('there is no such date');
  if (instant === null) return toDay(moved);
  return { kind: 'datetime', ms: moved + (instant.ms - day.day * DAY_MS) };
}

function lastDay(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

function dayOfYear(date: Date): number {
  return (date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 0)) / DAY_MS;
}

export const DATES: Functions = {
  TODAY: { min: 0, max: 0, run: (_, { now }) => toDay(now) },
  NOW: { min: 0, max: 0, run: (_, { now }) => ({ kind: 'datetime', ms: now }) },
  TIMENOW: { min: 0, max: 0, run: (_, { now }) => timeOf(now) },
  DATE: {
    min: 3,
    max: 3,
    run: (args) => {
      if (args.includes(null)) return null;
      const [year = 0, month = 0, day = 0] = args.map(wholeOf);
      return dayOf(year, month, day);
    },
  },
  DATEVALUE: {
    min: 1,
    max: 1,
    run: ([value = null]) => {
      if (value === null || value === '') return null;
      if (typeof value === 'string') return parseDay(value);
      if (typeof value === 'object' && value.kind === 'date') return value;
      const instant = instantOrNull(value);
      return instant === null ? null : toDay(instant.ms);
    },
  },
  DATETIMEVALUE: {
    min: 1,
    max: 1,
    run: ([value = null]) => {
      if (value === null || value === '') return null;
      if (typeof value === 'string') return parseInstant(value);
      if (typeof value === 'object' && value.kind === 'datetime') return value;
      const day = dayOrNull(value);
      return day === null ? null : { kind: 'datetime', ms: day.day * DAY_MS };
    },
  },
  TIMEVALUE: {
    min: 1,
    max: 1,
    run: ([value = null]) => {
      if (value === null || value === '') return null;
      if (typeof value === 'string') return parseTime(value);
      if (typeof value === 'object' && value.kind === 'time') return value;
      const instant = instantOrNull(value);
      return instant === null ? null : timeOf(instant.ms);
    },
  },
  YEAR: byDate((date) => date.getUTCFullYear()),
  MONTH: byDate((date) => date.getUTCMonth() + 1),
  DAY: byDate((date) => date.getUTCDate()),
  WEEKDAY: byDate((date) => date.getUTCDay() + 1),
  DAYOFYEAR: byDate(dayOfYear),
  HOUR: byTime(3_600_000, 24),
  MINUTE: byTime(60_000, 60),
  SECOND: byTime(1000, 60),
  MILLISECOND: byTime(1, 1000),
  ADDMONTHS: { min: 2, max: 2, run: addMonths },
  UNIXTIMESTAMP: of(instantOrNull, ({ ms }) => fromNumber(ms / 1000) ?? null),
  FROMUNIXTIME: of(numberOf, (seconds) => ({ kind: 'datetime', ms: toNumber(seconds) * 1000 })),
};

/** A date, an instant or a time moved by days (a time: by ms); undefined where it is none of them. */
export function moved(value: Value, by: Value, sign: 1 | -1): Value | undefined {
  if (value === null || typeof value !== 'object' || value.kind === 'number') return undefined;
  if (value.kind === 'place') return undefined;
  const amount = numberOf(by);
  if (amount === null) return null;
  const delta = toNumber(amount) * sign;
  if (value.kind === 'time') return timeOf(value.ms + Math.trunc(delta));
  if (value.kind === 'date') return { kind: 'date', day: Math.floor(value.day + delta) };
  return { kind: 'datetime', ms: Math.round(value.ms + delta * DAY_MS) };
}

/** Days between two dates or instants, ms between two times; undefined for anything else. */
export function between(a: Value, b: Value): Value | undefined {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return undefined;
  if (a.kind === 'date' && b.kind === 'date') return number(a.day - b.day);
  if (a.kind === 'time' && b.kind === 'time') return number(a.ms - b.ms);
  if (a.kind !== 'datetime' || b.kind !== 'datetime') return undefined;
  return divide(
    add(decimal(BigInt(Math.trunc(a.ms))), decimal(-BigInt(Math.trunc(b.ms)))),
    decimal(BigInt(DAY_MS)),
  );
}
