/** Decimals: `unscaled × 10^-scale`, as Java's BigDecimal; in records the unscaled bytes under Connect's Decimal schema. */
import { LOGICAL } from './schema.ts';
import type { Schema } from './schema.ts';

export interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

/** No text of a decimal is read whose exponent is larger than this. */
const MAX_EXPONENT = 10_000;

export function isDecimal(schema: Schema | undefined): boolean {
  return schema?.name === LOGICAL.decimal && schema.type === 'bytes';
}

export function scaleOf(schema: Schema): number {
  return Number(schema.parameters?.['scale'] ?? 0);
}

export function decimalOf(schema: Schema, bytes: Uint8Array): Decimal {
  return { unscaled: unscaledOf(bytes), scale: scaleOf(schema) };
}

/** A two's-complement big-endian integer. */
export function unscaledOf(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
}

/** The fewest bytes that hold it, as Java's `BigInteger.toByteArray`. */
export function unscaledBytes(unscaled: bigint): Uint8Array {
  let bits = 8;
  while (BigInt.asIntN(bits, unscaled) !== unscaled) bits += 8;
  const hex = BigInt.asUintN(bits, unscaled)
    .toString(16)
    .padStart(bits / 4, '0');
  return Buffer.from(hex, 'hex');
}

/** As `new BigDecimal(text)`; undefined for what it doesn't read. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole + fraction === '' || Math.abs(Number(exponent)) > MAX_EXPONENT) return undefined;
  const unscaled = BigInt(whole + fraction);
  return {
    unscaled: sign === '-' ? -unscaled : unscaled,
    scale: fraction.length - Number(exponent),
  };
}

/** The same number at another scale, or undefined where digits would be lost. */
export function rescaled({ unscaled, scale }: Decimal, to: number): Decimal | undefined {
  if (to >= scale) return { unscaled: unscaled * 10n ** BigInt(to - scale), scale: to };
  const divisor = 10n ** BigInt(scale - to);
  return unscaled % divisor === 0n ? { unscaled: unscaled / divisor, scale: to } : undefined;
}

/** `BigDecimal.toBigInteger`: towards zero. */
export function wholePart({ unscaled, scale }: Decimal): bigint {
  return scale <= 0 ? unscaled * 10n ** BigInt(-scale) : unscaled / 10n ** BigInt(scale);
}

/** Nearest double. */
export function decimalToDouble(decimal: Decimal): number {
  return Number(`${decimal.unscaled}e${-decimal.scale}`);
}

/** Digits and a point, never an exponent. */
export function plainText({ unscaled, scale }: Decimal): string {
  const sign = unscaled < 0n ? '-' : '';
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString();
  if (scale <= 0) return sign + digits + '0'.repeat(digits === '0' ? 0 : -scale);
  const padded = digits.padStart(scale + 1, '0');
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

/** `BigDecimal.toString`: with an exponent where the scale is negative or the number tiny. */
export function decimalText(decimal: Decimal): string {
  const { unscaled, scale } = decimal;
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString();
  const adjusted = digits.length - 1 - scale;
  if (scale >= 0 && adjusted >= -6) return plainText(decimal);
  const point = digits.length > 1 ? `${digits[0] ?? ''}.${digits.slice(1)}` : digits;
  const power = adjusted === 0 ? '' : `E${adjusted > 0 ? '+' : ''}${adjusted}`;
  return `${unscaled < 0n ? '-' : ''}${point}${power}`;
}
