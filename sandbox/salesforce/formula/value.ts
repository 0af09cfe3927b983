/** The values that formulas are about, and how fields' values become them and come of them. */
import type { FieldDef, FieldValue } from '../org/types.ts';
import { FormulaValueError } from './errors.ts';
import { decimal, fromNumber, multiply, round, toNumber, toText } from './decimal.ts';
import type { Decimal } from './decimal.ts';

export type Value = null | string | boolean | Decimal | Day | Instant | TimeOfDay | Place;

export interface Day {
  readonly kind: 'date';
  /** Days since 1970-01-01. */
  readonly day: number;
}
export interface Instant {
  readonly kind: 'datetime';
  /** Epoch ms. */
  readonly ms: number;
}
export interface TimeOfDay {
  readonly kind: 'time';
  /** Since midnight. */
  readonly ms: number;
}
export interface Place {
  readonly kind: 'place';
  readonly latitude: number;
  readonly longitude: number;
}

export const DAY_MS = 86_400_000;
const NUMERIC = new Set(['int', 'double', 'currency', 'percent']);
const PERCENT = decimal(1n, 2);
const HUNDRED = decimal(100n);
/** Digits that a formula's number may have; more is `#Error!`. */
const MAX_DIGITS = 18;
const FIRST_YEAR = 1000;
const LAST_YEAR = 9999;
/** Of ids inside formulas, which is why there is CASESAFEID. */
const ID_LENGTH = 15;

export function isNumeric(field: Pick<FieldDef, 'type'>): boolean {
  return NUMERIC.has(field.type);
}

/** A percentage is what it stands for: 25 % is 0.25. */
export function fromField(field: FieldDef, value: FieldValue): Value {
  if (value === null || value === '') return field.type === 'boolean' ? false : null;
  switch (field.type) {
    case 'int':
    case 'double':
    case 'currency':
      return fromNumber(Number(value)) ?? null;
    case 'percent': {
      const percent = fromNumber(Number(value));
      return percent === undefined ? null : multiply(percent, PERCENT);
    }
    case 'date':
      return parseDay(String(value));
    case 'datetime':
      return { kind: 'datetime', ms: Number(value) };
    case 'time':
      return { kind: 'time', ms: Number(value) };
    case 'id':
    case 'reference':
      return String(value).slice(0, ID_LENGTH);
    default:
      return typeof value === 'number' ? String(value) : value;
  }
}

/** As a formula field of this type shows it; null where the value is of another type, or too large. */
export function toField(field: FieldDef, value: Value): FieldValue {
  if (field.type === 'boolean') return value === true;
  if (value === null || value === '') return null;
  if (isNumeric(field)) return isDecimal(value) ? toFieldNumber(field, value) : null;
  if (typeof value === 'string') return isTextual(field) ? value : null;
  if (typeof value === 'boolean') return null;
  if (value.kind === 'date' && field.type === 'date') return isoDay(value.day);
  if (value.kind === 'datetime' && field.type === 'datetime') {
    return Math.floor(value.ms / 1000) * 1000;
  }
  return value.kind === 'time' && field.type === 'time' ? value.ms : null;
}

function toFieldNumber(field: FieldDef, value: Decimal): number | null {
  const shown = field.type === 'percent' ? multiply(value, HUNDRED) : value;
  const rounded = round(shown, field.scale);
  const whole = toText(round(rounded, 0)).replace('-', '');
  return whole.length + field.scale > Math.max(MAX_DIGITS, field.precision)
    ? null
    : toNumber(rounded);
}

function isTextual({ type }: FieldDef): boolean {
  return !['date', 'datetime', 'time', 'boolean'].includes(type);
}

export function isDecimal(value: Value): value is Decimal {
  return typeof value === 'object' && value?.kind === 'number';
}

/** Empty texts are null. */
export function isBlank(value: Value): boolean {
  return value === null || value === '';
}

/** As TEXT and `&` show it. */
export function asText(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  switch (value.kind) {
    case 'number':
      return toText(value);
    case 'date':
      return isoDay(value.day);
    case 'datetime':
      return `${new Date(value.ms).toISOString().slice(0, 19).replace('T', ' ')}Z`;
    case 'time':
      return new Date(value.ms).toISOString().slice(11, 23);
    case 'place':
      return `${value.latitude},${value.longitude}`;
  }
}

/** `YYYY-MM-DD`; #Error! outside of the years that a date may have. */
export function isoDay(day: number): string {
  const date = new Date(day * DAY_MS);
  const year = date.getUTCFullYear();
  if (!(year >= FIRST_YEAR && year <= LAST_YEAR)) throw new FormulaValueError('no such date');
  return date.toISOString().slice(0, 10);
}

/** `YYYY-MM-DD`, or #Error!. */
export function parseDay(text: string): Day {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text.trim());
  const [, year = '', month = '', day = ''] = match ?? [];
  return dayOf(Number(year || Number.NaN), Number(month), Number(day));
}

/** Of a calendar date, or #Error! where there is no such day. */
export function dayOf(year: number, month: number, day: number): Day {
  const ms = Date.UTC(year, month - 1, day);
  const date = new Date(ms);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists || year < FIRST_YEAR || year > LAST_YEAR) {
    throw new FormulaValueError('there is no such date');
  }
  return { kind: 'date', day: Math.floor(ms / DAY_MS) };
}
