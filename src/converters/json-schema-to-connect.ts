/**
 * JSON Schema as Connect schemas, as Confluent's JsonSchemaData reads it: `connect.*` properties first, else integer = int64,
 * number = float64, object = struct. References within the document are followed; unions of more than null and one type,
 * and schemas that refer to themselves, are refused by name.
 */
import type { Field, Schema, SchemaType } from '../data/schema.ts';
import { AppError } from '../foundation/errors.ts';
import { valueFromJson } from './json-values.ts';
import type { JsonSchemaStyle } from './connect-to-json-schema.ts';

type Json = Readonly<Record<string, unknown>>;

/** References in references: no document that people write has more. */
const MAX_DEPTH = 100;

const BY_JSON_TYPE: Readonly<Record<string, SchemaType>> = {
  integer: 'int64',
  number: 'float64',
  boolean: 'boolean',
  string: 'string',
  array: 'array',
  object: 'struct',
};
const TOLD: ReadonlySet<unknown> = new Set<SchemaType>([
  'int8',
  'int16',
  'int32',
  'int64',
  'float32',
  'float64',
  'bytes',
  'map',
]);

export function fromJsonSchema(document: unknown, style: JsonSchemaStyle): Schema {
  return read(document, { document, style, path: '', depth: 0 });
}

interface Place {
  readonly document: unknown;
  readonly style: JsonSchemaStyle;
  readonly path: string;
  readonly depth: number;
}

function read(json: unknown, place: Place): Schema {
  if (place.depth > MAX_DEPTH) throw unreadable(place, 'refers to itself');
  const given = resolved(json, place);
  const inner = { ...place, depth: place.depth + 1 };
  const branches = given['oneOf'] ?? given['anyOf'];
  if (Array.isArray(branches)) {
    const others = branches.filter((branch) => (branch as Json | null)?.['type'] !== 'null');
    if (others.length !== 1) throw unreadable(place, 'is a union of several types');
    const schema = read(others[0], inner);
    return { ...schema, optional: schema.optional || others.length < branches.length };
  }
  const types = Array.isArray(given['type']) ? (given['type'] as unknown[]) : [given['type']];
  const [type, ...more] = types.filter((name) => name !== 'null');
  if (more.length > 0) throw unreadable(place, 'is a union of several types');
  const schema = typed(given, type, inner);
  return types.includes('null') ? { ...schema, optional: true } : schema;
}

function typed(given: Json, jsonType: unknown, place: Place): Schema {
  const told = given['connect.type'];
  const type = TOLD.has(told) ? (told as SchemaType) : typeOf(given, jsonType, place);
  const { title, default: fallback } = given;
  const [version, doc] = [given['connect.version'], given['connect.doc']];
  const parameters = given['connect.parameters'];
  const schema: Schema = {
    type,
    optional: false,
    ...(typeof title === 'string' ? { name: title } : {}),
    ...(typeof version === 'number' ? { version } : {}),
    ...(typeof doc === 'string' ? { doc } : {}),
    ...(typeof parameters === 'object' && parameters !== null
      ? { parameters: parameters as Readonly<Record<string, string>> }
      : {}),
    ...partsOf(type, given, jsonType, place),
  };
  if (fallback === undefined || fallback === null) return schema;
  return { ...schema, default: valueFromJson(schema, fallback, place.style.values, place.path) };
}

function typeOf(given: Json, jsonType: unknown, place: Place): SchemaType {
  const type = typeof jsonType === 'string' ? BY_JSON_TYPE[jsonType] : undefined;
  if (type !== undefined) return type;
  if (given['properties'] !== undefined) return 'struct';
  if (given['enum'] !== undefined) return 'string';
  throw unreadable(place, 'has no type');
}

function partsOf(type: SchemaType, given: Json, jsonType: unknown, place: Place): Partial<Schema> {
  if (type === 'array') return { items: read(given['items'], at(place, '[]')) };
  if (type === 'struct') return { fields: fieldsOf(given, place) };
  if (type !== 'map') return {};
  if (jsonType === 'array') {
    const { properties } = resolved(given['items'], place) as { properties?: Json };
    return {
      keys: read(properties?.['key'], at(place, 'key')),
      items: read(properties?.['value'], at(place, 'value')),
    };
  }
  return {
    keys: { type: 'string', optional: false },
    items: read(given['additionalProperties'], at(place, '*')),
  };
}

/** In the order of `connect.index`; those without one behind, as they stand. */
function fieldsOf(given: Json, place: Place): readonly Field[] {
  const properties = Object.entries((given['properties'] ?? {}) as Readonly<Record<string, Json>>);
  const required = Array.isArray(given['required']) ? (given['required'] as unknown[]) : [];
  const index = (json: Json): number => {
    const found = json['connect.index'];
    return typeof found === 'number' ? found : Infinity;
  };
  return properties
    .toSorted(([, one], [, other]) =>
      index(one) < index(other) ? -1 : Number(index(one) > index(other)),
    )
    .map(([name, json]) => {
      const schema = read(json, at(place, name));
      const optional = schema.optional || (place.style.required && !required.includes(name));
      return { name, schema: optional === schema.optional ? schema : { ...schema, optional } };
    });
}

/** What a `$ref` within the document stands for. */
function resolved(json: unknown, place: Place): Json {
  if (typeof json !== 'object' || json === null) throw unreadable(place, 'is no schema');
  const { $ref: ref } = json as { $ref?: unknown };
  if (typeof ref !== 'string') return json as Json;
  if (place.depth > MAX_DEPTH) throw unreadable(place, 'refers to itself');
  if (!ref.startsWith('#')) throw unreadable(place, `refers to another document (${ref})`);
  let found: unknown = place.document;
  for (const step of ref.split('/').slice(1)) {
    found = (found as Json | null | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return resolved(found, { ...place, depth: place.depth + 1 });
}

function at(place: Place, name: string): Place {
  return { ...place, path: place.path === '' ? name : `${place.path}.${name}` };
}

function unreadable({ path }: Place, problem: string): AppError {
  const where = path === '' ? 'The JSON schema' : `${path} in the JSON schema`;
  return new AppError('data', 'converter.jsonschema', `${where} ${problem}.`, { path });
}
