/**
 * JSON without rounding (Invariant 6): an integer outside ±(2^53 - 1) is read as a bigint, and
 * bigints are written digit by digit.
 */
interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}

/** ECMAScript's JSON source text access; in every Node this package runs on, not yet in TypeScript. */
const exact = JSON as unknown as ExactJson;

/** Sixteen digits in a row: fewer are always exact as a double. */
const LONG_NUMBER = /\d{16}/;
/** Up to so many characters a fraction is written back as it was read. */
const SURE_DIGITS = 15;
const INTEGER = /^-?\d+$/;

/** Parses JSON; throws SyntaxError as `JSON.parse` does. */
export function parseJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text) as unknown;
  return exact.parse(text, (_key, value, { source }) =>
    typeof value === 'number' &&
    !Number.isSafeInteger(value) &&
    source !== undefined &&
    INTEGER.test(source)
      ? BigInt(source)
      : value,
  );
}

/** A number that a double can't hold, by its digits. */
export class DigitNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): unknown {
    return rawNumber(this.text);
  }
}

/** As `parseJson`, but a fraction of more digits than a double holds is a DigitNumber: decimals need them. */
export function parseJsonDigits(text: string): unknown {
  return exact.parse(text, (_key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined) return value;
    if (INTEGER.test(source)) return Number.isSafeInteger(value) ? value : BigInt(source);
    return source.length > SURE_DIGITS ? new DigitNumber(source) : value;
  });
}

/** A bigint (or any number's own digits) as something `JSON.stringify` writes verbatim. */
export function rawNumber(value: bigint | string): unknown {
  return exact.rawJSON(value.toString());
}

/** `JSON.stringify` that writes bigints as numbers. */
export function stringifyJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_key, item: unknown) => (typeof item === 'bigint' ? rawNumber(item) : item),
    indent,
  );
}

/** JSON with sorted keys: equal maps are equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return rawNumber(item);
    return item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item;
  });
}
