import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import { REPLACE_NULL, key, refused, stringKey, textOf } from './options.ts';
import {
  dataOf,
  derivedSchema,
  fieldValue,
  refusal,
  requireStruct,
  schemaOf,
  structOf,
  withData,
} from './side.ts';
import type { Side } from './side.ts';
import type { Transform } from './transform.ts';

export const SET_SCHEMA_METADATA_CONFIG: ConfigDef = [
  stringKey('schema.name', 'Schema name to set.', { default: null, importance: 'HIGH' }),
  key('INT', 'schema.version', 'Schema version to set.', { default: null, importance: 'HIGH' }),
  REPLACE_NULL,
];

/** Connect's SetSchemaMetadata: another name or version for the key's or value's schema. */
export function setSchemaMetadata(config: Config, side: Side): Transform {
  const name = textOf(config, SET_SCHEMA_METADATA_CONFIG, 'schema.name');
  const version = textOf(config, SET_SCHEMA_METADATA_CONFIG, 'schema.version');
  const replaceNull = config.boolean('replace.null.with.default');
  if (name === undefined && version === undefined) {
    throw refused('type', 'Neither schema name nor version configured');
  }
  const renamed = derivedSchema((schema) => ({
    ...schema,
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version: Number(version) }),
  }));
  return {
    apply: (record) => {
      const schema = schemaOf(record, side);
      const data = dataOf(record, side);
      if (schema === undefined) {
        if (data === null) return record;
        throw refusal('Schema required for [updating schema metadata]');
      }
      const made = renamed(schema);
      if (schema.type !== 'struct' || data === null) return withData(record, side, made, data);
      const struct = requireStruct(schema, data, 'updating schema metadata');
      const value = structOf(made, (field) => fieldValue(struct, field, replaceNull));
      return withData(record, side, made, value);
    },
  };
}
