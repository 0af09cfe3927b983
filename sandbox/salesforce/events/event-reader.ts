import type { FieldValue, RecordValues } from '../org/types.ts';
import { AvroReader } from './avro-reader.ts';
import { PERSON_NAME } from './columns.ts';
import type { SimpleColumn } from './columns.ts';
import { CHANGE_TYPES } from './event-schema.ts';
import type { EventSchema } from './event-schema.ts';
import type { ChangeEventHeader } from './header.ts';

/** What an event says, in the org's terms. */
export interface EventContent {
  /** Of change events. */
  readonly header: ChangeEventHeader | undefined;
  /** By the record's field names; null where the event has nothing. */
  readonly values: RecordValues;
}

/** Reads an event of the sandbox's own; what `header.ts` and `body.ts` write of it again are the same bytes. */
export function readEvent(schema: EventSchema, payload: Buffer): EventContent {
  const reader = new AvroReader(payload);
  // A platform event is named after its object, a change event isn't.
  const header = schema.name === schema.entity ? undefined : readHeader(reader);
  const values: Record<string, FieldValue> = {};
  for (const column of schema.columns) {
    if (column.kind !== 'compound' && column.switchable) Object.assign(values, readName(reader));
    else if (column.kind !== 'compound') values[column.field] = readValue(reader, column);
    else {
      const present = reader.long() !== 0;
      for (const part of column.parts) {
        values[part.field] = present ? readValue(reader, part) : null;
      }
    }
  }
  return { header, values };
}

/** An account's name, or a person's in parts. */
function readName(reader: AvroReader): Record<string, FieldValue> {
  const branch = reader.long();
  if (branch === 0) return { Name: null };
  if (branch === 1) return { Name: reader.string() };
  const parts = PERSON_NAME.map((name) => [name, reader.long() === 0 ? null : reader.string()]);
  const { FirstName, LastName, ...rest } = Object.fromEntries(parts) as Record<string, FieldValue>;
  const Name = [FirstName, LastName].filter((part) => part !== null).join(' ');
  return {
    ...rest,
    FirstName: FirstName ?? null,
    LastName: LastName ?? null,
    Name,
    IsPersonAccount: true,
  };
}

export function readHeader(reader: AvroReader): ChangeEventHeader {
  return {
    entityName: reader.string(),
    recordIds: reader.strings(),
    changeType: CHANGE_TYPES[reader.long()] ?? 'CREATE',
    changeOrigin: reader.string(),
    transactionKey: reader.string(),
    sequenceNumber: reader.long(),
    commitTimestamp: reader.long(),
    commitNumber: reader.bigLong(),
    commitUser: reader.string(),
    nulledFields: reader.strings(),
    diffFields: reader.strings(),
    changedFields: reader.strings(),
  };
}

function readValue(reader: AvroReader, column: SimpleColumn): FieldValue {
  if (!column.required && reader.long() === 0) return null;
  switch (column.kind) {
    case 'string':
      return reader.string();
    case 'boolean':
      return reader.boolean();
    case 'double':
      return reader.double();
    case 'int':
    case 'long':
      return reader.long();
    case 'date':
      return new Date(reader.long()).toISOString().slice(0, 10);
  }
}
