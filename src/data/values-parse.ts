/**
 * Connect's `Values.parseString`: what a header or a literal in a configuration stands for. Numbers take the narrowest
 * type that holds them, `true`, `false` and `null` are what they say, ISO 8601 dates and times are Connect's, `[…]` and
 * `{…:…}` are lists and maps of the same; anything else is a string. `007` is the number 7, as in Connect.
 */
import {
  BOOLEAN,
  DATE,
  FLOAT32,
  FLOAT64,
  INT16,
  INT32,
  INT64,
  INT8,
  STRING,
  TIME,
  TIMESTAMP,
  array,
  decimal,
  map,
} from './build.ts';
import { decimalToDouble, parseDecimal, rescaled, unscaledBytes } from './decimal.ts';
import type { Decimal } from './decimal.ts';
import type { Schema, SchemaAndValue } from './schema.ts';
import { MS_PER_DAY } from './temporal.ts';
import { Misfit, aligned, commonSchema } from './values-merge.ts';
import { Tokens } from './values-tokens.ts';

/** Lists and maps may stand in each other this deep; deeper text is a string. */
const MAX_DEPTH = 100;

type Parsed = SchemaAndValue | undefined;

/** The schema and value of a text; both undefined and null for `null`. */
export function parseValueText(text: string): SchemaAndValue {
  if (text === '') return { schema: STRING, value: '' };
  return parse(new Tokens(text), 0) ?? { schema: undefined, value: null };
}

function parse(tokens: Tokens, depth: number): Parsed {
  const embedded = depth > 0;
  if (!tokens.hasNext()) return undefined;
  if (embedded && tokens.consume('"')) return quotedText(tokens);
  if (literal(tokens, embedded, 'null')) return undefined;
  if (literal(tokens, embedded, 'true')) return { schema: BOOLEAN, value: true };
  if (literal(tokens, embedded, 'false')) return { schema: BOOLEAN, value: false };
  const start = tokens.mark();
  try {
    if (tokens.consume('[')) return list(tokens, depth + 1);
    if (tokens.consume('{')) return entries(tokens, depth + 1);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    tokens.rewindTo(start);
  }
  const token = tokens.next();
  if (token.trim() === '') return { schema: STRING, value: token };
  const found = scalar(tokens, token.trim());
  if (found !== undefined) return found;
  if (embedded) throw new Misfit('Failed to parse embedded value');
  return { schema: STRING, value: tokens.text };
}

/** At the top a literal must be all there is: `true}` is a string. */
function literal(tokens: Tokens, embedded: boolean, text: string): boolean {
  const start = tokens.mark();
  if (tokens.consume(text) && (embedded || !tokens.hasNext())) return true;
  tokens.rewindTo(start);
  return false;
}

function quotedText(tokens: Tokens): SchemaAndValue {
  let content = '';
  while (tokens.hasNext() && !tokens.consume('"')) content += tokens.next();
  return temporal(content) ?? { schema: STRING, value: content };
}

function list(tokens: Tokens, depth: number): SchemaAndValue {
  if (depth > MAX_DEPTH) throw new Misfit('too deep');
  const items: Parsed[] = [];
  while (tokens.hasNext()) {
    if (tokens.consume(']')) {
      const items_ = commonSchema(items);
      if (items_ === undefined) return { schema: untyped('array'), value: plain(items) };
      return { schema: array(items_), value: items.map((item) => aligned(items_, item)) };
    }
    if (tokens.consume(',')) throw new Misfit('Unable to parse an empty array element');
    items.push(parse(tokens, depth));
    const position = tokens.mark();
    if (tokens.consume(']')) tokens.rewindTo(position);
    else if (!tokens.consume(',')) throw new Misfit("Array elements missing ',' delimiter");
  }
  throw new Misfit("Array is missing terminating ']'");
}

function entries(tokens: Tokens, depth: number): SchemaAndValue {
  if (depth > MAX_DEPTH) throw new Misfit('too deep');
  const found: [Parsed, Parsed][] = [];
  while (tokens.hasNext()) {
    if (tokens.consume('}')) return mapOf(found);
    if (tokens.consume(',')) throw new Misfit('Unable to parse a map entry with no key or value');
    const key = parse(tokens, depth);
    if (key?.value === null || key === undefined) throw new Misfit('Map entry has a null key');
    if (!tokens.consume(':')) throw new Misfit("Map entry is missing ':'");
    found.push([key, parse(tokens, depth)]);
    tokens.consume(',');
  }
  throw new Misfit("Map is missing terminating '}'");
}

function mapOf(all: readonly [Parsed, Parsed][]): SchemaAndValue {
  const keys = commonSchema(all.map(([key]) => key));
  const values = commonSchema(all.map(([, value]) => value));
  // Of a key that comes twice the last value counts, but both had a say in the schema.
  const byKey = new Map(
    all.map((entry) => [`${entry[0]?.schema?.type} ${String(entry[0]?.value)}`, entry]),
  );
  const found = [...byKey.values()];
  if (keys === undefined) {
    const value = new Map(found.map(([key, item]) => [key?.value, item?.value ?? null]));
    return { schema: untyped('map'), value };
  }
  const of = (item: Parsed): unknown =>
    values === undefined ? (item?.value ?? null) : aligned(values, item);
  const value = new Map(found.map(([key, item]) => [aligned(keys, key), of(item)]));
  if (values !== undefined) return { schema: { ...map(values), keys }, value };
  return { schema: { ...untyped('map'), keys }, value };
}

/** Lists and maps of nulls or of a mixture have no element schema. */
function untyped(type: 'array' | 'map'): Schema {
  return { type, optional: false };
}

function plain(items: readonly Parsed[]): unknown[] {
  return items.map((item) => item?.value ?? null);
}

/** A date, time, timestamp or number; undefined for any other token. */
function scalar(tokens: Tokens, token: string): SchemaAndValue | undefined {
  if (/^\d/.test(token)) {
    const start = tokens.mark();
    // An unescaped colon is a token of its own: a time has five tokens.
    const rest = tokens.take(4);
    const long = rest === undefined ? undefined : temporal(token + rest);
    if (long !== undefined) return long;
    tokens.rewindTo(start);
    const short = temporal(token);
    if (short !== undefined) return short;
  }
  if (!/^[\d+-]/.test(token)) return undefined;
  const number = parseDecimal(token);
  return number === undefined ? undefined : numberOf(number);
}

const INTEGERS = [
  { bits: 8, schema: INT8 },
  { bits: 16, schema: INT16 },
  { bits: 32, schema: INT32 },
] as const;

function numberOf(number: Decimal): SchemaAndValue {
  const double = decimalToDouble(number);
  const whole = rescaled(number, 0)?.unscaled;
  if (whole !== undefined && BigInt.asIntN(64, whole) === whole) {
    const narrow = INTEGERS.find(({ bits }) => BigInt.asIntN(bits, whole) === whole);
    if (narrow !== undefined) return { schema: narrow.schema, value: Number(whole) };
    return { schema: INT64, value: whole };
  }
  if (number.scale !== 0 && Number.isFinite(Math.fround(double))) {
    return { schema: FLOAT32, value: Math.fround(double) };
  }
  if (number.scale !== 0 && Number.isFinite(double)) return { schema: FLOAT64, value: double };
  return { schema: decimal(number.scale), value: unscaledBytes(number.unscaled) };
}

/** ISO 8601 in Connect's three lengths; digits may roll over, as they do for Java (`2024-13-01`). */
function temporal(text: string): SchemaAndValue | undefined {
  const bare = text.replaceAll('\\:', ':');
  const match = /^(?:(\d{4})-(\d\d)-(\d\d))?(?:(T)?(\d\d):(\d\d):(\d\d)\.(\d{3})Z)?$/.exec(bare);
  if (match === null || bare === '') return undefined;
  const [, year, month, day, t, hours, minutes, seconds, ms] = match;
  if (year === undefined ? t !== undefined : (hours === undefined) !== (t === undefined)) {
    return undefined;
  }
  const at = new Date(0);
  if (year !== undefined) at.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (hours !== undefined) {
    at.setUTCHours(Number(hours), Number(minutes), Number(seconds), Number(ms));
  }
  if (year === undefined) return { schema: TIME, value: at.getTime() };
  if (hours === undefined) return { schema: DATE, value: at.getTime() / MS_PER_DAY };
  return { schema: TIMESTAMP, value: BigInt(at.getTime()) };
}
