/** One property's text as its type, with Connect's messages for what doesn't fit. */
import type { ConfigKey, ConfigType } from './definition.ts';
import { trimJava } from './java-trim.ts';

export interface Parsed {
  /** As `ConfigKey.check` sees it; undefined when it couldn't be parsed or isn't set. */
  readonly value: string | number | boolean | readonly string[] | undefined;
  /** As Connect prints the parsed value; null = none. */
  readonly text: string | null;
  readonly errors: readonly string[];
}

const HIDDEN = '[hidden]';

/** The errors carry no value of a PASSWORD. */
export function parseValue(key: ConfigKey, raw: string | undefined): Parsed {
  if (raw === undefined) {
    if (key.default === undefined) {
      const error = `Missing required configuration "${key.name}" which has no default value.`;
      return { value: undefined, text: null, errors: [error] };
    }
    if (key.default === null) return { value: undefined, text: null, errors: [] };
  }
  const given = raw ?? key.default ?? '';
  const parsed = parseType(key.type, given);
  if (typeof parsed === 'string') {
    const errors = [invalid(key, given, parsed)];
    // Connect runs a range check on the null that is left, and reports that too.
    if (hasRange(key)) errors.push(invalid(key, 'null', 'Value must be non-null'));
    return { value: undefined, text: null, errors };
  }
  const { value, text } = parsed;
  const problem = rangeProblem(key, value) ?? allowedProblem(key, value) ?? key.check?.(value);
  const refusal = key.refusal?.(value, key.name);
  if (problem === undefined) return { value, text, errors: refusal === undefined ? [] : [refusal] };
  // Java prints a list in brackets.
  const printed = Array.isArray(value) ? `[${value.join(', ')}]` : text;
  // Java has no such class to print.
  const left = key.type === 'CLASS' ? null : text;
  return { value, text: left, errors: [invalid(key, printed, problem)] };
}

function invalid(key: ConfigKey, value: string, problem: string): string {
  const printed = key.type === 'PASSWORD' ? HIDDEN : value;
  return `Invalid value ${printed} for configuration ${key.name}: ${problem}`;
}

interface Value {
  readonly value: string | number | boolean | readonly string[];
  readonly text: string;
}

const INTEGER_BITS: Partial<Record<ConfigType, number>> = { SHORT: 16, INT: 32, LONG: 64 };

/** The value, or what is wrong. */
function parseType(type: ConfigType, raw: string): Value | string {
  const trimmed = trimJava(raw);
  switch (type) {
    case 'STRING':
    case 'CLASS':
      return { value: trimmed, text: trimmed };
    case 'PASSWORD':
      return { value: raw, text: HIDDEN };
    case 'BOOLEAN': {
      const lower = trimmed.toLowerCase();
      if (lower !== 'true' && lower !== 'false') {
        return 'Expected value to be either true or false';
      }
      return { value: lower === 'true', text: lower };
    }
    case 'LIST': {
      const items = trimmed === '' ? [] : trimmed.split(/\s*,\s*/);
      return { value: items, text: items.join(',') };
    }
    case 'DOUBLE': {
      const number = Number(trimmed);
      if (trimmed === '' || Number.isNaN(number)) return 'Not a number of type DOUBLE';
      return { value: number, text: Number.isInteger(number) ? `${number}.0` : String(number) };
    }
    case 'SHORT':
    case 'INT':
    case 'LONG': {
      const bits = INTEGER_BITS[type] ?? 0;
      const exact = /^[+-]?\d+$/.test(trimmed) ? BigInt(trimmed.replace('+', '')) : undefined;
      if (exact === undefined || BigInt.asIntN(bits, exact) !== exact) {
        return `Not a number of type ${type}`;
      }
      return { value: Number(exact), text: exact.toString() };
    }
  }
}

function hasRange(key: ConfigKey): boolean {
  return key.min !== undefined || key.max !== undefined;
}

function rangeProblem(key: ConfigKey, value: unknown): string | undefined {
  if (typeof value !== 'number') return undefined;
  if (key.min !== undefined && value < key.min) return `Value must be at least ${key.min}`;
  if (key.max !== undefined && value > key.max) return `Value must be no more than ${key.max}`;
  return undefined;
}

function allowedProblem(key: ConfigKey, value: unknown): string | undefined {
  if (key.values === undefined) return undefined;
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const allowed = key.values;
  return items.every((item) => allowed.includes(String(item)))
    ? undefined
    : `String must be one of: ${allowed.join(', ')}`;
}
