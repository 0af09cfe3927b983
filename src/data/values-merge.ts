/** The one schema that the elements of a list or map in text have in common, and the elements as it wants them. */
import {
  decimalOf,
  decimalToDouble,
  isDecimal,
  rescaled,
  scaleOf,
  unscaledBytes,
} from './decimal.ts';
import type { Schema, SchemaAndValue, SchemaType } from './schema.ts';

const NUMBERS: readonly SchemaType[] = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64'];

/** What can't be brought to one schema: the text is a string then. */
export class Misfit extends Error {}

/** The widest schema of those that aren't null; undefined when there is none in common, or only nulls. */
export function commonSchema(values: readonly (SchemaAndValue | undefined)[]): Schema | undefined {
  let common: Schema | undefined;
  for (const { schema } of values.filter((value) => value !== undefined)) {
    if (schema === undefined) continue;
    if (common === undefined) common = schema;
    else {
      common = merged(common, schema);
      if (common === undefined) return undefined;
    }
  }
  return common;
}

function merged(one: Schema, other: Schema): Schema | undefined {
  if (one.type === other.type) return other;
  const [rank, otherRank] = [NUMBERS.indexOf(one.type), NUMBERS.indexOf(other.type)];
  if (rank < 0 || otherRank < 0) return undefined;
  return rank > otherRank ? one : other;
}

/** A value brought to `schema`; throws Misfit for what has no such form. */
export function aligned(schema: Schema, from: SchemaAndValue | undefined): unknown {
  if (from?.value === null || from?.value === undefined) {
    throw new Misfit('Unable to convert a null value to a schema that requires a value');
  }
  const { schema: given, value } = from;
  if (given?.type === schema.type) return sameType(schema, given, value);
  if (given?.name !== undefined) throw new Misfit(`Unable to convert ${given.name} to a number`);
  switch (schema.type) {
    case 'int64':
      return BigInt(value as number);
    case 'float32':
      return Math.fround(Number(value));
    case 'float64':
      return Number(value);
    default:
      return value;
  }
}

function sameType(schema: Schema, given: Schema, value: unknown): unknown {
  if (isDecimal(given) && isDecimal(schema)) {
    const decimal = decimalOf(given, value as Uint8Array);
    const same = rescaled(decimal, scaleOf(schema));
    if (same === undefined) throw new Misfit(`${decimalToDouble(decimal)} needs another scale`);
    return unscaledBytes(same.unscaled);
  }
  if (given.name !== schema.name && given.name !== undefined) {
    throw new Misfit(`Unable to convert ${given.name} to ${schema.name ?? schema.type}`);
  }
  return value;
}
