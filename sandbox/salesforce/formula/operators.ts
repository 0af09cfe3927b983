import { add, compareDecimals, divide, multiply, negate, power } from './decimal.ts';
import { FormulaValueError } from './errors.ts';
import { between, moved } from './functions/dates.ts';
import { numberOf } from './functions/define.ts';
import type { Operator } from './tree.ts';
import { asText, isBlank, isDecimal } from './value.ts';
import type { Value } from './value.ts';

type Binary = (a: Value, b: Value) => Value;

function plus(a: Value, b: Value): Value {
  if (isBlank(a) && isBlank(b)) return null;
  if (typeof a === 'string' || typeof b === 'string') return asText(a) + asText(b);
  if (a === null || b === null) return null;
  return moved(a, b, 1) ?? moved(b, a, 1) ?? arithmetic(add)(a, b);
}

function minus(a: Value, b: Value): Value {
  return between(a, b) ?? moved(a, b, -1) ?? arithmetic((x, y) => add(x, negate(y)))(a, b);
}

function arithmetic(
  work: (a: ReturnType<typeof negate>, b: ReturnType<typeof negate>) => Value | undefined,
): Binary {
  return (a, b) => {
    const [x, y] = [numberOf(a), numberOf(b)];
    if (x === null || y === null) return null;
    const result = work(x, y);
    if (result === undefined) throw new FormulaValueError('there is no such number');
    return result;
  };
}

/** Undefined where one is empty; throws where they can't be compared. */
function order(a: Value, b: Value): number | undefined {
  if (isBlank(a) || isBlank(b) || a === null || b === null) return undefined;
  if (isDecimal(a) && isDecimal(b)) return compareDecimals(a, b);
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  const [x, y] = [pointOf(a), pointOf(b)];
  if (x === undefined || y === undefined) {
    throw new FormulaValueError(`"${asText(a)}" and "${asText(b)}" can't be compared`);
  }
  return x - y;
}

/** A date is its midnight. */
function pointOf(value: Value): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (value.kind === 'date') return value.day * 86_400_000;
  return value.kind === 'datetime' || value.kind === 'time' ? value.ms : undefined;
}

/** Texts by case; an empty text is nothing. */
export function equals(a: Value, b: Value): boolean {
  if (isBlank(a) || isBlank(b)) return isBlank(a) && isBlank(b);
  if (typeof a === 'boolean' || typeof b === 'boolean') return a === b;
  if (typeof a !== typeof b || isDecimal(a) !== isDecimal(b)) return false;
  return order(a, b) === 0;
}

/** What isn't there is neither before nor after anything. */
const ordered =
  (test: (order: number) => boolean): Binary =>
  (a, b) => {
    const found = order(a, b);
    return found === undefined ? null : test(found);
  };

export const BINARY: Readonly<Record<Exclude<Operator, '&&' | '||'>, Binary>> = {
  '+': plus,
  '-': minus,
  '*': arithmetic(multiply),
  '/': arithmetic(divide),
  '^': arithmetic(power),
  '&': (a, b) => asText(a) + asText(b),
  '=': equals,
  '<>': (a, b) => !equals(a, b),
  '<': ordered((each) => each < 0),
  '<=': ordered((each) => each <= 0),
  '>': ordered((each) => each > 0),
  '>=': ordered((each) => each >= 0),
};

export function negated(value: Value): Value {
  const number = numberOf(value);
  return number === null ? null : negate(number);
}
