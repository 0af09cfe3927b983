import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import { stringKey, textOf } from './options.ts';
import { dataOf, derivedSchema, schemaOf, structOf, structSchema, withData } from './side.ts';
import type { Side } from './side.ts';
import type { Transform } from './transform.ts';

export const HOIST_FIELD_CONFIG: ConfigDef = [
  stringKey(
    'field',
    'Field name for the single field that will be created in the resulting Struct or Map.',
  ),
];

/** Connect's HoistField: the key or value becomes the one field of a new one. */
export function hoistField(config: Config, side: Side): Transform {
  const name = textOf(config, HOIST_FIELD_CONFIG, 'field') ?? '';
  const hoisted = derivedSchema((schema) => structSchema(undefined, [{ name, schema }]));
  return {
    apply: (record) => {
      const schema = schemaOf(record, side);
      const data = dataOf(record, side);
      if (schema === undefined) return withData(record, side, undefined, { [name]: data });
      const made = hoisted(schema);
      return withData(
        record,
        side,
        made,
        structOf(made, () => data),
      );
    },
  };
}
