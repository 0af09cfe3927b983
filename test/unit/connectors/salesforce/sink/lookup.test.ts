/** Goal: whatever the ids are, each is asked for once, in queries that can be sent. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparable, lookupQueries } from '../../../../../connectors/salesforce/sink/lookup.ts';
import type { TargetField } from '../../../../../connectors/salesforce/sink/target.ts';

const text: TargetField = {
  name: 'Ext__c',
  writeable: true,
  isId: true,
  isNumber: false,
  caseSensitive: false,
};
const number: TargetField = { ...text, isNumber: true };

const literals = (soql: string): readonly string[] =>
  [...soql.matchAll(/'((?:[^'\\]|\\.)*)'/gs)].map(([, inside]) =>
    (inside ?? '').replaceAll(/\\(.)/gs, '$1'),
  );

test('each text is in exactly one query, unharmed, and no query is too long to send', () => {
  const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 255 });
  fc.assert(
    fc.property(fc.array(key, { maxLength: 300 }), (keys) => {
      const queries = lookupQueries('Account', text, keys);
      expect(queries.flatMap(literals)).toEqual(keys);
      for (const query of queries) expect(encodeURIComponent(query).length).toBeLessThan(12_000);
    }),
  );
});

test('two hundred of the longest ids take several queries', () => {
  const keys = Array.from({ length: 200 }, (_, i) => `${i}`.padEnd(255, 'ä'));
  const queries = lookupQueries('Account', text, keys);
  expect(queries.flatMap(literals)).toEqual(keys);
  for (const query of queries) expect(encodeURIComponent(query).length).toBeLessThan(12_000);
});

test('numbers have no quotes, and what is no number is not asked for', () => {
  const queries = lookupQueries('Account', number, ['1', '-2.50', '1) OR (Id != null', '', '1e3']);
  expect(queries).toEqual(['SELECT Id, Ext__c FROM Account WHERE Ext__c IN (1,-2.50)']);
});

test.each([
  [text, 'Abc', 'aBC', true],
  [{ ...text, caseSensitive: true }, 'Abc', 'aBC', false],
  [number, '12', '12.0', true],
  [number, '12', '120', false],
])('%o: %s and %s are one value: %s', (field, one, other, same) => {
  expect(comparable(field, one) === comparable(field, other)).toBe(same);
});
