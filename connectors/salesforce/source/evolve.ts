/** How a topic's schema grows: what it had stays, what is new is added, what can't be is said. Pure. */
import type { Field, Schema } from '../../../src/sdk/index.ts';

export type Evolution =
  | { readonly kind: 'same' }
  | { readonly kind: 'grown'; readonly fields: readonly Field[] }
  | {
      readonly kind: 'incompatible';
      /** The field, dotted. */
      readonly field: string;
      readonly was: string;
      readonly is: string;
    };

/** `standing`: the topic's fields; `derived`: those of an event's schema, all optional. */
export function evolve(standing: readonly Field[], derived: readonly Field[]): Evolution {
  const merge = new Merge();
  try {
    const fields = merge.fields(standing, derived, '');
    return fields === standing ? { kind: 'same' } : { kind: 'grown', fields };
  } catch (error) {
    if (error instanceof Retyped) return error.evolution;
    throw error;
  }
}

class Retyped extends Error {
  readonly evolution: Extract<Evolution, { kind: 'incompatible' }>;
  constructor(field: string, was: Schema, is: Schema) {
    super(field);
    this.evolution = { kind: 'incompatible', field, was: nameOf(was), is: nameOf(is) };
  }
}

class Merge {
  /** A compound used twice must stay one definition. */
  readonly #structs = new Map<string, readonly Field[]>();

  /** `standing` itself where nothing changes. */
  fields(standing: readonly Field[], derived: readonly Field[], path: string): readonly Field[] {
    const incoming = new Map(derived.map((field) => [field.name, field.schema]));
    let changed = false;
    const kept = standing.map((field) => {
      const schema = incoming.get(field.name);
      incoming.delete(field.name);
      const merged =
        schema === undefined ? field.schema : this.#schema(field.schema, schema, path + field.name);
      if (merged === field.schema) return field;
      changed = true;
      return { name: field.name, schema: merged };
    });
    const added = [...incoming].map(([name, schema]) => ({ name, schema }));
    return changed || added.length > 0 ? [...kept, ...added] : standing;
  }

  #schema(was: Schema, is: Schema, path: string): Schema {
    if (was.type === 'struct' && is.type === 'struct') return this.#struct(was, is, path);
    if (was.type === 'array' && is.type === 'array') {
      if (was.items !== undefined && is.items !== undefined) {
        this.#schema(was.items, is.items, path);
      }
      return was;
    }
    // A whole number is a number exactly, and readers of numbers take both.
    if (was.type === 'int32' && is.type === 'float64' && was.name === undefined) return is;
    if (was.type === 'float64' && is.type === 'int32' && is.name === undefined) return was;
    // A bare long may be any date or time whose type nobody tells any more.
    if (is.type === 'int64' && is.name === undefined && isTemporal(was)) return was;
    if (was.type !== is.type || was.name !== is.name) throw new Retyped(path, was, is);
    return was;
  }

  #struct(was: Schema, is: Schema, path: string): Schema {
    const before = was.fields ?? [];
    const name = was.name ?? path;
    const merged = this.#structs.get(name) ?? this.fields(before, is.fields ?? [], `${path}.`);
    this.#structs.set(name, merged);
    return merged === before || sameNames(merged, before) ? was : { ...was, fields: merged };
  }
}

function sameNames(one: readonly Field[], other: readonly Field[]): boolean {
  return one.length === other.length && one.every((field, at) => field.name === other[at]?.name);
}

function isTemporal({ type, name }: Schema): boolean {
  return name !== undefined && (type === 'int64' || type === 'int32');
}

function nameOf({ type, name }: Schema): string {
  return name === undefined || type === 'struct' ? type : (name.split('.').at(-1) ?? type);
}
