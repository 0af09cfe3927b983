/** `output.format=raw`, one event: its own bytes, keyed and told by what its first fields say. Pure. */
import { encodedAvro, type Schema, type SourceRecord } from '../../../src/sdk/index.ts';
import { HEADER_FIELD, type ChangeEventHeader, type EventSchema } from '../pubsub/decode.ts';
import type { WireEvent } from '../pubsub/messages.ts';
import { compilePrefix } from '../pubsub/prefix.ts';
import { read, type Origin } from './format.ts';
import { eventEnvelope, headers, publishedAt, traceparent } from './records.ts';

/** The records of one event of the schema it was compiled for. */
export type RawConvert = (wire: WireEvent, origin: Origin) => readonly SourceRecord[];

/** All that is read of a change: the header up to its commit timestamp, the fields stay bytes. */
const HEADER_NAMES = ['recordIds', 'changeType', 'transactionKey', 'commitTimestamp'].map(
  (name) => `${HEADER_FIELD}.${name}`,
);

/**
 * One record per id, the bytes the same in each; the last alone carries the position (Invariant 1). The operation is the
 * event's change type in lower case: what holds no values is marked `gap_update`, `gap_overflow` and so on, wildcards too,
 * and keeps the ids that Salesforce gave (of an overflow or a wildcard they name no record).
 */
export function rawChanges(schema: EventSchema, topic: string, keySchema: Schema): RawConvert {
  const prefix = compilePrefix(schema.json, HEADER_NAMES);
  const valueSchema = encodedAvro(schema.fullName, schema.json);
  return (wire, origin) => {
    const header = read(prefix, wire, origin)[HEADER_FIELD] as ChangeEventHeader;
    const { recordIds, transactionKey } = header;
    const timestamp = Number(header.commitTimestamp);
    if (!origin.isWanted(timestamp)) return [];
    const { partition } = origin;
    const replayId = wire.replayId.toString('base64');
    const trace = traceparent(transactionKey, wire.replayId);
    const op = opOf(header.changeType, recordIds);
    const position = { partition, offset: { replayId, commitTimestamp: timestamp } };
    return recordIds.map((id, at) => ({
      topic,
      keySchema,
      key: { Id: id },
      valueSchema,
      value: wire.payload,
      headers: headers(op, id, replayId, timestamp, transactionKey, trace),
      timestamp,
      position: at === recordIds.length - 1 ? position : undefined,
    }));
  };
}

function opOf(changeType: string, recordIds: readonly string[]): string {
  const op = changeType.toLowerCase();
  const isWildcard = recordIds[0]?.endsWith('*') === true;
  return isWildcard && !op.startsWith('gap_') ? `gap_${op}` : op;
}

/** A platform event as it was published; key and partition as in `change` (Invariant 5). */
export function rawEvent(
  schema: EventSchema,
  topic: string,
  keySchema: Schema,
  keyField: string | undefined,
): RawConvert {
  const names = keyField === undefined ? ['CreatedDate'] : ['CreatedDate', keyField];
  const prefix = compilePrefix(schema.json, names);
  const valueSchema = encodedAvro(schema.fullName, schema.json);
  return (wire, origin) => {
    const first = read(prefix, wire, origin);
    const timestamp = publishedAt(first);
    if (!origin.isWanted(timestamp)) return [];
    const record = eventEnvelope({ wire, decoded: first, partition: origin.partition }, keyField);
    return [{ ...record, topic, keySchema, valueSchema, value: wire.payload }];
  };
}
