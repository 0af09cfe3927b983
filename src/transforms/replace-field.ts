import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import type { Field, Schema } from '../data/schema.ts';
import { javaSplit } from './java-split.ts';
import { REPLACE_NULL, listKey, valuesIn } from './options.ts';
import {
  dataOf,
  derivedSchema,
  fieldValue,
  requireMap,
  requireStruct,
  schemaOf,
  structOf,
  structSchema,
  withData,
} from './side.ts';
import type { Side } from './side.ts';
import type { Transform } from './transform.ts';

export const REPLACE_FIELD_CONFIG: ConfigDef = [
  listKey('exclude', 'Fields to exclude. This takes precedence over the fields to include.', {
    default: '',
    refusal: valuesIn(true),
  }),
  listKey('include', 'Fields to include. If specified, only these fields will be used.', {
    default: '',
    refusal: valuesIn(true),
  }),
  listKey('renames', 'Field rename mappings.', {
    default: '',
    refusal: (value) => renamesProblem(value as readonly string[]),
  }),
  REPLACE_NULL,
];

const PURPOSE = 'field replacement';

/** Connect's ReplaceField: fields left out, kept, renamed. Null passes. */
export function replaceField(config: Config, side: Side): Transform {
  const exclude = new Set(config.list('exclude'));
  const include = new Set(config.list('include'));
  const replaceNull = config.boolean('replace.null.with.default');
  const pairs = config.list('renames').map((mapping) => {
    const [from = '', to = ''] = javaSplit(mapping);
    return [from, to] as const;
  });
  const renames = new Map(pairs);
  const kept = (name: string): boolean =>
    !exclude.has(name) && (include.size === 0 || include.has(name));
  const renamed = (name: string): string => renames.get(name) ?? name;
  const originalsOf = new WeakMap<Schema, ReadonlyMap<string, Field>>();
  const replacedSchema = derivedSchema((schema) => {
    const fields = (schema.fields ?? []).filter(({ name }) => kept(name));
    const made = structSchema(
      schema,
      fields.map(({ name, schema: of }) => ({ name: renamed(name), schema: of })),
    );
    originalsOf.set(made, new Map(fields.map((field) => [renamed(field.name), field])));
    return made;
  });
  return {
    apply: (record) => {
      const data = dataOf(record, side);
      if (data === null) return record;
      const schema = schemaOf(record, side);
      if (schema === undefined) {
        const entries = Object.entries(requireMap(data, PURPOSE))
          .filter(([name]) => kept(name))
          .map(([name, value]) => [renamed(name), value]);
        return withData(record, side, undefined, Object.fromEntries(entries));
      }
      const struct = requireStruct(schema, data, PURPOSE);
      const made = replacedSchema(schema);
      const originals = originalsOf.get(made);
      // Connect looks the new name up the other way round, and may so read a field it was told to leave out.
      const value = structOf(made, (field) =>
        fieldValue(struct, originals?.get(field.name) ?? field, replaceNull),
      );
      return withData(record, side, made, value);
    },
  };
}

function renamesProblem(mappings: readonly string[]): string | undefined {
  const wrong = mappings.find((mapping) => javaSplit(mapping).length !== 2);
  if (wrong === undefined) return undefined;
  return `Invalid value [${mappings.join(', ')}] for configuration renames: Invalid rename mapping: ${wrong}`;
}
