/** One operator applied to the values of one field. */
import type { FieldDef, FieldValue, SalesforceError } from '../org/types.ts';
import type { Context } from './context.ts';
import { invalidField, invalidOperator } from './errors.ts';
import { domainOf, isFilterable } from './fields.ts';
import { likePattern } from './like.ts';
import { mismatch, toOperand, unquote } from './literals.ts';
import type { Operand } from './literals.ts';
import type { Literal, Operator } from './syntax/tree.ts';

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
  operator: Operator,
  literals: readonly Literal[],
  context: Context,
): Comparison {
  if (!isFilterable(field)) {
    throw invalidField(`field '${field.name}' can not be filtered in a query call`);
  }
  const operands = (): Operand[] =>
    literals.flatMap((literal) => toOperands(field, literal, context));
  switch (operator) {
    case '=':
    case 'IN':
      return equality(field, operands());
    case '!=':
    case 'NOT IN':
      return not(equality(field, operands()));
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
      return not({ test: includes(field, literals) });
  }
}

/** Of a checkbox null is false, which is what a parent that isn't there has too. */
function toOperands(field: FieldDef, literal: Literal, context: Context): Operand[] {
  const operand = toOperand(field, literal, context);
  if (literal.kind !== 'null' || domainOf(field) !== 'boolean') return [operand];
  return [operand, { kind: 'value', value: false }];
}

/** The values of a semi-join, already in the field's terms. */
export function among(field: FieldDef, values: Iterable<FieldValue>): Comparison {
  const set = new Set<FieldValue>();
  for (const value of values) set.add(fold(field, value));
  if (set.size !== 1) return { test: (value) => set.has(fold(field, value)), equals: [...set] };
  const [only = null] = set;
  return { test: (value) => fold(field, value) === only, equals: [only] };
}

/** Empty values differ from every other. */
export function not({ test }: Comparison): Comparison {
  return { test: (value) => !test(value) };
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
  if (operand === undefined || domainOf(field) === 'boolean' || field.type === 'multipicklist') {
    throw badOperator(field);
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

function like(field: FieldDef, literals: readonly Literal[]): Test {
  if (domainOf(field) !== 'text') throw badOperator(field);
  const patterns = literals.map(({ text, kind }) => {
    if (kind !== 'string') throw mismatch(field);
    return likePattern(text);
  });
  return (value) => typeof value === 'string' && patterns.some((matches) => matches(value));
}

/** `('a;b', 'c')`: a and b are both chosen, or c is. */
function includes(field: FieldDef, literals: readonly Literal[]): Test {
  if (field.type !== 'multipicklist') throw badOperator(field);
  const choices = literals.map(({ text, kind }) => {
    if (kind !== 'string') throw mismatch(field);
    return unquote(text).toLowerCase().split(';');
  });
  return (value) => {
    const chosen = typeof value === 'string' ? value.toLowerCase().split(';') : [];
    return choices.some((all) => all.every((each) => chosen.includes(each)));
  };
}

function badOperator(field: FieldDef): SalesforceError {
  return invalidOperator(`invalid operator on ${field.type} field`);
}
