/** toLabel, FORMAT and convertCurrency: how the SELECT list shows a field. */
import type { FieldDef, FieldValue, RecordValues } from '../org/types.ts';
import type { Context } from './context.ts';
import { malformed } from './errors.ts';
import { domainOf } from './fields.ts';
import { soleField } from './functions.ts';
import { valueToJson } from './record-json.ts';
import type { ReadField } from './record-json.ts';
import type { Path, Scope } from './scope.ts';
import type { Call } from './syntax/tree.ts';

/** The org has one currency. */
const CURRENCY = 'USD';

/** `read` takes the record that the path leads to. */
export function shownField(
  call: Call,
  scope: Scope,
): { readonly path: Path; readonly read: ReadField } {
  const [argument] = call.args;
  switch (call.name) {
    case 'FORMAT': {
      const inner = argument?.kind === 'call' ? convertible(argument.call) : call;
      const { path, value } = valueOf(inner, scope);
      const show = formatter(path.field, scope.context);
      return { path, read: (record) => show(value(record)) };
    }
    case 'TOLABEL':
      return labelled(call, scope);
    case 'CONVERTCURRENCY': {
      const { path, value } = valueOf(call, scope);
      return { path, read: (record) => valueToJson(path.field, value(record)) };
    }
    default:
      throw malformed(`unexpected token: '${call.name}'`);
  }
}

function convertible(call: Call): Call {
  if (call.name === 'CONVERTCURRENCY' || call.name === 'CONVERTTIMEZONE') return call;
  throw malformed(`unexpected token: '${call.name}'`);
}

function valueOf(
  call: Call,
  scope: Scope,
): { readonly path: Path; readonly value: (record: RecordValues) => FieldValue } {
  const path = scope.resolve(soleField(call));
  if (call.name === 'CONVERTCURRENCY' && path.field.type !== 'currency') {
    throw malformed(`convertCurrency takes a currency field, which ${path.field.name} is not`);
  }
  return { path, value: scope.reader(path.steps, path.field) };
}

/** Every label is its value: the org has no translations. */
function labelled(call: Call, scope: Scope): { readonly path: Path; readonly read: ReadField } {
  const { path, value } = valueOf(call, scope);
  if (domainOf(path.field) !== 'text') {
    throw malformed(`toLabel takes a picklist, which ${path.field.name} is not`);
  }
  return { path, read: value };
}

/** As the user's language and time zone have it. */
export function formatter(
  field: FieldDef,
  { locale, zone }: Context,
): (value: FieldValue) => FieldValue {
  const { type, scale } = field;
  const show = <T>(format: (value: number) => T) => {
    return (value: FieldValue): FieldValue | T =>
      typeof value === 'number' ? format(value) : value;
  };
  switch (type) {
    case 'currency': {
      const digits = { minimumFractionDigits: scale, maximumFractionDigits: scale };
      const money = { style: 'currency', currency: CURRENCY, ...digits } as const;
      const shown = new Intl.NumberFormat(locale, money);
      return show((value) => shown.format(value));
    }
    case 'percent':
    case 'double':
    case 'int': {
      const digits = {
        minimumFractionDigits: type === 'int' ? 0 : scale,
        maximumFractionDigits: 18,
      };
      const shown = new Intl.NumberFormat(locale, digits);
      return show((value) => shown.format(value) + (type === 'percent' ? '%' : ''));
    }
    case 'datetime': {
      const parts = { dateStyle: 'short', timeStyle: 'short', timeZone: 'GMT' } as const;
      const shown = new Intl.DateTimeFormat(locale, parts);
      return show((value) => shown.format(zone.toLocal(value)));
    }
    case 'date': {
      const shown = new Intl.DateTimeFormat(locale, { timeZone: 'GMT' });
      return (value) => (typeof value === 'string' ? shown.format(Date.parse(value)) : value);
    }
    case 'time': {
      const shown = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'GMT' });
      return show((value) => shown.format(value));
    }
    default:
      return (value) => value;
  }
}
