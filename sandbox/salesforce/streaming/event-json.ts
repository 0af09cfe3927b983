/** Change events and platform events as the Streaming API shows them: `data` of a message, as JSON text. */
import { PERSON_NAME } from '../events/columns.ts';
import type { Column, SimpleColumn } from '../events/columns.ts';
import { payloadOf } from '../events/event-log.ts';
import type { LoggedEvent } from '../events/event-log.ts';
import { CHANGE_TYPES } from '../events/event-schema.ts';
import type { EventSchema } from '../events/event-schema.ts';
import { AvroReader } from '../events/avro-reader.ts';
import { fieldNames } from './field-names.ts';

/** Of a platform event: every field, empty ones as null. */
export function platformEventData(event: LoggedEvent, schema: EventSchema): string {
  const reader = new AvroReader(payloadOf(event));
  const fields = schema.columns.map((column) => {
    const { json } = readColumn(reader, column, () => true);
    return `${JSON.stringify(column.name)}:${json ?? 'null'}`;
  });
  const about = { EventUuid: event.id, replayId: event.sequence, EventApiName: schema.name };
  return dataOf(schema, fields, JSON.stringify(about));
}

/**
 * Of a change event: fields with a value, and those set to null by name (`nulledFields`, which clients don't get).
 * A text that was sent as a diff is `{"diff": …}`.
 */
export function changeEventData(event: LoggedEvent, schema: EventSchema): string {
  const reader = new AvroReader(payloadOf(event));
  const { json: header, nulled, diffed } = readHeader(reader, schema.columns);
  const fields = [`"ChangeEventHeader":${header}`];
  for (const column of schema.columns) {
    const { json } = readColumn(reader, column, (name) => nulled.has(name));
    if (json === undefined) continue;
    const shown = diffed.has(column.name) ? `{"diff":${json}}` : json;
    fields.push(`${JSON.stringify(column.name)}:${shown}`);
  }
  return dataOf(schema, fields, `{"replayId":${event.sequence}}`);
}

function dataOf(schema: EventSchema, fields: readonly string[], about: string): string {
  return `{"schema":"${schema.id}","payload":{${fields.join(',')}},"event":${about}}`;
}

interface Header {
  readonly json: string;
  readonly nulled: ReadonlySet<string>;
  readonly diffed: ReadonlySet<string>;
}

/** In the order Salesforce writes it; `commitNumber` has up to 64 bits, so it is written digit by digit. */
function readHeader(reader: AvroReader, columns: readonly Column[]): Header {
  const entityName = reader.string();
  const recordIds = reader.strings();
  const changeType = CHANGE_TYPES[reader.long()];
  const changeOrigin = reader.string();
  const transactionKey = reader.string();
  const sequenceNumber = reader.long();
  const commitTimestamp = reader.long();
  const commitNumber = reader.bigLong();
  const commitUser = reader.string();
  const [nulled, diffed, changedFields] = Array.from({ length: 3 }, () =>
    fieldNames(reader.strings(), columns),
  );
  const rest = JSON.stringify({
    commitUser,
    sequenceNumber,
    entityName,
    changeType,
    changedFields,
    changeOrigin,
    transactionKey,
    commitTimestamp,
    recordIds,
  });
  const json = `{"commitNumber":${commitNumber},${rest.slice(1)}`;
  return { json, nulled: new Set(nulled), diffed: new Set(diffed) };
}

/** The value as JSON; `null` where it is empty and `showNull` says so of its name, else undefined. */
function readColumn(
  reader: AvroReader,
  column: Column,
  showNull: (name: string) => boolean,
): { readonly json: string | undefined } {
  if (column.kind !== 'compound') {
    return { json: readSimple(reader, column, showNull(column.name)) };
  }
  const present = reader.long() !== 0;
  const parts = column.parts.flatMap((part) => {
    const nulled = showNull(`${column.name}.${part.name}`);
    const json = present ? readSimple(reader, part, nulled) : nulled ? 'null' : undefined;
    return json === undefined ? [] : `${JSON.stringify(part.name)}:${json}`;
  });
  return { json: parts.length === 0 ? undefined : `{${parts.join(',')}}` };
}

/** A person account's name. */
function readPerson(reader: AvroReader): string {
  const parts = PERSON_NAME.map((name) => [name, reader.long() === 0 ? null : reader.string()]);
  return JSON.stringify(Object.fromEntries(parts.filter(([, value]) => value !== null)));
}

function readSimple(
  reader: AvroReader,
  column: SimpleColumn,
  showNull: boolean,
): string | undefined {
  const branch = column.required ? 1 : reader.long();
  if (branch === 0) return showNull ? 'null' : undefined;
  if (branch === 2) return readPerson(reader);
  switch (column.kind) {
    case 'string':
      return JSON.stringify(reader.string());
    case 'boolean':
      return String(reader.boolean());
    case 'int':
      return String(reader.long());
    case 'double':
      return doubleText(reader.double());
    case 'date':
      return `"${new Date(reader.long()).toISOString().slice(0, 10)}"`;
    case 'long': {
      const iso = new Date(reader.long()).toISOString();
      return column.doc.startsWith('Data:TimeOnly') ? `"${iso.slice(11)}"` : `"${iso}"`;
    }
  }
}

/** Salesforce writes `20.0`, never `20`. */
function doubleText(value: number): string {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
