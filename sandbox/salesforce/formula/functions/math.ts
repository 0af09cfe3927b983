import {
  ceiling,
  compareDecimals,
  floor,
  fromNumber,
  negate,
  remainder,
  round,
  toNumber,
  truncate,
  ZERO,
} from '../decimal.ts';
import type { Decimal } from '../decimal.ts';
import type { Value } from '../value.ts';
import { numberOf, numeric } from './define.ts';
import type { FunctionDef, Functions } from './define.ts';

const isNegative = ({ units }: Decimal): boolean => units < 0n;
/** Places that a rounding may name. */
const MAX_PLACES = 30;

const byDouble = (work: (value: number) => number): FunctionDef =>
  numeric(1, (value) => fromNumber(work(toNumber(value))));

/** The largest or smallest of what isn't empty. */
function best(direction: 1 | -1): FunctionDef {
  const run = (args: readonly Value[]): Value => {
    const numbers = args.map(numberOf).filter((each) => each !== null);
    const [first = null, ...rest] = numbers;
    return rest.reduce(
      (a, b) => (a !== null && compareDecimals(b, a) * direction > 0 ? b : a),
      first,
    );
  };
  return { min: 1, max: 60, run };
}

function placesOf(value: Decimal): number {
  return Math.max(-MAX_PLACES, Math.min(MAX_PLACES, toNumber(truncate(value, 0))));
}

export const MATH: Functions = {
  ABS: numeric(1, (value) => (isNegative(value) ? negate(value) : value)),
  /** Away from zero, and FLOOR toward it; the M ones go up and down the number line. */
  CEILING: numeric(1, (value) => (isNegative(value) ? floor(value) : ceiling(value))),
  FLOOR: numeric(1, (value) => (isNegative(value) ? ceiling(value) : floor(value))),
  MCEILING: numeric(1, ceiling),
  MFLOOR: numeric(1, floor),
  ROUND: numeric(2, (value, places) => round(value, placesOf(places))),
  TRUNC: numeric([1, 2], (value, places = ZERO) => truncate(value, placesOf(places))),
  MOD: numeric(2, remainder),
  SQRT: byDouble(Math.sqrt),
  EXP: byDouble(Math.exp),
  LN: byDouble(Math.log),
  LOG: byDouble(Math.log10),
  PI: numeric(0, () => fromNumber(Math.PI)),
  SIN: byDouble(Math.sin),
  COS: byDouble(Math.cos),
  TAN: byDouble(Math.tan),
  ASIN: byDouble(Math.asin),
  ACOS: byDouble(Math.acos),
  ATAN: byDouble(Math.atan),
  ATAN2: numeric(2, (y, x) => fromNumber(Math.atan2(toNumber(y), toNumber(x)))),
  MAX: best(1),
  MIN: best(-1),
};
