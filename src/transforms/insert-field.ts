import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import { INT32, INT64, STRING, TIMESTAMP, optional } from '../data/build.ts';
import type { ConnectRecord } from '../data/record.ts';
import type { Schema } from '../data/schema.ts';
import { shortened } from './cast-value.ts';
import { REPLACE_NULL, refused, stringKey, textOf } from './options.ts';
import {
  dataOf,
  derivedSchema,
  fieldValue,
  findField,
  refusal,
  requireMap,
  requireStruct,
  schemaOf,
  structOf,
  structSchema,
  withData,
} from './side.ts';
import type { Side } from './side.ts';
import type { Transform } from './transform.ts';

const OPTIONALITY =
  'Suffix with <code>!</code> to make this a required field, or <code>?</code> to keep it optional (the default).';

export const INSERT_FIELD_CONFIG: ConfigDef = [
  unset('topic.field', `Field name for Kafka topic. ${OPTIONALITY}`),
  unset('partition.field', `Field name for Kafka partition. ${OPTIONALITY}`),
  unset(
    'offset.field',
    `Field name for Kafka offset - only applicable to sink connectors.<br/>${OPTIONALITY}`,
  ),
  unset('timestamp.field', `Field name for record timestamp. ${OPTIONALITY}`),
  unset('static.field', `Field name for static data field. ${OPTIONALITY}`),
  unset('static.value', 'Static field value, if field name configured.'),
  REPLACE_NULL,
];

const PURPOSE = 'field insertion';

function unset(name: string, documentation: string): ConfigDef[number] {
  return stringKey(name, documentation, { default: null });
}

/** One field to insert: its name, its schema, and where its value comes from. */
interface Insertion {
  readonly name: string;
  readonly schema: Schema;
  /** undefined = the record has none: the field stays null, or unset without a schema. */
  value(record: ConnectRecord): unknown;
}

/** Connect's InsertField: the record's metadata, or a constant, as fields. Tombstones pass. */
export function insertField(config: Config, side: Side): Transform {
  const insertions = insertionsOf(config);
  const replaceNull = config.boolean('replace.null.with.default');
  const byName = new Map(insertions.map((insertion) => [insertion.name, insertion]));
  const added = insertions.map(({ name, schema }) => ({ name, schema }));
  const extended = derivedSchema((schema) =>
    structSchema(schema, [...(schema.fields ?? []), ...added]),
  );
  return {
    apply: (record) => {
      const data = dataOf(record, side);
      if (data === null) return record;
      const schema = schemaOf(record, side);
      if (schema === undefined) {
        const fields = { ...requireMap(data, PURPOSE) };
        for (const { name, value } of inserted(insertions, record)) fields[name] = shortest(value);
        return withData(record, side, undefined, fields);
      }
      const struct = requireStruct(schema, data, PURPOSE);
      const made = extended(schema);
      const value = structOf(made, (field) => {
        const known = findField(schema, field.name);
        return known === undefined
          ? byName.get(field.name)?.value(record)
          : fieldValue(struct, known, replaceNull);
      });
      return withData(record, side, made, value);
    },
  };
}

/** What the record has of them. */
function inserted(
  insertions: readonly Insertion[],
  record: ConnectRecord,
): readonly { readonly name: string; readonly value: unknown }[] {
  return insertions
    .map((insertion) => ({ name: insertion.name, value: insertion.value(record) }))
    .filter(({ value }) => value !== undefined);
}

function shortest(value: unknown): unknown {
  return typeof value === 'bigint' ? shortened(value) : value;
}

function insertionsOf(config: Config): readonly Insertion[] {
  const constant = textOf(config, INSERT_FIELD_CONFIG, 'static.value');
  const insertions = [
    insertionOf(config, 'topic.field', STRING, (record) => record.topic),
    insertionOf(config, 'partition.field', INT32, (record) => record.kafkaPartition),
    insertionOf(config, 'offset.field', INT64, offsetOf),
    insertionOf(config, 'timestamp.field', TIMESTAMP, ({ timestamp }) =>
      timestamp === undefined ? undefined : BigInt(timestamp),
    ),
    insertionOf(config, 'static.field', STRING, () => constant),
  ].filter((found) => found !== undefined);
  if (insertions.length === 0) {
    const suggestion = 'Set one of topic.field, partition.field, timestamp.field, static.field.';
    throw refused('type', 'No field insertion configured', suggestion);
  }
  const field = textOf(config, INSERT_FIELD_CONFIG, 'static.field');
  if (field !== undefined && constant === undefined) {
    const message = `Invalid value null for configuration static.value: No value specified for static field: ${field}`;
    throw refused('static.value', message);
  }
  return insertions;
}

function insertionOf(
  config: Config,
  property: string,
  schema: Schema,
  value: Insertion['value'],
): Insertion | undefined {
  const text = textOf(config, INSERT_FIELD_CONFIG, property);
  if (text === undefined) return undefined;
  const required = text.endsWith('!');
  const name = required || text.endsWith('?') ? text.slice(0, -1) : text;
  return { name, schema: required ? schema : optional(schema), value };
}

function offsetOf(record: ConnectRecord): unknown {
  if ('kafkaOffset' in record) return record.kafkaOffset;
  throw refusal(
    `Only SinkRecord supported for [${PURPOSE}], found: org.apache.kafka.connect.source.SourceRecord`,
    'offset.field',
  );
}
