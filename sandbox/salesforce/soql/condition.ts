import type { FieldDef, FieldValue } from '../org/types.ts';
import { compare } from './comparison.ts';
import type { Comparison } from './comparison.ts';
import type { Context } from './context.ts';
import { pointing } from './errors.ts';
import { isIndexed } from './fields.ts';
import type { Column } from './scope.ts';
import type { Condition, Joining, Term } from './syntax/tree.ts';

/** What a row must be; where it can only be one of a few, the field and values to look those up by. */
export interface Filter<Row> {
  readonly test: (row: Row) => boolean;
  readonly lookup?: Lookup | undefined;
}

export interface Lookup {
  readonly field: FieldDef;
  readonly values: readonly FieldValue[];
}

/** What the leaves of a condition mean. */
export interface Meaning<Row> {
  readonly context: Context;
  readonly column: (term: Term) => Column<Row>;
  /** Of `field IN (SELECT …)`; `inside` says where in the condition it stands. */
  readonly join: (column: Column<Row>, joining: Joining, inside: Inside) => Comparison;
}

/** Alone, in the ANDs or ORs of the whole condition, in others inside of these, or negated. */
export type Inside = 'top' | 'and' | 'or' | 'nested' | 'not';

export function compile<Row>(
  condition: Condition,
  meaning: Meaning<Row>,
  inside: Inside = 'top',
): Filter<Row> {
  switch (condition.kind) {
    case 'comparing':
    case 'joining':
      return compileLeaf(condition, meaning, inside);
    case 'not': {
      const { test } = compile(condition.of, meaning, 'not');
      return { test: (row) => !test(row) };
    }
    case 'and': {
      const parts = compileAll(condition.of, meaning, inside === 'top' ? 'and' : 'nested');
      const lookups = parts.map((part) => part.lookup).filter((each) => each !== undefined);
      const [lookup] = lookups.toSorted((a, b) => a.values.length - b.values.length);
      return { test: (row) => parts.every((part) => part.test(row)), lookup };
    }
    case 'or': {
      const parts = compileAll(condition.of, meaning, inside === 'top' ? 'or' : 'nested');
      return { test: (row) => parts.some((part) => part.test(row)) };
    }
  }
}

function compileAll<Row>(
  conditions: readonly Condition[],
  meaning: Meaning<Row>,
  inside: Inside,
): Filter<Row>[] {
  return conditions.map((condition) => compile(condition, meaning, inside));
}

function compileLeaf<Row>(
  leaf: Extract<Condition, { term: Term }>,
  meaning: Meaning<Row>,
  inside: Inside,
): Filter<Row> {
  const { context, column, join } = meaning;
  const { term } = leaf;
  const index = term.kind === 'field' ? term.name.index : term.call.index;
  return pointing(context.soql, index, () => {
    const found = column(term);
    const { field, own, get } = found;
    const { test, equals } =
      leaf.kind === 'joining'
        ? join(found, leaf, inside)
        : compare(field, leaf.operator, leaf.values, context);
    const indexed = own && isIndexed(field) && equals !== undefined && !equals.includes(null);
    return {
      test: (row: Row) => test(get(row)),
      lookup: indexed ? { field, values: equals } : undefined,
    };
  });
}
