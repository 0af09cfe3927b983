import type { Config } from '../config/config.ts';
import type { ConfigDef } from '../config/definition.ts';
import { INT32, INT64, STRING, TIMESTAMP, optional } from '../data/build.ts';
import type { ConnectRecord } from '../data/record.ts';
import type { Field, Schema } from '../data/schema.ts';
import { AppError } from '../foundation/errors.ts';
import { dataOf, derivedSchema, fieldsOf, schemaOf, withData } from './side.ts';
import type { Side } from './side.ts';
import type { Transform } from './transform.ts';

const OPTIONALITY =
  'Suffix with <code>!</code> to make this a required field, or <code>?</code> to keep it optional (the default).';

export const INSERT_FIELD_CONFIG: ConfigDef = [
  field('topic.field', `Field name for Kafka topic. ${OPTIONALITY}`),
  field('partition.field', `Field name for Kafka partition. ${OPTIONALITY}`),
  field(
    'offset.field',
    `Field name for Kafka offset - only applicable to sink connectors.<br/>${OPTIONALITY}`,
  ),
  field('timestamp.field', `Field name for record timestamp. ${OPTIONALITY}`),
  field('static.field', `Field name for static data field. ${OPTIONALITY}`),
  field('static.value', 'Static field value, if field name configured.'),
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

function field(name: string, documentation: string): ConfigDef[number] {
  return {
    name,
    type: 'STRING',
    default: null,
    importance: 'MEDIUM',
    documentation,
    group: '',
    displayName: name,
  };
}

/** One field to insert: its name, its schema, and where its value comes from. */
interface Insertion {
  readonly name: string;
  readonly schema: Schema;
  /** undefined = the record has none: the field stays null. */
  value(record: ConnectRecord, schemaless: boolean): unknown;
}

/** Connect's InsertField: the record's metadata, or a constant, as fields. Tombstones pass. */
export function insertField(config: Config, side: Side): Transform {
  const insertions = insertionsOf(config);
  const replaceNull = config.boolean('replace.null.with.default');
  const schemaWith = derivedSchema((schema) => extended(schema, insertions));
  return {
    apply: (record) => {
      const data = dataOf(record, side);
      if (data === null || data === undefined) return record;
      const schema = schemaOf(record, side);
      const fields = { ...fieldsOf(record, side, 'InsertField') };
      if (schema !== undefined && replaceNull) fillDefaults(fields, schema);
      for (const insertion of insertions) {
        const value = insertion.value(record, schema === undefined);
        if (value !== undefined) fields[insertion.name] = value;
      }
      return withData(record, side, schema === undefined ? undefined : schemaWith(schema), fields);
    },
  };
}

function insertionsOf(config: Config): readonly Insertion[] {
  const constant = config.optionalString('static.value');
  const insertions = [
    insertion(config, 'topic.field', STRING, (record) => record.topic),
    insertion(config, 'partition.field', INT32, (record) => record.kafkaPartition),
    insertion(config, 'offset.field', INT64, offsetOf),
    insertion(config, 'timestamp.field', TIMESTAMP, ({ timestamp }, schemaless) =>
      timestamp === undefined || schemaless ? timestamp : BigInt(timestamp),
    ),
    insertion(config, 'static.field', STRING, () => constant),
  ].filter((found) => found !== undefined);
  if (insertions.length === 0) {
    throw new AppError('config', 'config.missing', 'No field insertion configured.', {
      suggestion: 'Set one of topic.field, partition.field, timestamp.field, static.field.',
    });
  }
  if (config.optionalString('static.field') !== undefined && constant === undefined) {
    const message = 'No value specified for static field.';
    throw new AppError('config', 'config.missing', message, { path: 'static.value' });
  }
  return insertions;
}

function insertion(
  config: Config,
  property: string,
  schema: Schema,
  value: Insertion['value'],
): Insertion | undefined {
  const text = config.optionalString(property);
  if (text === undefined) return undefined;
  const required = text.endsWith('!');
  const name = required || text.endsWith('?') ? text.slice(0, -1) : text;
  return { name, schema: required ? schema : optional(schema), value };
}

function offsetOf(record: ConnectRecord): unknown {
  if ('kafkaOffset' in record) return record.kafkaOffset;
  const message = 'Offset insertion is only supported for sink connectors.';
  throw new AppError('data', 'transform.offset', message, { path: 'offset.field' });
}

function extended(schema: Schema, insertions: readonly Insertion[]): Schema {
  const fields: Field[] = [...(schema.fields ?? [])];
  for (const { name, schema: inserted } of insertions) {
    if (fields.some((known) => known.name === name)) {
      const message = `InsertField can't add ${name}: the record has a field of that name.`;
      throw new AppError('data', 'transform.field.exists', message, { path: name });
    }
    fields.push({ name, schema: inserted });
  }
  return { ...schema, fields };
}

function fillDefaults(fields: Record<string, unknown>, schema: Schema): void {
  for (const { name, schema: of } of schema.fields ?? []) {
    if (of.default !== undefined && of.default !== null) fields[name] ??= of.default;
  }
}
