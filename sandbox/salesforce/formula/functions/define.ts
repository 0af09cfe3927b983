import { toNumber, truncate } from '../decimal.ts';
import type { Decimal } from '../decimal.ts';
import { FormulaValueError } from '../errors.ts';
import { asText, isDecimal } from '../value.ts';
import type { Day, Instant, Place, TimeOfDay, Value } from '../value.ts';

/** What a function may know beside its arguments. */
export interface Moment {
  /** Epoch ms. */
  readonly now: number;
}

/** A function whose arguments are all worked out first. */
export interface FunctionDef {
  readonly min: number;
  readonly max: number;
  /** Throws FormulaValueError where there is no result. */
  readonly run: (args: readonly Value[], moment: Moment) => Value;
}

export type Functions = Readonly<Record<string, FunctionDef>>;

/** Of numbers; null where one of them is. */
export function numeric(
  count: number | readonly [number, number],
  work: (...numbers: Decimal[]) => Value | undefined,
): FunctionDef {
  const [min, max] = typeof count === 'number' ? [count, count] : count;
  const run = (args: readonly Value[]): Value => {
    const numbers = args.map(numberOf);
    if (numbers.includes(null)) return null;
    const result = work(...numbers.filter((each) => each !== null));
    if (result === undefined) throw new FormulaValueError('there is no such number');
    return result;
  };
  return { min, max, run };
}

/** Of texts, where nothing counts as an empty one. */
export function textual(count: number, work: (...texts: string[]) => Value): FunctionDef {
  return { min: count, max: count, run: (args) => work(...args.map(textOf)) };
}

/** Of one value of a kind; null where that is. */
export function of<T extends Value>(
  read: (value: Value) => T | null,
  work: (value: T) => Value,
): FunctionDef {
  const run = ([arg = null]: readonly Value[]): Value => {
    const value = read(arg);
    return value === null ? null : work(value);
  };
  return { min: 1, max: 1, run };
}

export function numberOf(value: Value): Decimal | null {
  if (value === null || isDecimal(value)) return value;
  throw mismatch('a number', value);
}

/** Of lengths and positions: whole, or 0. */
export function wholeOf(value: Value): number {
  const number = numberOf(value);
  return number === null ? 0 : toNumber(truncate(number, 0));
}

export function textOf(value: Value): string {
  if (value === null || typeof value === 'string') return value ?? '';
  throw mismatch('a text', value);
}

export function dayOrNull(value: Value): Day | null {
  if (isEmpty(value)) return null;
  if (typeof value === 'object' && value.kind === 'date') return value;
  throw mismatch('a date', value);
}

export function instantOrNull(value: Value): Instant | null {
  if (isEmpty(value)) return null;
  if (typeof value === 'object' && value.kind === 'datetime') return value;
  throw mismatch('a date and time', value);
}

export function timeOrNull(value: Value): TimeOfDay | null {
  if (isEmpty(value)) return null;
  if (typeof value === 'object' && value.kind === 'time') return value;
  throw mismatch('a time', value);
}

export function placeOrNull(value: Value): Place | null {
  if (isEmpty(value)) return null;
  if (typeof value === 'object' && value.kind === 'place') return value;
  throw mismatch('a place', value);
}

function isEmpty(value: Value): value is null | '' {
  return value === null || value === '';
}

function mismatch(wanted: string, value: Value): FormulaValueError {
  return new FormulaValueError(`${wanted} is needed, not "${asText(value).slice(0, 40)}"`);
}
