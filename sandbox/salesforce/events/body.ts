import type { FieldValue, RecordValues } from '../org/types.ts';
import type { AvroWriter } from './avro-writer.ts';
import { PERSON_NAME } from './columns.ts';
import type { Column, CompoundColumn, SimpleColumn } from './columns.ts';

/**
 * Writes an event's fields from a record's values; a value that is absent or null becomes the null branch, as does
 * a compound without any part. Throws TypeError, naming the column, where a value isn't of the column's kind.
 */
export function writeBody(
  writer: AvroWriter,
  columns: readonly Column[],
  values: RecordValues,
): void {
  for (const column of columns) {
    if (column.kind === 'compound') writeCompound(writer, column, values);
    else if (column.switchable && values['IsPersonAccount'] === true) writePerson(writer, values);
    else writeNullable(writer, column, values[column.field]);
  }
}

function writeCompound(writer: AvroWriter, column: CompoundColumn, values: RecordValues): void {
  const empty = column.parts.every((part) => (values[part.field] ?? null) === null);
  writer.branch(empty ? 0 : 1);
  if (empty) return;
  for (const part of column.parts) writeNullable(writer, part, values[part.field]);
}

/** The third branch of an account's name. */
function writePerson(writer: AvroWriter, values: RecordValues): void {
  if ((values['Name'] ?? null) === null) {
    writer.branch(0);
    return;
  }
  writer.branch(2);
  for (const name of PERSON_NAME) {
    const value = values[name] ?? null;
    writer.branch(value === null ? 0 : 1);
    if (value !== null) writer.string(String(value));
  }
}

function writeNullable(
  writer: AvroWriter,
  column: SimpleColumn,
  value: FieldValue | undefined,
): void {
  if (column.required) {
    writeValue(writer, column, value);
    return;
  }
  if (value === null || value === undefined) {
    writer.branch(0);
    return;
  }
  writer.branch(1);
  writeValue(writer, column, value);
}

function writeValue(writer: AvroWriter, column: SimpleColumn, value: FieldValue | undefined): void {
  if (column.kind === 'string' && typeof value === 'string') writer.string(value);
  else if (column.kind === 'boolean' && typeof value === 'boolean') writer.boolean(value);
  else if (column.kind === 'double' && typeof value === 'number') writer.double(value);
  else if (column.kind === 'date' && typeof value === 'string') writer.long(midnight(value));
  else if ((column.kind === 'long' || column.kind === 'int') && Number.isInteger(value)) {
    writer.long(Number(value));
  } else {
    throw new TypeError(
      `${column.name} is a ${column.kind} and can't be ${JSON.stringify(value)}.`,
    );
  }
}

/** Epoch ms of `YYYY-MM-DD` at midnight UTC. */
function midnight(day: string): number {
  return Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10)));
}
