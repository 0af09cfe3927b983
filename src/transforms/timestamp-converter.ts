import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import { optional } from '../data/build.ts';
import { inferredType, javaClass } from '../data/java-class.ts';
import { dateFormat } from '../data/java-date-format.ts';
import type { DateFormat } from '../data/java-date-format.ts';
import type { Schema, Struct } from '../data/schema.ts';
import { REPLACE_NULL, oneOf, refused, stringKey, textOf } from './options.ts';
import {
  dataOf,
  derivedSchema,
  fieldValue,
  fieldsOf,
  findField,
  refusal,
  requireMap,
  requireStruct,
  schemaOf,
  structOf,
  structSchema,
  withData,
} from './side.ts';
import type { Side } from './side.ts';
import { TIMESTAMP_SCHEMAS, fromMillis, toMillis, typeOfSchema } from './timestamp-types.ts';
import type { TimestampOptions, TimestampType, UnixPrecision } from './timestamp-types.ts';
import type { Transform } from './transform.ts';

export const TIMESTAMP_CONVERTER_CONFIG: ConfigDef = [
  stringKey(
    'field',
    'The field containing the timestamp, or empty if the entire value is a timestamp',
    { default: '', importance: 'HIGH' },
  ),
  stringKey(
    'target.type',
    'The desired timestamp representation: string, unix, Date, Time, or Timestamp',
    { importance: 'HIGH', ...oneOf('string', 'unix', 'Date', 'Time', 'Timestamp') },
  ),
  stringKey(
    'format',
    'A SimpleDateFormat-compatible format for the timestamp. Used to generate the output when type=string or used to parse the input if the input is a string.',
    { default: '' },
  ),
  stringKey(
    'unix.precision',
    'The desired Unix precision for the timestamp: seconds, milliseconds, microseconds, or nanoseconds. Used to generate the output when type=unix or used to parse the input if the input is a Long.Note: This SMT will cause precision loss during conversions from, and to, values with sub-millisecond components.',
    {
      default: 'milliseconds',
      importance: 'LOW',
      ...oneOf('nanoseconds', 'microseconds', 'milliseconds', 'seconds'),
    },
  ),
  REPLACE_NULL,
];

const PURPOSE = 'converting timestamp formats';

/** Connect's TimestampConverter: a time in one form to another, as a field or as the whole key or value. Null passes. */
export function timestampConverter(config: Config, side: Side): Transform {
  const options = optionsOf(config);
  const name = text(config, 'field');
  const replaceNull = config.boolean('replace.null.with.default');
  const target = TIMESTAMP_SCHEMAS[options.target];
  const targetLike = ({ optional: isOptional }: Schema): Schema =>
    isOptional ? optional(target) : target;
  const converted = (schema: Schema, struct: Struct, made: Schema): Struct =>
    structOf(made, (field) => {
      const original = findField(schema, field.name) ?? field;
      const value = fieldValue(struct, original, replaceNull);
      return field.name === name ? convert(original.schema, value, options) : value;
    });
  const madeFrom = derivedSchema((schema) => {
    const fields = fieldsOf(schema).map((field) =>
      field.name === name ? { name, schema: targetLike(field.schema) } : field,
    );
    const made = { ...structSchema(schema, fields), optional: schema.optional };
    const fallback = (schema.default ?? null) as Struct | null;
    return fallback === null ? made : { ...made, default: converted(schema, fallback, made) };
  });
  return {
    apply: (record) => {
      const schema = schemaOf(record, side);
      const data = dataOf(record, side);
      if (schema === undefined) {
        if (data === null || name === '') {
          return withData(record, side, undefined, convert(undefined, data, options));
        }
        const map = requireMap(data, PURPOSE);
        const value = convert(undefined, map[name], options);
        return withData(record, side, undefined, { ...map, [name]: value });
      }
      if (name === '') {
        return withData(record, side, targetLike(schema), convert(schema, data, options));
      }
      const struct = data === null ? null : requireStruct(schema, data, PURPOSE);
      const made = madeFrom(schema);
      return withData(record, side, made, struct === null ? null : converted(schema, struct, made));
    },
  };
}

function convert(schema: Schema | undefined, value: unknown, options: TimestampOptions): unknown {
  const known = schema === undefined ? undefined : typeOfSchema(schema);
  if (value === null || value === undefined) return null;
  const type = known ?? typeOfValue(value);
  return fromMillis(toMillis(schema, type, value, options), schema !== undefined, options);
}

function typeOfValue(value: unknown): TimestampType {
  if (value instanceof Date) return 'Timestamp';
  const type = inferredType(value);
  if (type === 'int64') return 'unix';
  if (type === 'string') return 'string';
  const found = javaClass(undefined, value);
  throw refusal(`TimestampConverter does not support class ${found} objects as timestamps`);
}

function optionsOf(config: Config): TimestampOptions {
  const target = text(config, 'target.type') as TimestampType;
  const pattern = text(config, 'format');
  if (target === 'string' && pattern === '') {
    throw refused(
      'format',
      'TimestampConverter requires format option to be specified when using string timestamps',
    );
  }
  const precision = text(config, 'unix.precision') as UnixPrecision;
  return { target, precision, format: pattern === '' ? undefined : formatOf(pattern) };
}

function text(config: Config, name: string): string {
  return textOf(config, TIMESTAMP_CONVERTER_CONFIG, name) ?? '';
}

function formatOf(pattern: string): DateFormat {
  try {
    return dateFormat(pattern);
  } catch {
    throw refused(
      'format',
      `TimestampConverter requires a SimpleDateFormat-compatible pattern for string timestamps: ${pattern}`,
    );
  }
}
