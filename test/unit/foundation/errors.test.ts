/** Goal: whatever is thrown can be told: never an empty message, never an error about the error. */
import { expect, it } from 'vitest';
import { explain, messageOf, stackOf, toAppError } from '../../../src/foundation/errors.ts';

const unreadable = Object.defineProperties(new Error('broke'), {
  message: { get: () => fail() },
  stack: { get: () => fail() },
});
function fail(): never {
  throw new Error('no');
}

const CASES: readonly (readonly [string, () => unknown])[] = [
  ['broke', () => new Error('broke')],
  ['TypeError without a message', () => new TypeError('')],
  ['as text', () => 'as text'],
  ['Symbol(s)', () => Symbol('s')],
  ['undefined was thrown, without a reason', () => undefined],
  ['null was thrown, without a reason', () => null],
  ['of an object', () => ({ message: 'of an object' })],
  ['an object was thrown, without a message', () => Object.create(null) as unknown],
  ["an error was thrown that can't be read", () => unreadable],
];

it.each(CASES)('%s', (said, thrown) => {
  expect(messageOf(thrown())).toBe(said);
  expect(explain(toAppError(thrown(), 'fatal', 'x'))).toBe(said);
});

it('keeps where it was thrown', () => {
  const error = new Error('broke');
  expect(stackOf(toAppError(error, 'fatal', 'x'))).toBe(error.stack);
  expect(stackOf(unreadable)).toBe('');
});
