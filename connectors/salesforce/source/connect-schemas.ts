/** The schemas of the topics' records (names: `docs`' record formats). One object per schema: converters cache by it. */
import { LOGICAL, type Field, type Schema, type SchemaType } from '../../../src/sdk/index.ts';

export const STRING = of('string');
export const OPTIONAL_STRING: Schema = { type: 'string', optional: true };
const TIMESTAMP: Schema = { type: 'int64', optional: false, name: LOGICAL.timestamp, version: 1 };
const NAMES: Schema = { type: 'array', optional: false, items: STRING };

function of(type: SchemaType): Schema {
  return { type, optional: false };
}

export function struct(name: string, fields: readonly Field[]): Schema {
  return { type: 'struct', optional: false, name, fields };
}

/** A topic as an Avro namespace: its dots kept, every other character that a name can't have as `_`. */
export function namespaceOf(topic: string): string {
  return topic
    .split('.')
    .map((part) => part.replace(/[^A-Za-z0-9_]/g, '_'))
    .filter((part) => part !== '')
    .map((part) => (/^\d/.test(part) ? `_${part}` : part))
    .join('.');
}

export function keySchema(topic: string, field: string): Schema {
  return struct(`${namespaceOf(topic)}.Key`, [{ name: field, schema: STRING }]);
}

const CHANGE_SOURCE: readonly Field[] = [
  { name: 'org', schema: STRING },
  { name: 'channel', schema: STRING },
  { name: 'replayId', schema: STRING },
  { name: 'commitTimestamp', schema: TIMESTAMP },
  { name: 'commitNumber', schema: of('int64') },
  { name: 'transactionKey', schema: STRING },
  { name: 'sequenceNumber', schema: of('int32') },
  { name: 'commitUser', schema: STRING },
  { name: 'changeOrigin', schema: STRING },
  { name: 'schemaId', schema: STRING },
];

const EVENT_SOURCE: readonly Field[] = [
  { name: 'org', schema: STRING },
  { name: 'channel', schema: STRING },
  { name: 'replayId', schema: STRING },
  { name: 'commitTimestamp', schema: TIMESTAMP },
  { name: 'schemaId', schema: STRING },
];

/** The value of a `change` topic around an entity's fields. */
export function changeValue(topic: string, fields: readonly Field[]): Schema {
  const namespace = namespaceOf(topic);
  return struct(`${namespace}.Value`, [
    { name: 'op', schema: STRING },
    { name: 'id', schema: STRING },
    { name: 'changed', schema: NAMES },
    { name: 'nulled', schema: NAMES },
    { name: 'record', schema: struct(`${namespace}.Record`, fields) },
    { name: 'source', schema: struct(`${namespace}.Source`, CHANGE_SOURCE) },
  ]);
}

/** The value of a platform event's topic: its fields, and where it came from. */
export function eventValue(topic: string, fields: readonly Field[]): Schema {
  const namespace = namespaceOf(topic);
  return struct(`${namespace}.Value`, [
    ...fields,
    { name: 'source', schema: struct(`${namespace}.Source`, EVENT_SOURCE) },
  ]);
}

/** The entity's fields within a value schema, or undefined when it isn't one of ours. */
export function entityFields(
  value: Schema,
  kind: 'change' | 'event',
): readonly Field[] | undefined {
  const fields = value.fields ?? [];
  if (kind === 'change') return fields.find(({ name }) => name === 'record')?.schema.fields;
  if (!fields.some(({ name }) => name === 'source')) return undefined;
  return fields.filter(({ name }) => name !== 'source');
}
