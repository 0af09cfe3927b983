import { normalizeId } from '../org/ids.ts';
import { SalesforceError } from '../org/types.ts';
import type { FieldDef, FieldValue } from '../org/types.ts';
import { isoDate, spanOf } from './date-literals.ts';
import { invalidField } from './errors.ts';
import { domainOf } from './fields.ts';
import type { Domain } from './fields.ts';

/** A value as written in the query, with the parser's name of its type. */
export interface Literal {
  readonly text: string;
  readonly type: string;
}

/** What a field is compared with: one value, or everything from `start` up to, not including, `end`. */
export type Operand =
  | { readonly kind: 'value'; readonly value: FieldValue }
  | { readonly kind: 'span'; readonly start: FieldValue; readonly end: FieldValue };

const TYPES: Record<Exclude<Domain, 'compound'>, readonly string[]> = {
  id: ['STRING'],
  text: ['STRING'],
  number: ['INTEGER', 'DECIMAL', 'INTEGER_WITH_CURRENCY_PREFIX', 'DECIMAL_WITH_CURRENCY_PREFIX'],
  boolean: ['BOOLEAN'],
  date: ['DATE', 'DATE_LITERAL', 'DATE_N_LITERAL'],
  datetime: ['DATETIME', 'DATE_LITERAL', 'DATE_N_LITERAL'],
  time: ['TIME'],
};

/** The operand in the terms of the field's stored values; INVALID_FIELD where the literal doesn't fit. */
export function toOperand(field: FieldDef, literal: Literal, now: number): Operand {
  if (literal.type === 'NULL') return value(null);
  const domain = domainOf(field);
  if (domain === 'compound' || !TYPES[domain].includes(literal.type)) throw mismatch(field);
  switch (domain) {
    case 'id':
      return value(toId(field, unquote(literal.text)));
    case 'text':
      return value(unquote(literal.text) || null);
    case 'number':
      return value(Number(literal.text.replace(/^[a-z]{3}/i, '')));
    case 'boolean':
      return value(literal.text.toLowerCase() === 'true');
    case 'time':
      return value(literal.text);
    case 'date':
      return literal.type === 'DATE' ? value(literal.text) : days(literal.text, now);
    case 'datetime':
      return literal.type === 'DATETIME' ? value(toInstant(literal.text)) : span(literal.text, now);
  }
}

function value(of: FieldValue): Operand {
  return { kind: 'value', value: of };
}

function span(literal: string, now: number): Operand {
  const found = spanOf(literal, now);
  if (found === undefined) throw invalidField(`${literal} is no date literal`);
  return { kind: 'span', ...found };
}

function days(literal: string, now: number): Operand {
  const found = spanOf(literal, now);
  if (found === undefined) throw invalidField(`${literal} is no date literal`);
  return { kind: 'span', start: isoDate(found.start), end: isoDate(found.end) };
}

/** 18 characters; '' stands for no id. */
function toId(field: FieldDef, text: string): FieldValue {
  if (text === '') return null;
  const id = normalizeId(text);
  if (id !== undefined) return id;
  const message = `invalid ID field: ${text}`;
  throw new SalesforceError(400, 'INVALID_QUERY_FILTER_OPERATOR', message, [field.name]);
}

function toInstant(text: string): number {
  const ms = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  if (Number.isNaN(ms)) throw invalidField(`${text} is no valid dateTime`);
  return ms;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
};

/** Without quotes and escapes; `\_` and `\%` stay as they are for LIKE. */
export function unquote(text: string): string {
  const inner = text.slice(1, -1);
  return inner.replace(/\\(u[0-9a-fA-F]{4}|[^_%])/g, (_, code: string) =>
    code.length === 5
      ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
      : (ESCAPES[code.toLowerCase()] ?? code),
  );
}

const TYPE_NAMES: Partial<Record<Domain, string>> = {
  id: 'string',
  text: 'string',
  datetime: 'dateTime',
};

function mismatch(field: FieldDef): SalesforceError {
  const domain = domainOf(field);
  const type = domain === 'number' ? field.type : (TYPE_NAMES[domain] ?? domain);
  const quoted = type === 'string' ? 'should be' : 'should not be';
  return invalidField(
    `value of filter criterion for field '${field.name}' must be of type ${type} and ${quoted} enclosed in quotes`,
  );
}
