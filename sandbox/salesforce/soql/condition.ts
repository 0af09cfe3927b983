import type { ValueCondition, ValueFunctionCondition } from '@jetstreamapp/soql-parser-js';
import type { FieldDef, FieldValue } from '../org/types.ts';
import { compare } from './comparison.ts';
import type { Comparison } from './comparison.ts';
import { isIndexed } from './fields.ts';
import type { Expression, Leaf } from './expression.ts';
import type { Literal } from './literals.ts';
import type { Column } from './scope.ts';

/** What a row must be; where it can only be one of a few, the field and values to look those up by. */
export interface Condition<Row> {
  readonly test: (row: Row) => boolean;
  readonly lookup?: Lookup | undefined;
}

export interface Lookup {
  readonly field: FieldDef;
  readonly values: readonly FieldValue[];
}

/** What the leaves of an expression mean. */
export interface Meaning<Row> {
  readonly now: number;
  readonly column: (leaf: Leaf) => Column<Row>;
  /** Of `field IN (SELECT …)`. */
  readonly subquery: (field: FieldDef, leaf: Extract<Leaf, { valueQuery: unknown }>) => Comparison;
}

export function compile<Row>(expression: Expression, meaning: Meaning<Row>): Condition<Row> {
  switch (expression.kind) {
    case 'leaf':
      return compileLeaf(expression.leaf, meaning);
    case 'not': {
      const { test } = compile(expression.of, meaning);
      return { test: (row) => !test(row) };
    }
    case 'and': {
      const parts = expression.of.map((part) => compile(part, meaning));
      const lookups = parts.map((part) => part.lookup).filter((each) => each !== undefined);
      const [lookup] = lookups.toSorted((a, b) => a.values.length - b.values.length);
      return { test: (row) => parts.every((part) => part.test(row)), lookup };
    }
    case 'or': {
      const parts = expression.of.map((part) => compile(part, meaning));
      return { test: (row) => parts.some((part) => part.test(row)) };
    }
  }
}

function compileLeaf<Row>(leaf: Leaf, meaning: Meaning<Row>): Condition<Row> {
  const { field, own, get } = meaning.column(leaf);
  const comparison =
    'valueQuery' in leaf
      ? meaning.subquery(field, leaf)
      : compare(field, leaf.operator.toUpperCase(), literalsOf(leaf), meaning.now);
  const { test, equals } = comparison;
  const indexed = own && isIndexed(field) && equals !== undefined && !equals.includes(null);
  return {
    test: (row) => test(get(row)),
    lookup: indexed ? { field, values: equals } : undefined,
  };
}

function literalsOf({ value, literalType }: ValueCondition | ValueFunctionCondition): Literal[] {
  const texts = Array.isArray(value) ? value : [value];
  return texts.map((text, i) => ({
    text,
    type: (Array.isArray(literalType) ? literalType[i] : literalType) ?? 'STRING',
  }));
}
