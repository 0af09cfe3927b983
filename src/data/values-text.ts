/** Connect's `Values.convertToString`: a value as text that `values-parse.ts` reads back. */
import { decimalOf, decimalText, isDecimal } from './decimal.ts';
import { inferredType } from './java-class.ts';
import { doubleText, floatText } from './java-numbers.ts';
import { LOGICAL } from './schema.ts';
import type { Schema, Struct } from './schema.ts';
import { isTemporal, millisOf, millisText } from './temporal.ts';

/** The text of a key, header or field; strings as they are, those inside lists and maps in quotes. */
export function valueText(schema: Schema | undefined, value: unknown): string {
  return append(schema, value, false);
}

function append(schema: Schema | undefined, value: unknown, embedded: boolean): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof Date) return millisText(value.getTime());
  if (schema !== undefined && isTemporal(schema)) return millisText(millisOf(schema, value));
  if (schema?.name === LOGICAL.decimal && isDecimal(schema)) {
    return decimalText(decimalOf(schema, value as Uint8Array));
  }
  switch (schema?.type ?? inferredType(value)) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
    case 'boolean':
      return String(value as number | bigint | boolean);
    case 'float32':
      return floatText(value as number);
    case 'float64':
      return doubleText(value as number);
    case 'string':
      return embedded ? quoted(value as string) : (value as string);
    case 'bytes': {
      const text = Buffer.from(value as Uint8Array).toString('base64');
      return embedded ? `"${text}"` : text;
    }
    case 'array': {
      const items = (value as readonly unknown[]).map((item) => append(schema?.items, item, true));
      return `[${items.join(',')}]`;
    }
    case 'map':
      return braces(entriesOf(value), schema?.keys, () => schema?.items);
    case 'struct': {
      const struct = value as Struct;
      const fields = schema?.fields ?? [];
      const schemas = new Map(fields.map((field) => [field.name, field.schema]));
      const entries = fields.map(
        ({ name, schema: of }) => [name, struct[name] ?? of.default ?? null] as const,
      );
      return braces(entries, undefined, (name) => schemas.get(String(name)));
    }
  }
}

function braces(
  entries: readonly (readonly [unknown, unknown])[],
  keys: Schema | undefined,
  schemaOf: (key: unknown) => Schema | undefined,
): string {
  const parts = entries.map(
    ([key, value]) => `${append(keys, key, true)}:${append(schemaOf(key), value, true)}`,
  );
  return `{${parts.join(',')}}`;
}

function entriesOf(value: unknown): readonly (readonly [unknown, unknown])[] {
  return value instanceof Map ? [...value] : Object.entries(value as object);
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
