import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import type { ConnectRecord, Header } from '../data/record.ts';
import type { Schema, Struct } from '../data/schema.ts';
import { REPLACE_NULL, listKey, nonEmptyList, oneOf, refused, stringKey } from './options.ts';
import {
  dataOf,
  derivedSchema,
  fieldValue,
  findField,
  refusal,
  requireMap,
  requireStruct,
  schemaOf,
  schemaText,
  structOf,
  structSchema,
  withData,
} from './side.ts';
import type { Side } from './side.ts';
import type { Transform } from './transform.ts';

export const HEADER_FROM_CONFIG: ConfigDef = [
  listKey(
    'fields',
    'Field names in the record whose values are to be copied or moved to headers.',
    { importance: 'HIGH', check: nonEmptyList },
  ),
  listKey(
    'headers',
    'Header names, in the same order as the field names listed in the fields configuration property.',
    { importance: 'HIGH', check: nonEmptyList },
  ),
  stringKey(
    'operation',
    'Either <code>move</code> if the fields are to be moved to the headers (removed from the key/value), or <code>copy</code> if the fields are to be copied to the headers (retained in the key/value).',
    { importance: 'HIGH', ...oneOf('move', 'copy') },
  ),
  REPLACE_NULL,
];

/** Connect's HeaderFrom: fields as headers; the fields stay or go. */
export function headerFrom(config: Config, side: Side): Transform {
  const fields = config.list('fields');
  const names = config.list('headers');
  if (fields.length !== names.length) {
    const message = "'fields' config must have the same number of elements as 'headers' config.";
    throw refused('headers', message);
  }
  const operation = config.string('operation').trim();
  const replaceNull = config.boolean('replace.null.with.default');
  const moves = operation === 'move';
  const without = derivedSchema((schema) =>
    structSchema(
      schema,
      (schema.fields ?? []).filter(({ name }) => !fields.includes(name)),
    ),
  );
  const moved = <R extends ConnectRecord>(record: R, made: Schema, struct: Struct): R =>
    withData(
      record,
      side,
      made,
      structOf(made, (field) => fieldValue(struct, field, replaceNull)),
    );
  return {
    apply: (record) => {
      const schema = schemaOf(record, side);
      const data = dataOf(record, side);
      const purpose = `header ${operation}`;
      if (schema === undefined) {
        const map = requireMap(data, purpose);
        const headers = fields.map((field, at) => header(names[at], map[field] ?? null));
        const left = moves
          ? Object.fromEntries(Object.entries(map).filter(([name]) => !fields.includes(name)))
          : map;
        return withHeaders(withData(record, side, undefined, left), headers);
      }
      const struct = requireStruct(schema, data, purpose);
      const left = moves ? moved(record, without(schema), struct) : record;
      const headers = fields.map((name, at) => {
        const field = findField(schema, name);
        if (field === undefined) throw refusal(`Unknown field: ${name}`, name);
        const value = fieldValue(struct, field, replaceNull);
        if (value === null && !field.schema.optional) {
          const shown = schemaText(field.schema);
          throw refusal(`A null value requires an optional schema but was ${shown}`, name);
        }
        return { ...header(names[at], value), schema: field.schema };
      });
      return withHeaders(left, headers);
    },
  };
}

function header(key: string | undefined, value: unknown): Header {
  return { key: key ?? '', value };
}

function withHeaders<R extends { readonly headers: readonly Header[] }>(
  record: R,
  headers: readonly Header[],
): R {
  return { ...record, headers: [...record.headers, ...headers] };
}
