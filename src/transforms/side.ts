/** Keys and values as transforms handle them: one half of a record, structs with Connect's rules, schemas made from others. */
import { javaClass } from '../data/java-class.ts';
import type { ConnectRecord } from '../data/record.ts';
import type { Field, Schema, Struct } from '../data/schema.ts';
import { AppError } from '../foundation/errors.ts';

/** Which half of a record a transform works on: the `$Key` or `$Value` of its class. */
export type Side = 'key' | 'value';

export function schemaOf(record: ConnectRecord, side: Side): Schema | undefined {
  return side === 'key' ? record.keySchema : record.valueSchema;
}

/** The key or value; null for none. */
export function dataOf(record: ConnectRecord, side: Side): unknown {
  return (side === 'key' ? record.key : record.value) ?? null;
}

/** The record with another key or value. */
export function withData<R extends ConnectRecord>(
  record: R,
  side: Side,
  schema: Schema | undefined,
  data: unknown,
): R {
  return side === 'key'
    ? { ...record, keySchema: schema, key: data }
    : { ...record, valueSchema: schema, value: data };
}

/** What is wrong with a record, in Connect's words. */
export function refusal(message: string, path?: string): AppError {
  return new AppError('data', 'transform.record', message, { path });
}

/** As Java prints a schema. */
export function schemaText({ name, type }: Schema): string {
  return `Schema{${name === undefined ? '' : `${name}:`}${type.toUpperCase()}}`;
}

/** A value of a struct schema; `purpose` is what the transform does with it, for the message. */
export function requireStruct(schema: Schema, data: unknown, purpose: string): Struct {
  if (schema.type === 'struct' && data !== null && typeof data === 'object') return data as Struct;
  const found = javaClass(schema, data);
  throw refusal(`Only Struct objects supported for [${purpose}], found: ${found}`);
}

/** A value without a schema that has fields, as an object. */
export function requireMap(data: unknown, purpose: string): Struct {
  const found = javaClass(undefined, data);
  if (found !== 'java.util.HashMap') {
    throw refusal(
      `Only Map objects supported in absence of schema for [${purpose}], found: ${found}`,
    );
  }
  return data instanceof Map ? (Object.fromEntries(data) as Struct) : (data as Struct);
}

/** A field's value; its schema's default for null when `replaceNull`. */
export function fieldValue(struct: Struct, { name, schema }: Field, replaceNull: boolean): unknown {
  const value = struct[name] ?? null;
  return value === null && replaceNull ? (schema.default ?? null) : value;
}

/** A struct's fields, or Connect's error for another schema. */
export function fieldsOf(schema: Schema): readonly Field[] {
  if (schema.type === 'struct') return schema.fields ?? [];
  throw refusal('Cannot list fields on non-struct type');
}

export function findField(schema: Schema, name: string): Field | undefined {
  return schema.fields?.find((field) => field.name === name);
}

/**
 * A struct of `schema`'s fields. As Connect's `Struct.put` does, null is refused where a field is required; undefined is
 * not put at all and stays null.
 */
export function structOf(schema: Schema, valueOf: (field: Field) => unknown): Struct {
  return Object.fromEntries(
    (schema.fields ?? []).map((field) => {
      const value = valueOf(field);
      if (value === null && !field.schema.optional) {
        const type = field.schema.type.toUpperCase();
        const message = `Invalid value: null used for required field: "${field.name}", schema type: ${type}`;
        throw refusal(message, field.name);
      }
      return [field.name, value ?? null];
    }),
  );
}

/** A required struct schema with `fields`, named and documented as `source` is. */
export function structSchema(source: Schema | undefined, fields: readonly Field[]): Schema {
  const names = new Set<string>();
  for (const { name } of fields) {
    if (name === '') throw refusal('fieldName cannot be null.');
    if (names.has(name)) {
      throw refusal(`Cannot create field because of field name duplication ${name}`, name);
    }
    names.add(name);
  }
  return { type: 'struct', optional: false, ...basicsOf(source), fields };
}

/** What a schema made from another keeps of it: name, version, doc and parameters. */
export function basicsOf(
  source: Schema | undefined,
): Pick<Schema, 'name' | 'version' | 'doc' | 'parameters'> {
  const { name, version, doc, parameters } = source ?? {};
  return {
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(doc === undefined ? {} : { doc }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

/** A schema derived from another: made once per schema object, so that its identity is stable. */
export function derivedSchema(derive: (schema: Schema) => Schema): (schema: Schema) => Schema {
  const derived = new WeakMap<Schema, Schema>();
  return (schema) => {
    const known = derived.get(schema);
    if (known !== undefined) return known;
    const made = derive(schema);
    derived.set(schema, made);
    return made;
  };
}
