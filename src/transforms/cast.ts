import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import type { Schema, SchemaType } from '../data/schema.ts';
import { CAST_OUTPUTS, castValue, typeNames } from './cast-value.ts';
import { javaSplit } from './java-split.ts';
import { REPLACE_NULL, listKey } from './options.ts';
import {
  basicsOf,
  dataOf,
  derivedSchema,
  fieldValue,
  fieldsOf,
  requireMap,
  requireStruct,
  schemaOf,
  structOf,
  structSchema,
  withData,
} from './side.ts';
import type { Side } from './side.ts';
import type { Transform } from './transform.ts';

export const CAST_CONFIG: ConfigDef = [
  listKey(
    'spec',
    'List of fields and the type to cast them to of the form field1:type,field2:type to cast fields of Maps or Structs. A single type to cast the entire value. Valid types are int8, int16, int32, int64, float32, float64, boolean, and string. Note that binary fields can only be cast to string.',
    { importance: 'HIGH', refusal: (value) => problem(value as readonly string[]) },
  ),
  REPLACE_NULL,
];

const PURPOSE = 'cast types';
const TYPES = [
  'int8',
  'int16',
  'int32',
  'int64',
  'float32',
  'float64',
  'boolean',
  'string',
  'bytes',
  'array',
  'map',
  'struct',
];

/** The types by field; `whole` casts the value itself. */
interface Casts {
  readonly whole: SchemaType | undefined;
  readonly fields: ReadonlyMap<string, SchemaType>;
}

/** Connect's Cast: fields, or the whole key or value, to other types. Null passes. */
export function cast(config: Config, side: Side): Transform {
  const casts = castsOf(config.list('spec'));
  const replaceNull = config.boolean('replace.null.with.default');
  const castSchema = derivedSchema((schema) => schemaWith(schema, casts));
  return {
    apply: (record) => {
      const data = dataOf(record, side);
      if (data === null) return record;
      const schema = schemaOf(record, side);
      const made = schema === undefined ? undefined : castSchema(schema);
      if (casts.whole !== undefined) {
        return withData(record, side, made, castValue(schema, data, casts.whole));
      }
      if (schema === undefined || made === undefined) {
        const fields = requireMap(data, PURPOSE);
        const cast_ = [...casts.fields].map(([name, type]) => [
          name,
          castValue(undefined, fields[name], type),
        ]);
        return withData(record, side, undefined, { ...fields, ...Object.fromEntries(cast_) });
      }
      const struct = requireStruct(schema, data, PURPOSE);
      const originals = new Map((schema.fields ?? []).map((field) => [field.name, field]));
      const result = structOf(made, (field) => {
        const original = originals.get(field.name) ?? field;
        const value = fieldValue(struct, original, replaceNull);
        const type = casts.fields.get(field.name);
        return type === undefined ? value : castValue(original.schema, value, type);
      });
      return withData(record, side, made, result);
    },
  };
}

function schemaWith(schema: Schema, { whole, fields }: Casts): Schema {
  const made =
    whole === undefined
      ? structSchema(
          schema,
          fieldsOf(schema).map((field) => {
            const type = fields.get(field.name);
            if (type === undefined) return field;
            return { name: field.name, schema: fieldSchema(field.schema, type) };
          }),
        )
      : { ...basicsOf(schema), type: whole };
  return { ...made, optional: schema.optional, ...defaultOf(schema, made.type) };
}

function fieldSchema(schema: Schema, type: SchemaType): Schema {
  return { type, optional: schema.optional, ...defaultOf(schema, type) };
}

function defaultOf(schema: Schema, type: SchemaType): Pick<Schema, 'default'> {
  const value = schema.default ?? null;
  return value === null ? {} : { default: castValue(schema, value, type) };
}

function castsOf(spec: readonly string[]): Casts {
  const fields = new Map<string, SchemaType>();
  let whole: SchemaType | undefined;
  for (const mapping of spec) {
    const [first = '', second] = javaSplit(mapping);
    const type = (second ?? first).trim().toLowerCase() as SchemaType;
    if (second === undefined) whole = type;
    else fields.set(first.trim(), type);
  }
  return { whole, fields };
}

/** What is wrong with a spec, in Connect's words. */
function problem(spec: readonly string[]): string | undefined {
  if (spec.length === 0) return 'Must specify at least one field to cast.';
  for (const mapping of spec) {
    const parts = javaSplit(mapping);
    if (parts.length > 2) {
      return `Invalid value [${spec.join(', ')}] for configuration renames: Invalid rename mapping: ${mapping}`;
    }
    const name = (parts.at(-1) ?? '').trim();
    if (!TYPES.includes(name.toLowerCase())) return `Invalid type found in casting spec: ${name}`;
    if (!CAST_OUTPUTS.some((type) => type === name.toLowerCase())) {
      return `Cast transformation does not support casting to ${name.toUpperCase()}; supported types are ${typeNames(CAST_OUTPUTS)}`;
    }
  }
  const whole = spec.some((mapping) => javaSplit(mapping).length === 1);
  return whole && spec.length > 1
    ? 'Cast transformations that specify a type to cast the entire value to may only specify a single cast in their spec'
    : undefined;
}
