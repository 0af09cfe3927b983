import { makeField } from '../org/field-spec.ts';
import type { FieldDef, FieldType, FieldValue } from '../org/types.ts';
import { isoDate } from './date-literals.ts';

/** What a function makes of a value, and of which type that is. */
export interface FieldFunction {
  field(argument: FieldDef): FieldDef;
  of(value: FieldValue): FieldValue;
}

const DAY_MS = 86_400_000;
const quarter = (date: Date): number => Math.floor(date.getUTCMonth() / 3) + 1;
const dayInYear = (date: Date): number =>
  Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / DAY_MS) + 1;

const PARTS: Readonly<Record<string, (date: Date) => number>> = {
  CALENDAR_YEAR: (date) => date.getUTCFullYear(),
  CALENDAR_QUARTER: quarter,
  CALENDAR_MONTH: (date) => date.getUTCMonth() + 1,
  FISCAL_YEAR: (date) => date.getUTCFullYear(),
  FISCAL_QUARTER: quarter,
  FISCAL_MONTH: (date) => date.getUTCMonth() + 1,
  DAY_IN_MONTH: (date) => date.getUTCDate(),
  DAY_IN_WEEK: (date) => date.getUTCDay() + 1,
  DAY_IN_YEAR: dayInYear,
  HOUR_IN_DAY: (date) => date.getUTCHours(),
  WEEK_IN_MONTH: (date) => Math.ceil(date.getUTCDate() / 7),
  WEEK_IN_YEAR: (date) => Math.ceil(dayInYear(date) / 7),
};

const AS_IT_IS: FieldFunction = { field: (argument) => argument, of: (value) => value };

const FUNCTIONS: Readonly<Record<string, FieldFunction>> = {
  DAY_ONLY: {
    field: (argument) => returning(argument, 'date'),
    of: (value) => (value === null ? null : isoDate(toDate(value).getTime())),
  },
  TOLABEL: AS_IT_IS,
  FORMAT: AS_IT_IS,
  CONVERTCURRENCY: AS_IT_IS,
  CONVERTTIMEZONE: AS_IT_IS,
};

/** Functions of one field: parts of dates; labels, formats and time zones are the stored values here. */
export function functionOf(name: string): FieldFunction | undefined {
  const part = PARTS[name.toUpperCase()];
  if (part === undefined) return FUNCTIONS[name.toUpperCase()];
  return {
    field: (argument) => returning(argument, 'int'),
    of: (value) => (value === null ? null : part(toDate(value))),
  };
}

function returning({ name, label }: FieldDef, type: FieldType): FieldDef {
  return makeField({ name, label, type });
}

function toDate(value: FieldValue): Date {
  return new Date(typeof value === 'number' ? value : String(value));
}
