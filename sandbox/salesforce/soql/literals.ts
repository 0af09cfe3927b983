import { normalizeId } from '../org/ids.ts';
import type { SalesforceError } from '../org/types.ts';
import type { FieldDef, FieldValue } from '../org/types.ts';
import type { Context } from './context.ts';
import { isoDate, spanOf } from './date-literals.ts';
import { invalidField, invalidOperator, malformed } from './errors.ts';
import { domainOf } from './fields.ts';
import type { Domain } from './fields.ts';
import type { Literal } from './syntax/tree.ts';

/** What a field is compared with: one value, or everything from `start` up to, not including, `end`. */
export type Operand =
  | { readonly kind: 'value'; readonly value: FieldValue }
  | { readonly kind: 'span'; readonly start: FieldValue; readonly end: FieldValue };

const FITTING: Record<Exclude<Domain, 'compound'>, readonly Literal['kind'][]> = {
  id: ['string'],
  text: ['string'],
  number: ['number', 'currency'],
  boolean: ['boolean'],
  date: ['date', 'dateLiteral'],
  datetime: ['datetime', 'dateLiteral'],
  time: ['time'],
};

/** The operand in the terms of the field's stored values; INVALID_FIELD where the literal doesn't fit. */
export function toOperand(field: FieldDef, literal: Literal, context: Context): Operand {
  const { kind, text } = literal;
  if (kind === 'null') return value(null);
  const domain = domainOf(field);
  if (domain === 'compound' || !FITTING[domain].includes(kind)) throw mismatch(field);
  switch (domain) {
    case 'id':
      return value(toId(unquote(text)));
    case 'text':
      return value(unquote(text) || null);
    case 'number':
      return value(Number(text.replace(/^[a-z]{3}(?=\d)/i, '')));
    case 'boolean':
      return value(text.toLowerCase() === 'true');
    case 'time':
      return value(toTimeOfDay(text));
    case 'date':
      return kind === 'date' ? value(toDate(text)) : days(text, context);
    case 'datetime':
      return kind === 'datetime' ? value(toInstant(text)) : instants(text, context);
  }
}

function value(of: FieldValue): Operand {
  return { kind: 'value', value: of };
}

function instants(literal: string, { now, zone }: Context): Operand {
  const span = spanOf(literal, zone.toLocal(now));
  if (span === undefined) throw malformed(`Invalid date: ${literal}`);
  return { kind: 'span', start: zone.toInstant(span.start), end: zone.toInstant(span.end) };
}

function days(literal: string, { now, zone }: Context): Operand {
  const span = spanOf(literal, zone.toLocal(now));
  if (span === undefined) throw malformed(`Invalid date: ${literal}`);
  return { kind: 'span', start: isoDate(span.start), end: isoDate(span.end) };
}

/** 18 characters; '' stands for no id. */
function toId(text: string): FieldValue {
  if (text === '') return null;
  const id = normalizeId(text);
  if (id === undefined) throw invalidOperator(`invalid ID field: ${text}`);
  return id;
}

function toDate(text: string): string {
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(ms) || isoDate(ms) !== text) throw malformed(`Invalid date: ${text}`);
  return text;
}

function toInstant(text: string): number {
  toDate(text.slice(0, 10));
  const ms = Date.parse(text.toUpperCase().replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  if (Number.isNaN(ms)) throw malformed(`Invalid datetime: ${text}`);
  return ms;
}

function toTimeOfDay(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/z$/i, '').split(':').map(Number);
  if (hours > 23 || minutes > 59 || seconds >= 60) throw malformed(`Invalid time: ${text}`);
  return Math.trunc(((hours * 60 + minutes) * 60 + seconds) * 1000);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/** Without quotes and escapes. */
export function unquote(text: string): string {
  return unescape(text, (wildcard) => wildcard);
}

/** Without quotes and escapes, but for what `wildcard` makes of `\_` and `\%`. */
export function unescape(text: string, wildcard: (character: string) => string): string {
  return text.slice(1, -1).replace(/\\(u[0-9a-f]{4}|[\s\S])/gi, (sequence, code: string) => {
    if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (code === '_' || code === '%') return wildcard(code);
    const plain = ESCAPES[code.toLowerCase()];
    if (plain !== undefined) return plain;
    throw malformed(
      `Invalid string literal ${text}. Illegal character sequence '${sequence}' in string literal.`,
    );
  });
}

/** As the WSDL calls them. */
const TYPE_NAMES: Record<Domain, string> = {
  id: 'string',
  text: 'string',
  number: 'double',
  boolean: 'boolean',
  date: 'date',
  datetime: 'dateTime',
  time: 'time',
  compound: 'string',
};

export function mismatch(field: FieldDef): SalesforceError {
  const type = field.type === 'int' ? 'int' : TYPE_NAMES[domainOf(field)];
  const quoted = type === 'string' ? 'should be' : 'should not be';
  return invalidField(
    `value of filter criterion for field '${field.name}' must be of type ${type} and ${quoted} enclosed in quotes`,
  );
}
