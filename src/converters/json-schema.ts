/** JsonConverter's schema envelope: Connect schemas as JSON and back. */
import type { Field, Schema, SchemaType } from '../data/schema.ts';
import { AppError } from '../foundation/errors.ts';

const JSON_TYPES: Readonly<Record<SchemaType, string>> = {
  int8: 'int8',
  int16: 'int16',
  int32: 'int32',
  int64: 'int64',
  float32: 'float',
  float64: 'double',
  boolean: 'boolean',
  string: 'string',
  bytes: 'bytes',
  array: 'array',
  map: 'map',
  struct: 'struct',
};

const TYPES_BY_JSON = new Map<unknown, SchemaType>(
  Object.entries(JSON_TYPES).map(([type, json]) => [json, type as SchemaType]),
);

/**
 * `schema` as JsonConverter writes it, its properties in Connect's order. `defaultOf` turns a default
 * into JSON.
 */
export function schemaToJson(
  schema: Schema,
  defaultOf: (schema: Schema, value: unknown) => unknown,
): Record<string, unknown> {
  const json: Record<string, unknown> = { type: JSON_TYPES[schema.type] };
  if (schema.type === 'array') json['items'] = nested(schema.items);
  if (schema.type === 'map') {
    json['keys'] = nested(schema.keys ?? { type: 'string', optional: false });
    json['values'] = nested(schema.items);
  }
  if (schema.type === 'struct') {
    json['fields'] = (schema.fields ?? []).map((field) => ({
      ...nested(field.schema),
      field: field.name,
    }));
  }
  json['optional'] = schema.optional;
  if (schema.name !== undefined) json['name'] = schema.name;
  if (schema.version !== undefined) json['version'] = schema.version;
  if (schema.doc !== undefined) json['doc'] = schema.doc;
  if (schema.parameters !== undefined) json['parameters'] = schema.parameters;
  if (schema.default !== undefined && schema.default !== null) {
    json['default'] = defaultOf(schema, schema.default);
  }
  return json;

  function nested(inner: Schema | undefined): Record<string, unknown> {
    if (inner === undefined) throw new Error(`A schema of type ${schema.type} needs items`);
    return schemaToJson(inner, defaultOf);
  }
}

/** The inverse; throws a `data` error for what isn't such a schema. null = no schema. */
export function schemaFromJson(
  json: unknown,
  defaultOf: (schema: Schema, value: unknown) => unknown,
): Schema | undefined {
  return json === null || json === undefined ? undefined : read(json, defaultOf);
}

function read(json: unknown, defaultOf: (schema: Schema, value: unknown) => unknown): Schema {
  const given = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  const type = TYPES_BY_JSON.get(given['type']);
  if (type === undefined) {
    const message = `The schema in the JSON envelope has no known type: ${JSON.stringify(given['type'])}.`;
    throw new AppError('data', 'converter.json.schema', message);
  }
  const schema: { -readonly [K in keyof Schema]: Schema[K] } = {
    type,
    optional: given['optional'] === true,
  };
  const { name, version, doc, parameters } = given;
  if (typeof name === 'string') schema.name = name;
  if (typeof version === 'number') schema.version = version;
  if (typeof doc === 'string') schema.doc = doc;
  if (typeof parameters === 'object' && parameters !== null) {
    if (Object.values(parameters).some((value) => typeof value !== 'string')) {
      const message = 'Schema parameters must have string values.';
      throw new AppError('data', 'converter.json.schema', message);
    }
    schema.parameters = parameters as Record<string, string>;
  }
  if (type === 'array') schema.items = read(given['items'], defaultOf);
  if (type === 'map') {
    schema.keys = read(given['keys'], defaultOf);
    schema.items = read(given['values'], defaultOf);
  }
  if (type === 'struct') schema.fields = fieldsOf(given['fields'], defaultOf);
  const value = given['default'];
  if (value !== undefined && value !== null) schema.default = defaultOf(schema, value);
  return schema;
}

function fieldsOf(json: unknown, defaultOf: (schema: Schema, value: unknown) => unknown): Field[] {
  if (!Array.isArray(json)) {
    const message = 'A struct in the JSON envelope has no fields.';
    throw new AppError('data', 'converter.json.schema', message);
  }
  return json.map((item: unknown) => {
    const name = (item as { field?: unknown } | null)?.field;
    if (typeof name !== 'string') {
      const message = 'A struct in the JSON envelope has a field without a name.';
      throw new AppError('data', 'converter.json.schema', message);
    }
    return { name, schema: read(item, defaultOf) };
  });
}
