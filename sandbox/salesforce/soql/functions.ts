/** Functions of one field, by themselves in WHERE, GROUP BY and ORDER BY. */
import { makeField } from '../org/field-spec.ts';
import type { FieldDef, FieldType, FieldValue, RecordValues } from '../org/types.ts';
import { isoDate } from './date-literals.ts';
import { distanceColumn } from './distance.ts';
import { malformed } from './errors.ts';
import { domainOf } from './fields.ts';
import type { Column, Scope } from './scope.ts';
import type { Call, Name } from './syntax/tree.ts';
import { GMT } from './zone.ts';
import type { Zone } from './zone.ts';

const DAY_MS = 86_400_000;
const quarter = (date: Date): number => Math.floor(date.getUTCMonth() / 3) + 1;
const dayInYear = (date: Date): number =>
  Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / DAY_MS) + 1;

/** Fiscal years begin in January. */
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

/** What they show is made by `shown-functions.ts`; compared, grouped and sorted are the values. */
const AS_STORED = new Set(['TOLABEL', 'FORMAT', 'CONVERTCURRENCY']);

export function isDateFunction({ name }: Call): boolean {
  return name in PARTS || name === 'DAY_ONLY';
}

export function callColumn(call: Call, scope: Scope): Column<RecordValues> {
  if (call.name === 'DISTANCE') return distanceColumn(call, scope);
  if (isDateFunction(call)) return dateColumn(call, scope);
  if (AS_STORED.has(call.name)) return { ...scope.column(soleField(call)), own: false };
  throw malformed(`unexpected token: '${call.name}'`);
}

/** The one argument of a function, a field. */
export function soleField({ name, args }: Call): Name {
  const [argument, ...more] = args;
  if (argument?.kind === 'field' && more.length === 0) return argument.name;
  throw malformed(`The function ${name} takes one field`);
}

function dateColumn(call: Call, scope: Scope): Column<RecordValues> {
  const { name, zone } = dateArgument(call, scope);
  const column = scope.column(name);
  const domain = domainOf(column.field);
  const whole = call.name === 'DAY_ONLY' || call.name === 'HOUR_IN_DAY';
  if (domain !== 'datetime' && (domain !== 'date' || whole || zone !== GMT)) {
    throw malformed(`field ${column.field.name} does not support aggregate operator ${call.name}`);
  }
  const part = PARTS[call.name];
  const of = (value: FieldValue): FieldValue => {
    if (value === null) return null;
    const local = zone.toLocal(typeof value === 'number' ? value : Date.parse(String(value)));
    return part === undefined ? isoDate(local) : part(new Date(local));
  };
  const field = returning(column.field, part === undefined ? 'date' : 'int');
  return { field, own: false, get: (row) => of(column.get(row)) };
}

/** The field, in GMT, or with convertTimezone in the user's zone. */
function dateArgument(call: Call, scope: Scope): { readonly name: Name; readonly zone: Zone } {
  const [argument] = call.args;
  if (argument?.kind !== 'call') return { name: soleField(call), zone: GMT };
  if (argument.call.name !== 'CONVERTTIMEZONE' || call.args.length > 1) {
    throw malformed(`unexpected token: '${argument.call.name}'`);
  }
  return { name: soleField(argument.call), zone: scope.context.zone };
}

export function returning({ name, label }: FieldDef, type: FieldType): FieldDef {
  return makeField({ name, label, type });
}
