import { AppError, LOGICAL, type Schema } from '../../../src/sdk/index.ts';

const MS_OF_DAY = 86_400_000;
/** The instants whose year has four digits, as Salesforce's texts do; its own range lies within. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** A Connect value as Salesforce's REST API takes it, exactly, or a data error (Invariant 6). */
export function toJson(value: unknown, schema: Schema | undefined, path: string): unknown {
  if (value === null || value === undefined) return null;
  if (schema?.name === LOGICAL.timestamp && typeof value === 'bigint') {
    return instant(Number(value), path).replace('Z', '+0000');
  }
  if (schema?.name === LOGICAL.date && typeof value === 'number') {
    return instant(value * MS_OF_DAY, path).slice(0, 10);
  }
  if (schema?.name === LOGICAL.time && typeof value === 'number') {
    if (value < 0 || value >= MS_OF_DAY) throw outside(path, 'a time of day');
    return instant(value, path).slice(11);
  }
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      // JSON would write null for it, which empties the field.
      if (!Number.isFinite(value)) throw outside(path, 'a number');
      return value;
    case 'bigint':
      if (Number.isSafeInteger(Number(value))) return Number(value);
      throw new AppError(
        'data',
        'salesforce.number',
        `${path} is ${value}, which a Salesforce number can't hold exactly.`,
        { path, suggestion: 'Map it to a text field.' },
      );
    default:
      throw new AppError('data', 'salesforce.value', `${path} is no value of a Salesforce field.`, {
        path,
      });
  }
}

function instant(ms: number, path: string): string {
  if (!(ms >= FIRST_MS && ms <= LAST_MS)) throw outside(path, 'a date of a year of four digits');
  return new Date(ms).toISOString();
}

function outside(path: string, what: string): AppError {
  return new AppError('data', 'salesforce.value', `${path} is not ${what}.`, { path });
}
