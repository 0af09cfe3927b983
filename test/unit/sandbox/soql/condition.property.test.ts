/**
 * Goal: every nesting of AND, OR and NOT means what it says.
 * Method: random trees are written as SOQL and evaluated naively; the parser gives them back as a flat chain.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { runQuery } from '../../../../sandbox/salesforce/soql/query.ts';

type Tree =
  | { readonly kind: 'is' | 'isNot' | 'below'; readonly value: number }
  | { readonly kind: 'not'; readonly of: Tree }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Tree[] };

const VALUES = [0, 1, 2, 3, null];

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      kind: fc.constantFrom('is' as const, 'isNot' as const, 'below' as const),
      value: fc.integer({ min: 0, max: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), of: tie('tree') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      of: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));

function toSoql(of: Tree): string {
  switch (of.kind) {
    case 'is':
      return `NumberOfEmployees = ${of.value}`;
    case 'isNot':
      return `NumberOfEmployees != ${of.value}`;
    case 'below':
      return `NumberOfEmployees < ${of.value}`;
    case 'not':
      return `(NOT (${toSoql(of.of)}))`;
    case 'and':
    case 'or':
      return of.of.map((each) => `(${toSoql(each)})`).join(` ${of.kind.toUpperCase()} `);
  }
}

function holds(of: Tree, value: number | null): boolean {
  switch (of.kind) {
    case 'is':
      return value === of.value;
    case 'isNot':
      return value !== of.value;
    case 'below':
      return value !== null && value < of.value;
    case 'not':
      return !holds(of.of, value);
    case 'and':
      return of.of.every((each) => holds(each, value));
    case 'or':
      return of.of.some((each) => holds(each, value));
  }
}

test('random conditions find the records that fulfil them', () => {
  const org = createOrg({ seed: 4 });
  const writes = VALUES.map((value) => ({
    op: 'insert' as const,
    entity: 'Account',
    values: { Name: 'x', NumberOfEmployees: value },
  }));
  org.write({ userId: org.admin.id, origin: '' }, writes, true);
  const reader = { org, user: org.admin, version: '60.0' };
  fc.assert(
    fc.property(tree, (condition) => {
      const soql = `SELECT NumberOfEmployees FROM Account WHERE ${toSoql(condition)}`;

      const found = runQuery(reader, soql)
        .records(0, VALUES.length)
        .map((record) => record['NumberOfEmployees']);
      expect(found).toEqual(VALUES.filter((value) => holds(condition, value)));
    }),
    { numRuns: 300 },
  );
});
