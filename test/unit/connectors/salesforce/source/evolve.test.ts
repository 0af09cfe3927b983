/** Goal: a topic's schema grows only in ways its readers can take. Method: by hand, and random sets of fields. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evolve } from '../../../../../connectors/salesforce/source/evolve.ts';
import { LOGICAL, type Field, type Schema } from '../../../../../src/sdk/index.ts';

const TEXT: Schema = { type: 'string', optional: true };
const NUMBER: Schema = { type: 'float64', optional: true };
const WHOLE: Schema = { type: 'int32', optional: true };
const DATE: Schema = { type: 'int32', optional: true, name: LOGICAL.date };
const field = (name: string, schema: Schema): Field => ({ name, schema });
const address = (...parts: readonly string[]): Schema => ({
  type: 'struct',
  optional: true,
  name: 'org.Address',
  fields: parts.map((part) => field(part, TEXT)),
});

describe('one field', () => {
  test('a whole number that becomes a number widens the topic', () => {
    expect(evolve([field('A', WHOLE)], [field('A', NUMBER)])).toEqual({
      kind: 'grown',
      fields: [field('A', NUMBER)],
    });
  });

  test.each([
    [TEXT, NUMBER],
    [NUMBER, TEXT],
    [WHOLE, DATE],
    [DATE, NUMBER],
  ])('%j to %j is refused by name', (was, is) => {
    expect(evolve([field('A', was)], [field('A', is)])).toMatchObject({
      kind: 'incompatible',
      field: 'A',
    });
  });

  test("a compound's new part is added in place", () => {
    const grown = evolve([field('A', address('Street'))], [field('A', address('Street', 'Code'))]);
    expect(grown).toEqual({ kind: 'grown', fields: [field('A', address('Street', 'Code'))] });
  });

  test("a compound's retyped part is named with its path", () => {
    const was = address('Street');
    const is: Schema = { ...was, fields: [field('Street', NUMBER)] };
    expect(evolve([field('A', was)], [field('A', is)])).toMatchObject({ field: 'A.Street' });
  });
});

test('what stands keeps its place, what is new follows, and once grown it is the same', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[A-Z][a-z]{0,3}$/), { maxLength: 12 });
  fc.assert(
    fc.property(names, names, (before, after) => {
      const standing = before.map((name) => field(name, TEXT));
      const derived = after.map((name) => field(name, TEXT));
      const evolution = evolve(standing, derived);
      const fields = evolution.kind === 'grown' ? evolution.fields : standing;
      const added = after.filter((name) => !before.includes(name));
      expect(fields.map(({ name }) => name)).toEqual([...before, ...added]);
      expect(evolve(fields, derived)).toEqual({ kind: 'same' });
      expect(evolve(fields, standing)).toEqual({ kind: 'same' });
    }),
  );
});
