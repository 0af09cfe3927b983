/** Numbers as Java writes and reads them: what transforms and header converters show must not depend on the language. */

/** `Double.toString`: always with a point, in E notation below 10^-3 and from 10^7 on. */
export function doubleText(value: number): string {
  return floating(value, (number) => String(number));
}

/** `Float.toString`: the fewest digits that read back as the same 32-bit number. */
export function floatText(value: number): string {
  return floating(value, shortestFloat);
}

/** `Double.parseDouble`; undefined where Java throws NumberFormatException. Hexadecimal floats are not read. */
export function parseDouble(text: string): number | undefined {
  const trimmed = text.trim();
  const special = /^([+-]?)(NaN|Infinity)$/.exec(trimmed);
  if (special !== null) {
    if (special[2] === 'NaN') return Number.NaN;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?[fd]?$/i.test(trimmed)) return undefined;
  return Number(trimmed.replace(/[fd]$/i, ''));
}

/** `Byte.parseByte` to `Long.parseLong`; undefined where Java throws NumberFormatException. */
export function parseInteger(text: string, bits: number): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(bits, value) === value ? value : undefined;
}

/** Java's cast of a double to long: towards zero, saturating, NaN is 0. */
export function doubleToLong(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  if (value >= 2 ** 63) return 2n ** 63n - 1n;
  if (value <= -(2 ** 63)) return -(2n ** 63n);
  return BigInt(Math.trunc(value));
}

/** Java's cast of a double to int, likewise. */
export function doubleToInt(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(value)));
}

function floating(value: number, shortest: (value: number) => string): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Infinity' : 'Infinity';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (size === 0) return `${sign}0.0`;
  const { digits, exponent } = scientific(shortest(size));
  if (size >= 1e-3 && size < 1e7) return sign + plain(digits, exponent);
  return `${sign}${digits[0] ?? '0'}.${digits.slice(1) || '0'}E${exponent}`;
}

/** A positive number's digits, without zeros around them, and the power of ten of the first. */
function scientific(text: string): { digits: string; exponent: number } {
  const [mantissa = '', power = '0'] = text.split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const all = whole + fraction;
  const leading = /^0*/.exec(all)?.[0].length ?? 0;
  const digits = all.slice(leading).replace(/0+$/, '');
  return { digits, exponent: Number(power) + whole.length - 1 - leading };
}

function plain(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const padded = digits.padEnd(exponent + 1, '0');
  return `${padded.slice(0, exponent + 1)}.${padded.slice(exponent + 1) || '0'}`;
}

function shortestFloat(value: number): string {
  for (let precision = 1; precision < 9; precision += 1) {
    const text = value.toPrecision(precision);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}
