/** Connect schemas as JSON Schema, as Confluent's JsonSchemaData writes them. */
import { isDecimal } from '../data/decimal.ts';
import type { Schema, SchemaType } from '../data/schema.ts';
import { valueToJson } from './json-values.ts';
import type { JsonOptions } from './json-values.ts';

export interface JsonSchemaStyle {
  /** Confluent's `json.oneof.for.nullables`: null or a type by `oneOf`; else a list of types. */
  readonly oneOf: boolean;
  /** Confluent's `use.optional.for.nonrequired`: what must be there is listed as `required`. */
  readonly required: boolean;
  /** Confluent's `object.additional.properties`. */
  readonly additional: boolean;
  readonly values: JsonOptions;
}

type Json = Record<string, unknown>;

const TYPES: Readonly<Record<SchemaType, string>> = {
  int8: 'integer',
  int16: 'integer',
  int32: 'integer',
  int64: 'integer',
  float32: 'number',
  float64: 'number',
  boolean: 'boolean',
  string: 'string',
  bytes: 'string',
  array: 'array',
  map: 'object',
  struct: 'object',
};

/** Types that JSON Schema has no name of its own for are told by `connect.type`. */
const TOLD: ReadonlySet<SchemaType> = new Set<SchemaType>([
  'int8',
  'int16',
  'int32',
  'int64',
  'float32',
  'float64',
  'bytes',
  'map',
]);

/** `index`: the field's place, since JSON's properties have none. */
export function toJsonSchema(schema: Schema, style: JsonSchemaStyle, index?: number): Json {
  const base = baseOf(schema, style);
  const place = index === undefined ? {} : { 'connect.index': index };
  if (!schema.optional) return { ...base, ...place };
  if (!style.oneOf) return { ...base, ...place, type: [base['type'], 'null'] };
  return { oneOf: [{ type: 'null' }, base], ...place };
}

function baseOf(schema: Schema, style: JsonSchemaStyle): Json {
  const { type, name, version, doc, parameters } = schema;
  const fallback = schema.default ?? null;
  return {
    type: isDecimal(schema) ? 'number' : TYPES[type],
    ...(name === undefined ? {} : { title: name }),
    ...(TOLD.has(type) ? { 'connect.type': type } : {}),
    ...(version === undefined ? {} : { 'connect.version': version }),
    ...(doc === undefined ? {} : { 'connect.doc': doc }),
    ...(parameters === undefined ? {} : { 'connect.parameters': parameters }),
    ...(fallback === null ? {} : { default: valueToJson(schema, fallback, style.values) }),
    ...partsOf(schema, style),
  };
}

function partsOf(schema: Schema, style: JsonSchemaStyle): Json {
  const items = schema.items ?? { type: 'string', optional: true };
  switch (schema.type) {
    case 'array':
      return { items: toJsonSchema(items, style) };
    case 'map': {
      const { keys } = schema;
      if (keys === undefined || (keys.type === 'string' && !keys.optional)) {
        return { additionalProperties: toJsonSchema(items, style) };
      }
      const properties = {
        key: toJsonSchema(keys, style, 0),
        value: toJsonSchema(items, style, 1),
      };
      return { type: 'array', items: { type: 'object', properties } };
    }
    case 'struct': {
      const fields = schema.fields ?? [];
      const properties = Object.fromEntries(
        fields.map((field, at) => [field.name, toJsonSchema(field.schema, style, at)]),
      );
      const required = fields.filter((field) => !field.schema.optional).map(({ name }) => name);
      return {
        properties,
        ...(style.required && required.length > 0 ? { required } : {}),
        ...(style.additional ? {} : { additionalProperties: false }),
      };
    }
    default:
      return {};
  }
}
