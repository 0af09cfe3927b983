/** An event's schema as the fields of a topic's record. Pure. */
import { LOGICAL, type Field, type Schema } from '../../../src/sdk/index.ts';
import { HEADER_FIELD } from '../pubsub/decode.ts';
import type { EventField, EventSchema, FieldType } from '../pubsub/decode.ts';
import { namespaceOf } from './connect-schemas.ts';

/** describe's type of each of the entity's fields, by name. */
export type FieldTypes = ReadonlyMap<string, string>;

/** Where a person's name as a compound goes, so that `Name` is a text everywhere: `Name` → `NameParts`. */
export function partsName(field: string): string {
  return `${field}Parts`;
}

function isPersonName(type: FieldType): boolean {
  return type.kind === 'record' && type.name === 'PersonName';
}

/**
 * Every field optional, in the event's order. Dates and times are bare numbers in the event: its `doc` says what they
 * are, for it is as old as the values; describe may have a type that the field got since. Salesforce doesn't promise
 * what `doc` holds: where it tells none of the three, describe does.
 */
export function deriveFields(
  schema: EventSchema,
  topic: string,
  types: FieldTypes,
): readonly Field[] {
  const namespace = namespaceOf(topic);
  const records = new Map<string, readonly Field[]>();

  const ofType = (type: FieldType, field: EventField): Schema => {
    switch (type.kind) {
      case 'long':
        return longOf(field, types);
      case 'int':
        return { type: 'int32', optional: true };
      case 'float':
        return { type: 'float32', optional: true };
      case 'double':
        return { type: 'float64', optional: true };
      case 'array':
        return {
          type: 'array',
          optional: true,
          items: { ...ofType(type.items, field), optional: false },
        };
      case 'record':
      case 'text-or-record':
        return recordOf(type.name, type.fields);
      case 'string':
      case 'boolean':
      case 'bytes':
        return { type: type.kind, optional: true };
    }
  };

  /** A compound used twice is one definition: Avro names it once. */
  const recordOf = (name: string, parts: readonly EventField[]): Schema => {
    const fields =
      records.get(name) ??
      parts.map((part) => ({ name: part.name, schema: ofType(part.type, part) }));
    records.set(name, fields);
    return {
      type: 'struct',
      optional: true,
      name: `${namespace}.${name.replace(/^Switchable_/, '')}`,
      fields,
    };
  };

  return schema.fields
    .filter(({ name }) => name !== HEADER_FIELD)
    .flatMap((field) => {
      const made = { name: field.name, schema: ofType(field.type, field) };
      if (isPersonName(field.type)) return [{ name: partsName(field.name), schema: made.schema }];
      if (field.type.kind !== 'text-or-record') return [made];
      return [
        { name: field.name, schema: { type: 'string', optional: true } as const },
        { name: partsName(field.name), schema: made.schema },
      ];
    });
}

const DATE: Schema = { type: 'int32', optional: true, name: LOGICAL.date, version: 1 };
const TIME: Schema = { type: 'int32', optional: true, name: LOGICAL.time, version: 1 };
const TIMESTAMP: Schema = { type: 'int64', optional: true, name: LOGICAL.timestamp, version: 1 };
const LONG: Schema = { type: 'int64', optional: true };

const BY_DESCRIBE: Readonly<Record<string, Schema>> = {
  date: DATE,
  time: TIME,
  datetime: TIMESTAMP,
};

function longOf({ name, doc }: EventField, types: FieldTypes): Schema {
  if (/:DateTime\b/.test(doc)) return TIMESTAMP;
  if (/:DateOnly\b/.test(doc)) return DATE;
  if (/:TimeOnly\b/.test(doc)) return TIME;
  return BY_DESCRIBE[types.get(name) ?? ''] ?? LONG;
}
