import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import { REPLACE_NULL, listKey, valuesIn } from './options.ts';
import {
  derivedSchema,
  fieldValue,
  findField,
  refusal,
  requireMap,
  requireStruct,
  structOf,
  structSchema,
} from './side.ts';
import type { Transform } from './transform.ts';

export const VALUE_TO_KEY_CONFIG: ConfigDef = [
  listKey('fields', 'Field names on the record value to extract as the record key.', {
    importance: 'HIGH',
    refusal: valuesIn(false),
  }),
  REPLACE_NULL,
];

const PURPOSE = 'copying fields from value to key';

/** Connect's ValueToKey: a key made of some of the value's fields. */
export function valueToKey(config: Config): Transform {
  const names = [...new Set(config.list('fields'))];
  const replaceNull = config.boolean('replace.null.with.default');
  const keySchema = derivedSchema((schema) =>
    structSchema(
      undefined,
      names.map((name) => {
        const field = findField(schema, name);
        if (field === undefined) throw refusal(`Field does not exist: ${name}`, name);
        return field;
      }),
    ),
  );
  return {
    apply: (record) => {
      const schema = record.valueSchema;
      if (schema === undefined) {
        const value = requireMap(record.value, PURPOSE);
        const key = Object.fromEntries(names.map((name) => [name, value[name] ?? null]));
        return { ...record, keySchema: undefined, key };
      }
      const struct = requireStruct(schema, record.value, PURPOSE);
      const made = keySchema(schema);
      const key = structOf(made, (field) => fieldValue(struct, field, replaceNull));
      return { ...record, keySchema: made, key };
    },
  };
}
