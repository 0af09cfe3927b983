/**
 * avsc's types where Connect's memory model differs from avsc's: `long` is a bigint, `bytes` any
 * Uint8Array, a map a Map, `["null", T]` the bare value, a union of several types a struct. Given to
 * avsc by its `typeHook`, because its own extension points don't reach a long with a logical type.
 */
import avro from 'avsc';
import type { AvscType } from './avsc.ts';
import { ArrayType, EntriesType, MapType } from './collection-types.ts';
import { isMapEntry } from './from-avro.ts';
import { branchName, isUnion } from './names.ts';
import type { AvroDefinition, AvroSchema } from './names.ts';
import { BYTES, LONG, STRING, narrowInt } from './primitive-types.ts';
import { NullableType, SingleType, UnionType } from './union-types.ts';

type HookOptions = Parameters<typeof avro.Type.forSchema>[1];

/** avsc's `typeHook`. */
export function connectType(given: unknown, options: HookOptions): avro.Type | undefined {
  const schema = given as AvroSchema;
  if (typeof schema === 'string') return shared(schema);
  if (isUnion(schema)) return unionOf(schema, options);
  if (schema.type === 'int') return narrowInt(schema);
  if (schema.type === 'array') return arrayOf(schema, options);
  if (schema.type === 'map') return new MapType(typeOf(schema.values ?? 'null', options));
  return shared(schema.type);
}

function shared(name: string): avro.Type | undefined {
  if (name === 'long') return LONG;
  if (name === 'string') return STRING;
  return name === 'bytes' ? BYTES : undefined;
}

function typeOf(schema: AvroSchema, options: HookOptions): AvscType {
  const type = avro.Type.forSchema(schema as avro.Schema, options);
  return type as AvscType;
}

function unionOf(branches: readonly AvroSchema[], options: HookOptions): avro.Type {
  const nullIndex = branches.indexOf('null');
  const others = branches.filter((branch) => branch !== 'null');
  const [only] = others;
  if (only !== undefined && others.length === 1 && nullIndex >= 0) {
    return new NullableType(typeOf(only, options), nullIndex);
  }
  const named = branches.map((branch) => ({
    name: branch === 'null' ? undefined : branchName(branch),
    type: typeOf(branch, options),
  }));
  return others.length === 1 ? new SingleType(named) : new UnionType(named);
}

function arrayOf(schema: AvroDefinition, options: HookOptions): avro.Type {
  const { items } = schema;
  if (!isMapEntry(items)) return new ArrayType(typeOf(items ?? 'null', options));
  const record = typeOf(items, options);
  return new EntriesType(new ArrayType(record));
}
