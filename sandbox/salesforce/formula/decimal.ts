/** Decimal numbers as formulas need them: sums and products exact, quotients to more digits than any field shows. */

/** `units` / 10^`scale`. */
export interface Decimal {
  readonly kind: 'number';
  readonly units: bigint;
  /** Digits after the point, 0 or more. */
  readonly scale: number;
}

/** Digits that a quotient or a power has after the point; results are rounded to it. */
const MAX_SCALE = 32;
/** Digits of the largest number; a field has 18. */
const MAX_DIGITS = 400n;

export const ZERO: Decimal = { kind: 'number', units: 0n, scale: 0 };

export function decimal(units: bigint, scale = 0): Decimal {
  return { kind: 'number', units, scale };
}

/** The shortest decimal that stands for it; undefined for what is no number. */
export function fromNumber(value: number): Decimal | undefined {
  return Number.isFinite(value) ? parseDecimal(String(value)) : undefined;
}

export function parseDecimal(text: string): Decimal | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i.exec(text.trim());
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? [];
  if (match === null || whole + fraction === '') return undefined;
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  const scale = fraction.length - Number(exponent);
  return scale < 0 ? decimal(digits * 10n ** BigInt(-scale)) : cut(decimal(digits, scale));
}

export function toNumber({ units, scale }: Decimal): number {
  return Number(`${units}e-${scale}`);
}

/** Plain digits, without zeros at the end. */
export function toText(value: Decimal): string {
  const { units, scale } = trimmed(value);
  if (scale === 0) return units.toString();
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

export function add(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = aligned(a, b);
  return decimal(x + y, scale);
}

export function negate({ units, scale }: Decimal): Decimal {
  return decimal(-units, scale);
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return cut(decimal(a.units * b.units, a.scale + b.scale));
}

/** Undefined where `b` is zero. */
export function divide(a: Decimal, b: Decimal): Decimal | undefined {
  if (b.units === 0n) return undefined;
  const shifted = a.units * 10n ** BigInt(MAX_SCALE + b.scale);
  return cut(decimal(shifted / b.units, a.scale + MAX_SCALE));
}

/** With the sign of `a`, as Salesforce's engine has it; undefined where `b` is zero. */
export function remainder(a: Decimal, b: Decimal): Decimal | undefined {
  const [x, y, scale] = aligned(a, b);
  return y === 0n ? undefined : decimal(x % y, scale);
}

/** Whole exponents exactly, others as far as a double goes; undefined where there is no such number. */
export function power(base: Decimal, exponent: Decimal): Decimal | undefined {
  const { units, scale } = trimmed(exponent);
  const digits = BigInt(base.units.toString().length);
  if (scale > 0 || units < 0n || digits * units > MAX_DIGITS) {
    return fromNumber(toNumber(base) ** toNumber(exponent));
  }
  return cut(decimal(base.units ** units, base.scale * Number(units)));
}

/** Half away from zero; a negative scale rounds before the point. */
export function round(value: Decimal, scale: number): Decimal {
  return roundBy(value, scale, (quotient, twice, unit) =>
    twice >= unit ? quotient + 1n : quotient,
  );
}

/** Toward zero. */
export function truncate(value: Decimal, scale: number): Decimal {
  return roundBy(value, scale, (quotient) => quotient);
}

/** The largest whole number that isn't above. */
export function floor(value: Decimal): Decimal {
  const whole = truncate(value, 0);
  return compareDecimals(whole, value) > 0 ? add(whole, decimal(-1n)) : whole;
}

/** The smallest whole number that isn't below. */
export function ceiling(value: Decimal): Decimal {
  return negate(floor(negate(value)));
}

function roundBy(
  { units, scale }: Decimal,
  to: number,
  choose: (quotient: bigint, twiceRemainder: bigint, unit: bigint) => bigint,
): Decimal {
  if (scale <= to) return decimal(units, scale);
  const unit = 10n ** BigInt(scale - to);
  const absolute = units < 0n ? -units : units;
  const chosen = choose(absolute / unit, (absolute % unit) * 2n, unit);
  const signed = units < 0n ? -chosen : chosen;
  return to >= 0 ? decimal(signed, to) : decimal(signed * 10n ** BigInt(-to));
}

function cut(value: Decimal): Decimal {
  return value.scale > MAX_SCALE ? round(value, MAX_SCALE) : value;
}

function trimmed({ units, scale }: Decimal): Decimal {
  let [digits, places] = [units, scale];
  while (places > 0 && digits % 10n === 0n) {
    digits /= 10n;
    places--;
  }
  return decimal(digits, places);
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  if (a.scale === b.scale) return [a.units, b.units, a.scale];
  const scale = Math.max(a.scale, b.scale);
  const lift = ({ units, scale: from }: Decimal): bigint => units * 10n ** BigInt(scale - from);
  return [lift(a), lift(b), scale];
}
