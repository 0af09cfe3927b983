/** Whether a topic's readers can take another of Salesforce's schemas: the types of fields, compared by path. Pure. */
import type { Schema, SchemaType } from '../../../src/sdk/index.ts';
import type { EventField, FieldType } from '../pubsub/decode.ts';
import type { Retyped } from './topic-versions.ts';

/** Avro's type of each field at its dotted path; compounds are `record`, with their parts below them. */
export type TypesByPath = ReadonlyMap<string, string>;

/** Of an event's schema. */
export function typesOfEvent(fields: readonly EventField[]): TypesByPath {
  const types = new Map<string, string>();
  const add = (path: string, type: FieldType): void => {
    // A text that is a compound in some orgs is read as a text or a compound: its parts are no part of the promise.
    types.set(path, type.kind === 'text-or-record' ? 'string' : type.kind);
    if (type.kind === 'array') add(`${path}[]`, type.items);
    if (type.kind !== 'record') return;
    for (const part of type.fields) add(`${path}.${part.name}`, part.type);
  };
  for (const { name, type } of fields) add(name, type);
  return types;
}

const AVRO_TYPES: Readonly<Partial<Record<SchemaType, string>>> = {
  int32: 'int',
  int64: 'long',
  float32: 'float',
  float64: 'double',
  struct: 'record',
};
/** How Connect names a union of several types. */
const UNION = /\.Union$/;

/** Of the same schema as the registry gives it back. */
export function typesOfRegistered({ fields = [] }: Schema): TypesByPath {
  const types = new Map<string, string>();
  const add = (path: string, schema: Schema): void => {
    const isUnion = schema.type === 'struct' && UNION.test(schema.name ?? '');
    types.set(path, isUnion ? 'string' : (AVRO_TYPES[schema.type] ?? schema.type));
    if (schema.items !== undefined) add(`${path}[]`, schema.items);
    if (isUnion) return;
    for (const part of schema.fields ?? []) add(`${path}.${part.name}`, part.schema);
  };
  for (const { name, schema } of fields) add(name, schema);
  return types;
}

/** The first field that has another type now; fields gained and lost don't matter, for all of them may be null. */
export function retyped(before: TypesByPath, now: TypesByPath): Retyped | undefined {
  for (const [field, was] of before) {
    const is = now.get(field);
    if (is !== undefined && is !== was && !areNumbers(was, is)) return { field, was, is };
  }
  return undefined;
}

/** Readers of numbers take whole ones, too. */
function areNumbers(one: string, other: string): boolean {
  return new Set([one, other, 'int', 'double']).size === 2;
}
