import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FormulaError } from '../../../../sandbox/salesforce/formula/errors.ts';
import { parseFormula } from '../../../../sandbox/salesforce/formula/parser.ts';
import { calculate } from './world.ts';

const pieces = [
  `+ - * / ^ & = < > ! ( ) , . $ " ' \\ <> <= && || == 1 2.5 "a" NULL TRUE Price__c Day__c`.split(
    ' ',
  ),
  'At__c IF( AND( CASE( LEFT( SUBSTITUTE( TEXT( DATE( ROUND( Account. /* */ ADDMONTHS('.split(' '),
  [' ', '\n'],
].flat();

test('any text is a formula or a FormulaError, and ends', () => {
  const source = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((all) => all.join(''));
  fc.assert(
    fc.property(fc.oneof(source, fc.string({ maxLength: 60 })), (text) => {
      try {
        const value = calculate(text);
        expect(['string', 'object']).toContain(typeof value);
      } catch (error) {
        expect(error).toBeInstanceOf(FormulaError);
      }
    }),
    { numRuns: 3000 },
  );
});

/** Formulas that are well formed, with their value in numbers that a double has exactly. */
const sum: fc.Memo<{ text: string; value: number }> = fc.memo((depth) =>
  depth <= 1
    ? fc.integer({ min: 0, max: 9 }).map((value) => ({ text: String(value), value }))
    : fc
        .tuple(sum(depth - 1), fc.constantFrom('+', '-', '*'), sum(depth - 1))
        .map(([a, op, b]) => ({
          text: `(${a.text} ${op} ${b.text})`,
          value:
            op === '+' ? a.value + b.value : op === '-' ? a.value - b.value : a.value * b.value,
        })),
);

test('arithmetic is the same as JavaScript does it on whole numbers', () => {
  fc.assert(
    fc.property(sum(4), ({ text, value }) => {
      fc.pre(Math.abs(value) < 1e15);
      expect(calculate(text, { type: 'double', scale: 0 })).toBe(value === 0 ? 0 : value);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['parentheses', '('.repeat(2000) + '1' + ')'.repeat(2000)],
  ['calls', 'ABS('.repeat(900) + '1' + ')'.repeat(900)],
  ['signs', '-'.repeat(4000) + '1'],
  ['operators', Array.from({ length: 2000 }, () => '1').join('+')],
])('too deep %s are refused', (_, source) => {
  expect(() => parseFormula(source)).toThrow('nested deeper than 400 levels');
});

test('too long a text is refused', () => {
  expect(() => parseFormula(' '.repeat(5001))).toThrow('at most 5000 characters');
});

test('what would grow without bound has no value', () => {
  const doubled = (inner: string): string =>
    `SUBSTITUTE(${inner}, "a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")`;
  let source = '"a"';
  for (let i = 0; i < 12; i++) source = doubled(source);
  expect(calculate(source)).toBeNull();
  expect(calculate('9 ^ 9 ^ 9 ^ 9', { type: 'double' })).toBeNull();
  expect(calculate(`IF(REGEX(${'"' + 'a'.repeat(2000) + 'b"'}, "(a+)+"), "yes", "no")`)).toBeNull();
});
