/** A decoded event's fields as the topic's record: compiled once per pair of schemas, then synchronous. Pure. */
import { AppError, LOGICAL, type Field, type Schema, type Struct } from '../../../src/sdk/index.ts';
import type { EventField, FieldType } from '../pubsub/decode.ts';
import { partsName } from './derive.ts';

export type Project = (decoded: Readonly<Record<string, unknown>>) => Struct;

type Convert = (value: unknown) => unknown;

const DAY_MS = 86_400_000n;

/**
 * `fields`: those of the topic's record; one the event hasn't got reads as null. A projection throws a `data` error with
 * the field's path where a value doesn't fit its type exactly (Invariant 6).
 */
export function compileProjection(
  eventFields: readonly EventField[],
  fields: readonly Field[],
): Project {
  return project(eventFields, fields, '');
}

function project(
  eventFields: readonly EventField[],
  fields: readonly Field[],
  path: string,
): Project {
  const byName = new Map(eventFields.map((field) => [field.name, field]));
  const parts = new Map(eventFields.map((field) => [partsName(field.name), field]));
  const steps = fields.flatMap(({ name, schema }) => {
    const same = byName.get(name);
    if (same !== undefined) {
      return [{ from: name, to: name, convert: direct(same.type, schema, path + name) }];
    }
    const compound = parts.get(name);
    if (compound === undefined || !('fields' in compound.type)) return [];
    const nested = project(compound.type.fields, schema.fields ?? [], `${path}${compound.name}.`);
    return [{ from: compound.name, to: name, convert: whenObject(nested) }];
  });
  const empty = emptyRecord(steps.map(({ to }) => to));
  return (decoded) => {
    const record = { ...empty };
    for (const { from, to, convert } of steps) {
      const value = decoded[from];
      if (value !== null && value !== undefined) record[to] = convert(value);
    }
    return record;
  };
}

/**
 * All fields null. JSON.parse gives it a shape that its copies share; an object of 60 fields that is filled key by key is a
 * hash table of 5 KB, a third of all that a source allocated.
 */
function emptyRecord(names: readonly string[]): Struct {
  const nulls = Object.fromEntries(names.map((name) => [name, null]));
  return JSON.parse(JSON.stringify(nulls)) as Struct;
}

function direct(type: FieldType, schema: Schema, path: string): Convert {
  switch (type.kind) {
    case 'long':
      return long(schema, path);
    case 'record':
      return project(type.fields, schema.fields ?? [], `${path}.`) as Convert;
    case 'text-or-record':
      return (value) => (typeof value === 'string' ? value : null);
    case 'array': {
      const convert = direct(type.items, schema.items ?? schema, path);
      return (value) => (value as readonly unknown[]).map(convert);
    }
    case 'string':
    case 'boolean':
    case 'int':
    case 'float':
    case 'double':
    case 'bytes':
      return (value) => value;
  }
}

function whenObject(nested: Project): Convert {
  return (value) => (typeof value === 'object' ? nested(value as Record<string, unknown>) : null);
}

function long({ name, type }: Schema, path: string): Convert {
  if (name === LOGICAL.date) {
    return (value) => {
      const ms = value as bigint;
      if (ms % DAY_MS !== 0n) throw inexact(path, 'a date: it is not midnight UTC');
      return Number(ms / DAY_MS);
    };
  }
  if (name === LOGICAL.time) {
    return (value) => {
      const ms = value as bigint;
      if (ms < 0n || ms >= DAY_MS) throw inexact(path, 'a time of day');
      return Number(ms);
    };
  }
  if (type === 'int64') return (value) => value;
  throw new AppError(
    'fatal',
    'salesforce.projection',
    `${path} is a long, its topic has ${type}.`,
    {
      path,
    },
  );
}

function inexact(path: string, what: string): AppError {
  return new AppError('data', 'salesforce.value', `${path} can't be ${what}.`, { path });
}
