import { AppError, LOGICAL, type Schema } from '../../../src/sdk/index.ts';

/** A Connect value as Salesforce's REST API takes it, exactly, or a data error (Invariant 6). */
export function toJson(value: unknown, schema: Schema | undefined, path: string): unknown {
  if (value === null || value === undefined) return null;
  if (schema?.name === LOGICAL.timestamp && typeof value === 'bigint') {
    return new Date(Number(value)).toISOString().replace('Z', '+0000');
  }
  if (schema?.name === LOGICAL.date && typeof value === 'number') {
    return new Date(value * MS_OF_DAY).toISOString().slice(0, 10);
  }
  if (schema?.name === LOGICAL.time && typeof value === 'number') {
    return new Date(value).toISOString().slice(11);
  }
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'number':
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

const MS_OF_DAY = 86_400_000;
