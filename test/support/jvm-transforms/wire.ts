/**
 * Schemas and values as Transforms.java reads and writes them. With a schema: int64 and Timestamp as strings, bytes and
 * Decimal as base64, maps as pairs. Without: `{l}` integer, `{d}` float, `{s}` string, `{b}` boolean, `{y}` bytes, `{t}` a
 * Java Date, `{a}` list, `{m}` pairs.
 */
import type { Schema } from '../../../src/data/schema.ts';

export function schemaToWire(schema: Schema | undefined): unknown {
  if (schema === undefined) return null;
  const { type, optional, name, version, doc, parameters, fields, items, keys } = schema;
  const fallback = schema.default ?? null;
  return {
    type,
    optional,
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(doc === undefined ? {} : { doc }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(fallback === null ? {} : { default: valueToWire(schema, fallback) }),
    ...(keys === undefined ? {} : { keys: schemaToWire(keys) }),
    ...(items === undefined ? {} : { items: schemaToWire(items) }),
    ...(fields === undefined
      ? {}
      : {
          fields: fields.map((field) => ({ name: field.name, schema: schemaToWire(field.schema) })),
        }),
  };
}

export function valueToWire(schema: Schema | undefined, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (schema === undefined) return untypedToWire(value);
  switch (schema.type) {
    case 'int64':
      return String(value as bigint);
    case 'float32':
    case 'float64':
      return floatToWire(value as number);
    case 'bytes':
      return base64(value);
    case 'array':
      return (value as readonly unknown[]).map((item) => valueToWire(schema.items, item));
    case 'map':
      return sorted(
        [...(value as ReadonlyMap<unknown, unknown>)].map(([key, item]) => [
          valueToWire(schema.keys, key),
          valueToWire(schema.items, item),
        ]),
      );
    case 'struct': {
      const struct = value as Readonly<Record<string, unknown>>;
      const fields = schema.fields ?? [];
      return Object.fromEntries(
        fields.map((field) => [field.name, valueToWire(field.schema, struct[field.name])]),
      );
    }
    default:
      return value;
  }
}

function untypedToWire(value: unknown): unknown {
  if (typeof value === 'string') return { s: value };
  if (typeof value === 'boolean') return { b: value };
  if (typeof value === 'bigint') return { l: value.toString() };
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { l: String(value) } : { d: floatToWire(value) };
  }
  if (value instanceof Uint8Array) return { y: base64(value) };
  if (value instanceof Date) return { t: value.getTime() };
  if (Array.isArray(value)) return { a: value.map((item) => valueToWire(undefined, item)) };
  const entries = value instanceof Map ? [...value] : Object.entries(value as object);
  return {
    m: sorted(entries.map(([key, item]) => [String(key), valueToWire(undefined, item)])),
  };
}

/** Java's maps have no order, a whole float is an integer where there is no schema, -0 is 0. */
export function normalized(wire: unknown): unknown {
  if (wire === 0) return 0;
  if (Array.isArray(wire)) {
    const items = wire.map(normalized);
    const isMap =
      items.length > 0 && items.every((item) => Array.isArray(item) && item.length === 2);
    return isMap ? sorted(items as [unknown, unknown][]) : items;
  }
  if (typeof wire !== 'object' || wire === null) return wire;
  const { d } = wire as { d?: unknown };
  if (typeof d === 'number' && Object.keys(wire).length === 1 && Number.isInteger(d)) {
    return { l: BigInt(d).toString() };
  }
  return Object.fromEntries(Object.entries(wire).map(([key, item]) => [key, normalized(item)]));
}

function sorted(pairs: readonly (readonly [unknown, unknown])[]): readonly unknown[] {
  return pairs.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

function floatToWire(value: number): unknown {
  return Number.isFinite(value) ? value : String(value);
}

function base64(value: unknown): string {
  return Buffer.from(value as Uint8Array).toString('base64');
}

/** For comparison by text. */
export function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => [key, sortedKeys(item)]),
  );
}
