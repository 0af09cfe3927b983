import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import {
  decimalToDouble,
  isDecimal,
  parseDecimal,
  rescaled,
  scaleOf,
  unscaledBytes,
  wholePart,
} from '../data/decimal.ts';
import { inferredType, javaClass } from '../data/java-class.ts';
import type { Schema, SchemaType } from '../data/schema.ts';
import { isTemporal } from '../data/temporal.ts';
import { shortened } from './cast-value.ts';
import { REPLACE_NULL, listKey, nonEmpty, stringKey, textOf, valuesIn } from './options.ts';
import {
  dataOf,
  fieldValue,
  refusal,
  requireMap,
  requireStruct,
  schemaOf,
  structOf,
  withData,
} from './side.ts';
import type { Side } from './side.ts';
import type { Transform } from './transform.ts';

export const MASK_FIELD_CONFIG: ConfigDef = [
  listKey('fields', 'Names of fields to mask.', {
    importance: 'HIGH',
    refusal: valuesIn(false),
  }),
  stringKey(
    'replacement',
    "Custom value replacement, that will be applied to all 'fields' values (numeric or non-empty string values only).",
    { default: null, importance: 'LOW', check: nonEmpty },
  ),
  REPLACE_NULL,
];

const PURPOSE = 'mask fields';
const BITS: Partial<Record<SchemaType, number>> = { int8: 8, int16: 16, int32: 32, int64: 64 };

/** Connect's MaskField: fields as nothing of their type (0, false, '', an empty list), or as `replacement`. */
export function maskField(config: Config, side: Side): Transform {
  const names = new Set(config.list('fields'));
  const replacement = textOf(config, MASK_FIELD_CONFIG, 'replacement');
  const replaceNull = config.boolean('replace.null.with.default');
  const masked = (schema: Schema | undefined, value: unknown): unknown => {
    if (value === null || value === undefined) return null;
    return replacement === undefined
      ? nothing(schema, value)
      : replaced(schema, value, replacement);
  };
  return {
    apply: (record) => {
      const schema = schemaOf(record, side);
      const data = dataOf(record, side);
      if (schema === undefined) {
        const map = requireMap(data, PURPOSE);
        const values = [...names].map((name) => [name, masked(undefined, map[name])]);
        return withData(record, side, undefined, { ...map, ...Object.fromEntries(values) });
      }
      const struct = requireStruct(schema, data, PURPOSE);
      const value = structOf(schema, (field) => {
        const original = fieldValue(struct, field, replaceNull);
        return names.has(field.name) ? masked(field.schema, original) : original;
      });
      return withData(record, side, schema, value);
    },
  };
}

function nothing(schema: Schema | undefined, value: unknown): unknown {
  if (value instanceof Date) return new Date(0);
  if (isDecimal(schema)) return unscaledBytes(0n);
  switch (schema?.type ?? inferredType(value)) {
    case 'boolean':
      return false;
    case 'int64':
      return schema === undefined ? 0 : 0n;
    case 'int8':
    case 'int16':
    case 'int32':
    case 'float32':
    case 'float64':
      return 0;
    case 'string':
      return '';
    case 'array':
      return [];
    case 'map':
      return schema === undefined ? {} : new Map();
    case 'bytes':
    case 'struct':
      throw refusal(`Cannot mask value of type: class ${javaClass(schema, value)}`);
  }
}

function replaced(schema: Schema | undefined, value: unknown, text: string): unknown {
  const type = schema?.type ?? inferredType(value);
  const numeric = type.startsWith('int') || type.startsWith('float') || isDecimal(schema);
  if (value instanceof Date || isTemporal(schema) || !(numeric || type === 'string')) {
    throw refusal(
      `Cannot mask value of type class ${javaClass(schema, value)} with custom replacement.`,
    );
  }
  if (type === 'string') return text;
  const number = parseDecimal(text);
  if (schema !== undefined && isDecimal(schema)) {
    const scaled = number === undefined ? undefined : rescaled(number, scaleOf(schema));
    if (scaled !== undefined) return unscaledBytes(scaled.unscaled);
    throw refusal(`Unable to convert ${text} (class java.lang.String) to number`);
  }
  if (number === undefined) {
    throw refusal(`Unable to convert ${text} (class java.lang.String) to a number`);
  }
  if (type === 'float64') return decimalToDouble(number);
  if (type === 'float32') return Math.fround(decimalToDouble(number));
  const integer = BigInt.asIntN(BITS[type] ?? 64, wholePart(number));
  if (type !== 'int64') return Number(integer);
  return schema === undefined ? shortened(integer) : integer;
}
