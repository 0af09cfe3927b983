import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import type { Schema, Struct } from '../data/schema.ts';
import { AppError } from '../foundation/errors.ts';
import { derivedSchema, fieldsOf } from './side.ts';
import type { Transform } from './transform.ts';

export const VALUE_TO_KEY_CONFIG: ConfigDef = [
  {
    name: 'fields',
    type: 'LIST',
    importance: 'HIGH',
    documentation: 'Field names on the record value to extract as the record key.',
    group: '',
    displayName: 'fields',
    check: (value) => (Array.isArray(value) && value.length > 0 ? undefined : 'Empty list'),
  },
  {
    name: 'replace.null.with.default',
    type: 'BOOLEAN',
    default: 'true',
    importance: 'MEDIUM',
    documentation:
      'Whether to replace fields that have a default value and that are null to the default value. When set to true, the default value is used, otherwise null is used.',
    group: '',
    displayName: 'replace.null.with.default',
  },
];

/** Connect's ValueToKey: a key made of some of the value's fields. */
export function valueToKey(config: Config): Transform {
  const names = config.list('fields');
  const replaceNull = config.boolean('replace.null.with.default');
  const keySchema = derivedSchema((schema) => subset(schema, names));
  return {
    apply: (record) => {
      const value = fieldsOf(record, 'value', 'ValueToKey');
      const schema = record.valueSchema === undefined ? undefined : keySchema(record.valueSchema);
      const key: Struct = {};
      for (const name of names) key[name] = value[name] ?? null;
      if (schema !== undefined && replaceNull) {
        for (const field of schema.fields ?? []) key[field.name] ??= field.schema.default ?? null;
      }
      return { ...record, keySchema: schema, key };
    },
  };
}

function subset(schema: Schema, names: readonly string[]): Schema {
  const fields = names.map((name) => {
    const found = schema.fields?.find((field) => field.name === name);
    if (found !== undefined) return found;
    throw new AppError('data', 'transform.field.missing', `Field does not exist: ${name}`, {
      path: name,
    });
  });
  return { type: 'struct', optional: false, fields };
}
