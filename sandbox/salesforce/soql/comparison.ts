/** One operator applied to the values of one field. */
import { SalesforceError } from '../org/types.ts';
import type { FieldDef, FieldValue } from '../org/types.ts';
import { invalidField } from './errors.ts';
import { domainOf, isFilterable } from './fields.ts';
import { toOperand, unquote } from './literals.ts';
import type { Literal, Operand } from './literals.ts';

export type Test = (value: FieldValue) => boolean;

/** What a comparison does, and where it is an equality: the values that an index can be asked for. */
export interface Comparison {
  readonly test: Test;
  readonly equals?: readonly FieldValue[];
}

/** Texts are compared without case, ids as they are. */
export function fold(field: FieldDef, value: FieldValue): FieldValue {
  return typeof value === 'string' && domainOf(field) === 'text' ? value.toLowerCase() : value;
}

export function compare(
  field: FieldDef,
  operator: string,
  literals: readonly Literal[],
  now: number,
): Comparison {
  if (!isFilterable(field)) {
    throw invalidField(`field '${field.name}' can not be filtered in a query call`);
  }
  const operands = (): Operand[] => literals.map((literal) => toOperand(field, literal, now));
  switch (operator) {
    case '=':
    case 'IN':
      return equality(field, operands());
    case '!=':
    case '<>':
    case 'NOT IN':
      return { test: not(equality(field, operands()).test) };
    case '<':
    case '<=':
    case '>':
    case '>=':
      return { test: ordering(field, operator, operands()[0]) };
    case 'LIKE':
      return { test: like(field, literals) };
    case 'INCLUDES':
      return { test: includes(field, literals) };
    case 'EXCLUDES':
      return { test: not(includes(field, literals)) };
    default:
      throw invalidOperator(field, operator);
  }
}

/** The values of a semi-join, already in the field's terms. */
export function among(field: FieldDef, values: Iterable<FieldValue>): Comparison {
  const set = new Set<FieldValue>();
  for (const value of values) set.add(fold(field, value));
  return { test: (value) => set.has(fold(field, value)), equals: [...set] };
}

function not(test: Test): Test {
  return (value) => !test(value);
}

function equality(field: FieldDef, operands: readonly Operand[]): Comparison {
  const spans = operands.filter((each) => each.kind === 'span');
  const values = operands.filter((each) => each.kind === 'value').map((each) => each.value);
  const one = among(field, values);
  if (spans.length === 0) return one;
  const within: Test = (value) =>
    value !== null && spans.some(({ start, end }) => !less(value, start) && less(value, end));
  return { test: (value) => within(value) || one.test(value) };
}

/** Nothing is before or after null. */
function ordering(field: FieldDef, operator: '<' | '<=' | '>' | '>=', operand?: Operand): Test {
  if (operand === undefined || domainOf(field) === 'boolean') {
    throw invalidOperator(field, operator);
  }
  const value = operand.kind === 'value' ? fold(field, operand.value) : null;
  const [start, end] = operand.kind === 'span' ? [operand.start, operand.end] : [value, value];
  if (start === null || end === null) return () => false;
  const upTo: (each: FieldValue) => boolean =
    operand.kind === 'span' ? (each) => less(each, end) : (each) => !less(end, each);
  const tests: Record<typeof operator, Test> = {
    '<': (each) => less(each, start),
    '<=': upTo,
    '>': (each) => !upTo(each),
    '>=': (each) => !less(each, start),
  };
  const test = tests[operator];
  return (each) => each !== null && test(fold(field, each));
}

function less(a: FieldValue, b: FieldValue): boolean {
  return a !== null && b !== null && a < b;
}

/** `%` is any text, `_` any character; a backslash makes them ordinary. */
function like(field: FieldDef, literals: readonly Literal[]): Test {
  if (domainOf(field) !== 'text') throw invalidOperator(field, 'like');
  const patterns = literals.map(({ text, type }) => {
    if (type !== 'STRING') throw invalidOperator(field, 'like');
    const pieces = unquote(text).match(/\\[%_]|[%_]|[^%_\\]+|\\/g) ?? [];
    return new RegExp(`^${pieces.map(patternOf).join('')}$`, 'is');
  });
  return (value) => typeof value === 'string' && patterns.some((pattern) => pattern.test(value));
}

function patternOf(piece: string): string {
  if (piece === '%') return '.*';
  if (piece === '_') return '.';
  const plain = piece.length > 1 && piece.startsWith('\\') ? piece.slice(1) : piece;
  return plain.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** `('a;b', 'c')`: a and b are both chosen, or c is. */
function includes(field: FieldDef, literals: readonly Literal[]): Test {
  if (field.type !== 'multipicklist') throw invalidOperator(field, 'includes');
  const choices = literals.map(({ text }) => unquote(text).toLowerCase().split(';'));
  return (value) => {
    const chosen = typeof value === 'string' ? value.toLowerCase().split(';') : [];
    return choices.some((all) => all.every((each) => chosen.includes(each)));
  };
}

function invalidOperator(field: FieldDef, operator: string): SalesforceError {
  const message = `invalid operator on ${field.type} field '${field.name}': ${operator}`;
  return new SalesforceError(400, 'INVALID_QUERY_FILTER_OPERATOR', message);
}
