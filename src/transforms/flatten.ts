import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import { inferredType } from '../data/java-class.ts';
import type { Field, Schema, Struct } from '../data/schema.ts';
import { stringKey, textOf } from './options.ts';
import {
  basicsOf,
  dataOf,
  derivedSchema,
  fieldValue,
  refusal,
  requireMap,
  requireStruct,
  schemaOf,
  structOf,
  structSchema,
  withData,
} from './side.ts';
import type { Side } from './side.ts';
import type { Transform } from './transform.ts';

export const FLATTEN_CONFIG: ConfigDef = [
  stringKey(
    'delimiter',
    'Delimiter to insert between field names from the input record when generating field names for the output record',
    { default: '.' },
  ),
];

const PURPOSE = 'flattening';

/** Connect's Flatten: nested structs (or maps, without a schema) as fields `outer.inner`. Arrays stay; null passes. */
export function flatten(config: Config, side: Side): Transform {
  const delimiter = textOf(config, FLATTEN_CONFIG, 'delimiter') ?? '.';
  const join = (prefix: string, name: string): string =>
    prefix === '' ? name : prefix + delimiter + name;
  const flatSchema = derivedSchema((schema) => structSchema(schema, [...flatFields(schema, join)]));
  return {
    apply: (record) => {
      const data = dataOf(record, side);
      if (data === null) return record;
      const schema = schemaOf(record, side);
      if (schema === undefined) {
        const flat = Object.fromEntries(flatEntries(requireMap(data, PURPOSE), join));
        return withData(record, side, undefined, flat);
      }
      const struct = requireStruct(schema, data, PURPOSE);
      const made = flatSchema(schema);
      const values = new Map(flatValues(schema, struct, join));
      return withData(
        record,
        side,
        made,
        structOf(made, ({ name }) => values.get(name)),
      );
    },
  };
}

type Join = (prefix: string, name: string) => string;

function* flatEntries(map: Struct, join: Join, prefix = ''): Generator<[string, unknown]> {
  for (const [key, value] of Object.entries(map)) {
    const name = join(prefix, key);
    if (value instanceof Date) {
      throw refusal(
        "Flatten transformation was passed a value of type class java.util.Date which is not supported by Connect's data API",
      );
    }
    if (value === null || value === undefined || inferredType(value) !== 'map') {
      yield [name, value ?? null];
    } else yield* flatEntries(requireMap(value, PURPOSE), join, name);
  }
}

/** A field is optional where any struct around it is; the outer default holds where the field has none. */
function* flatFields(
  schema: Schema,
  join: Join,
  prefix = '',
  optional = schema.optional,
  outer = (schema.default ?? null) as Struct | null,
): Generator<Field> {
  for (const field of schema.fields ?? []) {
    const name = join(prefix, field.name);
    const of = field.schema;
    const isOptional = optional || of.optional;
    const fallback: unknown =
      of.default ?? (outer === null ? null : fieldValue(outer, field, true)) ?? null;
    if (of.type === 'struct') {
      yield* flatFields(of, join, name, isOptional, fallback as Struct | null);
    } else if (of.type === 'map') {
      throw refusal(
        `Flatten transformation does not support MAP for record with schemas (for field ${name}).`,
        name,
      );
    } else yield { name, schema: leaf(of, isOptional, fallback) };
  }
}

function leaf(schema: Schema, optional: boolean, fallback: unknown): Schema {
  return {
    type: schema.type,
    optional,
    ...basicsOf(schema),
    ...(schema.items === undefined ? {} : { items: schema.items }),
    ...(fallback === null ? {} : { default: fallback }),
  };
}

function* flatValues(
  schema: Schema,
  struct: Struct,
  join: Join,
  prefix = '',
): Generator<[string, unknown]> {
  for (const field of schema.fields ?? []) {
    const name = join(prefix, field.name);
    // Connect reads a nested struct itself without its default, a leaf with it.
    const isStruct = field.schema.type === 'struct';
    const value = fieldValue(struct, field, !isStruct);
    if (!isStruct) yield [name, value];
    else if (value !== null) yield* flatValues(field.schema, value as Struct, join, name);
  }
}
