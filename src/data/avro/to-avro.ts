import { AppError } from '../../foundation/errors.ts';
import { stringifyJson } from '../exact-json.ts';
import { LOGICAL } from '../schema.ts';
import type { Field, Schema, SchemaType } from '../schema.ts';
import {
  AVRO_NAMESPACE,
  CONNECT_DEFAULT,
  CONNECT_DOC,
  CONNECT_INTERNAL_TYPE,
  CONNECT_NAME,
  CONNECT_PARAMETERS,
  CONNECT_TYPE,
  CONNECT_VERSION,
  DECIMAL_PRECISION,
  DEFAULT_PRECISION,
  DEFAULT_RECORD_NAME,
  MAP_ENTRY,
  UNION_NAME,
  splitName,
} from './names.ts';
import type { AvroField, AvroSchema } from './names.ts';

type Properties = Record<string, unknown>;

const PRIMITIVES: Partial<Record<SchemaType, string>> = {
  int8: 'int',
  int16: 'int',
  int32: 'int',
  int64: 'long',
  float32: 'float',
  float64: 'double',
  boolean: 'boolean',
  string: 'string',
  bytes: 'bytes',
};

/** Avro's logical type for each of Connect's. */
const LOGICAL_TYPES: Readonly<Record<string, string>> = {
  [LOGICAL.date]: 'date',
  [LOGICAL.time]: 'time-millis',
  [LOGICAL.timestamp]: 'timestamp-millis',
  [LOGICAL.decimal]: 'decimal',
};

/**
 * A Connect schema as Avro, as Confluent's AvroData writes it: optional = `["null", T]` (default
 * null), Connect's names, versions and parameters in `connect.*` properties, a named record written
 * out once and referred to by name afterwards. Throws a `data` error for two different structs of
 * one name.
 */
export function toAvro(schema: Schema): AvroSchema {
  return new Writer().write(schema);
}

const jsonOf = new WeakMap<Schema, string>();

/** `toAvro` as JSON text; computed once per schema object. */
export function avroJson(schema: Schema): string {
  const known = jsonOf.get(schema);
  if (known !== undefined) return known;
  const json = stringifyJson(toAvro(schema));
  jsonOf.set(schema, json);
  return json;
}

class Writer {
  readonly #fieldsByName = new Map<string, readonly Field[]>();
  #unnamed = 0;

  write(schema: Schema): AvroSchema {
    if (schema.name === UNION_NAME) return this.#union(schema);
    const base = this.#base(schema);
    if (!schema.optional) return base;
    return hasDefault(schema) ? [base, 'null'] : ['null', base];
  }

  #base(schema: Schema): AvroSchema {
    if (schema.type === 'struct') return this.#record(schema);
    if (schema.type === 'array') {
      return withConnect({ type: 'array', items: this.write(itemsOf(schema)) }, schema);
    }
    if (schema.type === 'map') return this.#map(schema);
    return primitive(schema);
  }

  #map(schema: Schema): AvroSchema {
    const values = this.write(itemsOf(schema));
    if (schema.keys === undefined || (schema.keys.type === 'string' && !schema.keys.optional)) {
      return withConnect({ type: 'map', values }, schema);
    }
    // Avro's maps have string keys only: any other is an array of entries.
    const entry = {
      type: 'record',
      name: MAP_ENTRY + (this.#unnamed++ || ''),
      namespace: AVRO_NAMESPACE,
      fields: [
        { name: 'key', type: this.write(schema.keys) },
        { name: 'value', type: values },
      ],
      [CONNECT_INTERNAL_TYPE]: MAP_ENTRY,
    };
    return withConnect({ type: 'array', items: entry }, schema);
  }

  #record(schema: Schema): AvroSchema {
    const name = schema.name ?? `${AVRO_NAMESPACE}.${DEFAULT_RECORD_NAME}${this.#unnamed++ || ''}`;
    const fields = schema.fields ?? [];
    const known = this.#fieldsByName.get(name);
    if (known === fields) return name;
    if (known !== undefined) {
      if (stringifyJson(known) === stringifyJson(fields)) return name;
      throw new AppError(
        'data',
        'avro.name.twice',
        `Two different structs are both named ${name}; Avro needs one definition per name.`,
        { path: name },
      );
    }
    this.#fieldsByName.set(name, fields);
    const { namespace, simple } = splitName(name);
    const record: Properties = { type: 'record', name: simple };
    if (namespace !== undefined) record['namespace'] = namespace;
    record['fields'] = fields.map((field) => this.#field(field));
    return withConnect(record, schema);
  }

  #field({ name, schema }: Field): AvroField {
    const field: { name: string; type: AvroSchema; doc?: string; default?: unknown } = {
      name,
      type: this.write(schema),
    };
    if (schema.doc !== undefined) field.doc = schema.doc;
    if (hasDefault(schema)) field.default = avroDefault(schema.default);
    else if (schema.optional) field.default = null;
    return field;
  }

  #union(schema: Schema): AvroSchema {
    const branches = (schema.fields ?? []).map((field) => this.#base(field.schema));
    return schema.optional ? ['null', ...branches] : branches;
  }
}

function primitive(schema: Schema): AvroSchema {
  const type = PRIMITIVES[schema.type];
  if (type === undefined) throw new Error(`${schema.type} is not primitive`);
  const properties: Properties = { type };
  if (schema.type === 'int8' || schema.type === 'int16') properties[CONNECT_TYPE] = schema.type;
  const logical = schema.name === undefined ? undefined : LOGICAL_TYPES[schema.name];
  if (logical === 'decimal') {
    properties['scale'] = Number(schema.parameters?.['scale'] ?? 0);
    properties['precision'] = Number(schema.parameters?.[DECIMAL_PRECISION] ?? DEFAULT_PRECISION);
  }
  withConnect(properties, schema);
  if (logical !== undefined) properties['logicalType'] = logical;
  return Object.keys(properties).length === 1 ? type : (properties as unknown as AvroSchema);
}

/** Adds the `connect.*` properties, in AvroData's order. */
function withConnect(properties: Properties, schema: Schema): AvroSchema {
  if (schema.doc !== undefined) properties[CONNECT_DOC] = schema.doc;
  if (schema.version !== undefined) properties[CONNECT_VERSION] = schema.version;
  if (schema.parameters !== undefined && Object.keys(schema.parameters).length > 0) {
    properties[CONNECT_PARAMETERS] = schema.parameters;
  }
  if (hasDefault(schema)) properties[CONNECT_DEFAULT] = avroDefault(schema.default);
  if (schema.name !== undefined) properties[CONNECT_NAME] = schema.name;
  return properties as unknown as AvroSchema;
}

function hasDefault(schema: Schema): boolean {
  return schema.default !== undefined && schema.default !== null;
}

/** Avro writes bytes in JSON as a string of their code points. */
function avroDefault(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (value instanceof Map) return Object.fromEntries(value);
  return value;
}

function itemsOf(schema: Schema): Schema {
  if (schema.items === undefined) throw new Error(`A schema of type ${schema.type} needs items`);
  return schema.items;
}
