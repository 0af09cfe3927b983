import { AppError } from '../../foundation/errors.ts';
import { parseJson } from '../exact-json.ts';
import { LOGICAL } from '../schema.ts';
import type { Field, Schema, SchemaType } from '../schema.ts';
import {
  AVRO_NAMESPACE,
  AVRO_PRIMITIVES,
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
  ENUM_PARAMETER,
  FIXED_SIZE_PARAMETER,
  MAP_ENTRY,
  UNION_NAME,
  branchName,
  fullName,
  isUnion,
} from './names.ts';
import type { AvroDefinition, AvroField, AvroSchema } from './names.ts';

const PRIMITIVES: Readonly<Record<string, SchemaType>> = {
  boolean: 'boolean',
  int: 'int32',
  long: 'int64',
  float: 'float32',
  double: 'float64',
  bytes: 'bytes',
  string: 'string',
};

/** Connect's name for an Avro type and logical type. */
const LOGICAL_NAMES: Readonly<Record<string, string>> = {
  'int/date': LOGICAL.date,
  'int/time-millis': LOGICAL.time,
  'long/timestamp-millis': LOGICAL.timestamp,
  'bytes/decimal': LOGICAL.decimal,
};

/**
 * An Avro schema as Connect's, as Confluent's AvroData reads it: `["null", T]` = optional, a union of
 * several types = a struct with one optional field per branch, enums = strings, fixed = bytes.
 * Recursive records give a recursive Schema. Throws a `data` error for what isn't an Avro schema.
 */
export function fromAvro(avro: AvroSchema): Schema {
  return new Reader().read(avro, undefined);
}

export function fromAvroJson(json: string): Schema {
  return fromAvro(parseAvro(json));
}

/** JSON text of an Avro schema, parsed; a bare word (`string`) is accepted as registries do. */
export function parseAvro(json: string): AvroSchema {
  try {
    return AVRO_PRIMITIVES.has(json) ? json : (parseJson(json) as AvroSchema);
  } catch (cause) {
    throw new AppError('data', 'avro.schema.invalid', 'The Avro schema is not JSON.', { cause });
  }
}

class Reader {
  readonly #named = new Map<string, Schema>();

  read(avro: AvroSchema, namespace: string | undefined): Schema {
    if (isUnion(avro)) return this.#union(avro, namespace);
    if (typeof avro === 'string') return this.#reference(avro, namespace);
    if (avro.type === 'record' || avro.type === 'error') return this.#record(avro, namespace);
    if (avro.type === 'array') return this.#array(avro, namespace);
    if (avro.type === 'map') {
      const items = this.read(avro.values ?? 'null', namespace);
      const keys: Schema = { type: 'string', optional: false };
      return { type: 'map', optional: false, ...connectProperties(avro), keys, items };
    }
    if (avro.type === 'enum' || avro.type === 'fixed') return this.#symbolsOrFixed(avro, namespace);
    return primitive(avro);
  }

  #reference(name: string, namespace: string | undefined): Schema {
    if (AVRO_PRIMITIVES.has(name)) return primitive({ type: name });
    const known = this.#named.get(fullName(name, namespace)) ?? this.#named.get(name);
    if (known !== undefined) return known;
    throw new AppError(
      'data',
      'avro.schema.invalid',
      `The Avro schema refers to ${name}, which it does not define.`,
      { path: name, suggestion: 'Schema references are not supported: register it in one piece.' },
    );
  }

  #record(avro: AvroDefinition, outer: string | undefined): Schema {
    const name = fullName(avro.name ?? '', avro.namespace ?? outer);
    const namespace = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : undefined;
    const fields: Field[] = [];
    const anonymous = name.startsWith(`${AVRO_NAMESPACE}.${DEFAULT_RECORD_NAME}`);
    const schema: Schema = {
      type: 'struct',
      optional: false,
      ...(anonymous ? {} : { name }),
      ...connectProperties(avro),
      fields,
    };
    // Known before its fields are read, so that a record may contain itself.
    this.#named.set(name, schema);
    for (const field of avro.fields ?? []) fields.push(this.#field(field, namespace));
    return schema;
  }

  #field(field: AvroField, namespace: string | undefined): Field {
    const schema = this.read(field.type, namespace);
    const doc = schema.doc ?? field.doc;
    const value = schema.default ?? connectDefault(field.default, schema);
    if (doc === schema.doc && value === schema.default) return { name: field.name, schema };
    return {
      name: field.name,
      schema: {
        ...schema,
        ...(doc === undefined ? {} : { doc }),
        ...(value === undefined ? {} : { default: value }),
      },
    };
  }

  #union(branches: readonly AvroSchema[], namespace: string | undefined): Schema {
    const others = branches.filter((branch) => branch !== 'null');
    const optional = others.length < branches.length;
    const [only] = others;
    if (only === undefined) return { type: 'string', optional: true };
    if (others.length === 1) return { ...this.read(only, namespace), optional };
    const fields = others.map((branch) => ({
      name: branchName(branch),
      schema: { ...this.read(branch, namespace), optional: true },
    }));
    return { type: 'struct', optional, name: UNION_NAME, fields };
  }

  #array(avro: AvroDefinition, namespace: string | undefined): Schema {
    const items = this.read(avro.items ?? 'null', namespace);
    const entry = avro.items;
    if (isMapEntry(entry)) {
      const [key, value] = items.fields ?? [];
      return {
        type: 'map',
        optional: false,
        ...connectProperties(avro),
        keys: key?.schema,
        items: value?.schema,
      };
    }
    return { type: 'array', optional: false, ...connectProperties(avro), items };
  }

  #symbolsOrFixed(avro: AvroDefinition, namespace: string | undefined): Schema {
    const name = fullName(avro.name ?? '', avro.namespace ?? namespace);
    const parameters: Record<string, string> = {};
    if (avro.type === 'fixed') parameters[FIXED_SIZE_PARAMETER] = String(avro.size ?? 0);
    else parameters[ENUM_PARAMETER] = name;
    for (const symbol of avro.symbols ?? []) parameters[`${ENUM_PARAMETER}.${symbol}`] = symbol;
    const schema: Schema = {
      type: avro.type === 'fixed' ? 'bytes' : 'string',
      optional: false,
      name,
      ...connectProperties(avro),
      parameters,
    };
    this.#named.set(name, schema);
    return schema;
  }
}

export function isMapEntry(items: AvroSchema | undefined): items is AvroDefinition {
  return (
    typeof items === 'object' &&
    !isUnion(items) &&
    (items[CONNECT_INTERNAL_TYPE] === MAP_ENTRY ||
      (items.namespace === AVRO_NAMESPACE && items.name === MAP_ENTRY))
  );
}

function primitive(avro: AvroDefinition): Schema {
  if (avro.type === 'null') return { type: 'string', optional: true };
  const type = PRIMITIVES[avro.type];
  if (type === undefined) {
    const message = `The Avro type ${JSON.stringify(avro.type)} is unknown.`;
    throw new AppError('data', 'avro.schema.invalid', message);
  }
  const narrow = avro[CONNECT_TYPE];
  const schema: Schema = {
    type: narrow === 'int8' || narrow === 'int16' ? narrow : type,
    optional: false,
    ...connectProperties(avro),
  };
  const logical = LOGICAL_NAMES[`${avro.type}/${avro.logicalType ?? ''}`];
  if (logical === undefined) return schema;
  const parameters =
    logical === LOGICAL.decimal ? { parameters: decimalParameters(avro, schema) } : {};
  return { ...schema, name: logical, version: schema.version ?? 1, ...parameters };
}

function decimalParameters(avro: AvroDefinition, schema: Schema): Record<string, string> {
  const precision = Number(avro['precision'] ?? DEFAULT_PRECISION);
  return {
    scale: String(Number(avro['scale'] ?? 0)),
    ...(precision === DEFAULT_PRECISION ? {} : { [DECIMAL_PRECISION]: String(precision) }),
    ...schema.parameters,
  };
}

/** What AvroData keeps of a Connect schema in `connect.*` properties; absent ones stay absent. */
function connectProperties(avro: AvroDefinition): Partial<Schema> {
  const properties: { -readonly [K in keyof Schema]?: Schema[K] } = {};
  const name = avro[CONNECT_NAME];
  const version = avro[CONNECT_VERSION];
  const doc = avro[CONNECT_DOC] ?? avro.doc;
  const parameters = avro[CONNECT_PARAMETERS];
  if (typeof name === 'string') properties.name = name;
  if (typeof version === 'number') properties.version = version;
  if (typeof doc === 'string') properties.doc = doc;
  if (typeof parameters === 'object' && parameters !== null) {
    properties.parameters = parameters as Record<string, string>;
  }
  const value = avro[CONNECT_DEFAULT];
  if (value !== undefined && value !== null) {
    const type = PRIMITIVES[avro.type];
    properties.default = type === undefined ? value : connectDefault(value, { type });
  }
  return properties;
}

/** A default as JSON, in memory; only of primitive types, null is no default. */
function connectDefault(value: unknown, { type }: Pick<Schema, 'type'>): unknown {
  if (value === undefined || value === null) return undefined;
  if (type === 'int64') return typeof value === 'number' ? BigInt(value) : value;
  if (type === 'bytes') return typeof value === 'string' ? Buffer.from(value, 'latin1') : undefined;
  return value;
}
