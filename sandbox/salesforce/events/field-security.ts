import type { FieldValue } from '../org/types.ts';
import { AvroWriter } from './avro-writer.ts';
import { writeBody } from './body.ts';
import type { Column } from './columns.ts';
import { consumerEventFrame } from './consumer-event.ts';
import { payloadOf } from './event-log.ts';
import type { LoggedEvent } from './event-log.ts';
import { readEvent } from './event-reader.ts';
import { FieldSet, fieldsOfBitmaps } from './field-set.ts';
import { writeHeader } from './header.ts';
import { encodeReplayId } from './replay-id.ts';
import type { EventSchemaProvider } from './schemas.ts';

/** In events, ChangeEventHeader is the field before the columns. */
const FIRST_COLUMN = 1;
const writer = new AvroWriter();

/**
 * The event without what field-level security hides: the fields are empty, and the header doesn't name them. The
 * schema still has them. `hidden` are names such as `Account.Phone`; a compound's name hides its parts.
 */
export function withoutHiddenFields(
  event: LoggedEvent,
  hidden: readonly string[],
  schemas: EventSchemaProvider,
): LoggedEvent {
  const prefix = `${event.entity}.`;
  const names = hidden.filter((name) => name.startsWith(prefix));
  const schema = names.length === 0 ? undefined : schemas.schemaById(event.schemaId);
  if (schema === undefined) return event;
  const isHidden = hiddenTest(schema.columns, new Set(names.map((n) => n.slice(prefix.length))));
  const { header, values } = readEvent(schema, payloadOf(event));
  if (header === undefined) return event;
  const stripped = (bitmaps: readonly string[]): readonly string[] => {
    const kept = new FieldSet();
    for (const { field, part } of fieldsOfBitmaps(bitmaps)) {
      if (!isHidden(field, part)) kept.add(field, part);
    }
    return kept.toBitmaps();
  };
  writeHeader(writer, {
    ...header,
    nulledFields: stripped(header.nulledFields),
    diffFields: stripped(header.diffFields),
    changedFields: stripped(header.changedFields),
  });
  const shown: Record<string, FieldValue> = { ...values };
  schema.columns.forEach((column, at) => {
    const parts = column.kind === 'compound' ? column.parts : [column];
    parts.forEach((each, part) => {
      if (isHidden(FIRST_COLUMN + at, column.kind === 'compound' ? part : undefined)) {
        shown[each.field] = null;
      }
    });
  });
  writeBody(writer, schema.columns, shown);
  const payload = writer.take();
  const replayId = encodeReplayId(event.sequence);
  const { frame, payloadAt } = consumerEventFrame({ ...event, payload, replayId });
  return { ...event, frame, payloadAt, payloadBytes: payload.length };
}

function hiddenTest(
  columns: readonly Column[],
  names: ReadonlySet<string>,
): (field: number, part?: number) => boolean {
  return (field, part) => {
    const column = columns[field - FIRST_COLUMN];
    if (column === undefined) return false;
    if (names.has(column.name)) return true;
    if (column.kind !== 'compound' || part === undefined) return false;
    return names.has(column.parts[part]?.field ?? '');
  };
}
