import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import { FIELD_SYNTAX, fieldPath } from './field-path.ts';
import { REPLACE_NULL, stringKey, textOf } from './options.ts';
import { dataOf, refusal, requireMap, requireStruct, schemaOf, withData } from './side.ts';
import type { Side } from './side.ts';
import type { Transform } from './transform.ts';

export const EXTRACT_FIELD_CONFIG: ConfigDef = [
  stringKey('field', 'Field name to extract.'),
  REPLACE_NULL,
  FIELD_SYNTAX,
];

const PURPOSE = 'field extraction';

/** Connect's ExtractField: one field, nested with `field.syntax.version=V2`, becomes the key or value. Null passes. */
export function extractField(config: Config, side: Side): Transform {
  const name = textOf(config, EXTRACT_FIELD_CONFIG, 'field') ?? '';
  const replaceNull = config.boolean('replace.null.with.default');
  const path = fieldPath(config, name);
  return {
    apply: (record) => {
      const schema = schemaOf(record, side);
      const data = dataOf(record, side);
      if (schema === undefined) {
        const value = data === null ? null : path.inMap(requireMap(data, PURPOSE));
        return withData(record, side, undefined, value);
      }
      const struct = data === null ? null : requireStruct(schema, data, PURPOSE);
      const field = path.field(schema);
      if (field === undefined) throw refusal(`Unknown field: ${name}`, name);
      const value = struct === null ? null : path.inStruct(schema, struct, replaceNull);
      return withData(record, side, field.schema, value);
    },
  };
}
