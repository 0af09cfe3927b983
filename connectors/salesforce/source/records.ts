/** One event as Kafka records. Pure. */
import type {
  Header,
  Position,
  SourcePartition,
  SourceRecord,
  Struct,
} from '../../../src/sdk/index.ts';
import { decodeBitmaps } from '../pubsub/bitmap.ts';
import type { ChangeEventHeader, EventSchema } from '../pubsub/decode.ts';
import type { WireEvent } from '../pubsub/messages.ts';
import type { Destination } from './topics.ts';

export type Op = 'create' | 'update' | 'delete' | 'undelete' | 'repair';

/** An event, decoded. */
export interface ChangeEvent {
  readonly wire: WireEvent;
  readonly schema: EventSchema;
  readonly header: ChangeEventHeader;
  readonly decoded: Readonly<Record<string, unknown>>;
  readonly partition: SourcePartition & { readonly org: string; readonly channel: string };
}

/** One record's part of an event: a merged event has several (design: records on topics). */
export interface Change {
  readonly op: Op;
  readonly id: string;
  readonly record: Struct;
}

const OPS: Readonly<Record<string, Op>> = {
  CREATE: 'create',
  UPDATE: 'update',
  DELETE: 'delete',
  UNDELETE: 'undelete',
};

/** The changes an ordinary event carries, in the order of its ids. */
export function changesOf(event: ChangeEvent, destination: Destination): readonly Change[] {
  const { recordIds, changeType } = event.header;
  const op = OPS[changeType] ?? 'update';
  const record = op === 'delete' ? {} : destination.project(event.decoded);
  return recordIds.map((id) => ({ op, id, record }));
}

/** The last record alone carries the position: it is acked when all of the event's records are (Invariant 1). */
export function changeRecords(
  event: ChangeEvent,
  destination: Destination,
  changes: readonly Change[],
): readonly SourceRecord[] {
  const { header, schema, wire, partition } = event;
  const replayId = wire.replayId.toString('base64');
  // Invariant 7: what is null, and what wasn't touched, is told by names.
  const isUpdate = header.changeType === 'UPDATE';
  const changed = isUpdate ? decodeBitmaps(header.changedFields, schema.tree) : [];
  const nulled = isUpdate ? decodeBitmaps(header.nulledFields, schema.tree) : [];
  const source: Struct = {
    org: partition.org,
    channel: partition.channel,
    replayId,
    commitTimestamp: header.commitTimestamp,
    commitNumber: header.commitNumber,
    transactionKey: header.transactionKey,
    sequenceNumber: header.sequenceNumber,
    commitUser: header.commitUser,
    changeOrigin: header.changeOrigin,
    schemaId: wire.schemaId,
  };
  const timestamp = Number(header.commitTimestamp);
  const trace = traceparent(header.transactionKey, wire.replayId);
  const position: Position = { partition, offset: { replayId, commitTimestamp: timestamp } };
  return changes.map(({ op, id, record }, at) => ({
    topic: destination.topic,
    keySchema: destination.keySchema,
    key: { Id: id },
    valueSchema: destination.valueSchema,
    value: {
      op,
      id,
      changed: op === 'update' ? changed : [],
      nulled: op === 'update' ? nulled : [],
      record,
      source,
    },
    headers: headers(op, id, replayId, timestamp, header.transactionKey, trace),
    timestamp,
    position: at === changes.length - 1 ? position : undefined,
  }));
}

/**
 * W3C trace context without a random part: a transaction is a trace, an event a span, so that a re-delivered record has
 * the same. Undefined where the transaction's key isn't a UUID.
 */
export function traceparent(transactionKey: string, replayId: Buffer): string | undefined {
  const trace = transactionKey.replaceAll('-', '').toLowerCase();
  const span = replayId.toString('hex', 0, SPAN_BYTES);
  if (!/^[0-9a-f]{32}$/.test(trace) || span.length !== 2 * SPAN_BYTES) return undefined;
  return `00-${trace}-${span}-01`;
}

const SPAN_BYTES = 8;

export function headers(
  op: string,
  id: string,
  replayId: string,
  timestamp: number,
  transactionKey: string,
  trace: string | undefined,
): readonly Header[] {
  const made = [
    { key: 'headwater.op', value: op },
    { key: 'headwater.record.id', value: id },
    { key: 'headwater.replay.id', value: replayId },
    { key: 'headwater.commit.timestamp', value: String(timestamp) },
    { key: 'headwater.transaction.key', value: transactionKey },
  ];
  return trace === undefined ? made : [...made, { key: 'traceparent', value: trace }];
}

function isKey(value: unknown): value is string | number | bigint | boolean {
  return value !== null && value !== undefined && value !== '' && typeof value !== 'object';
}

export interface PlatformEvent {
  readonly wire: WireEvent;
  readonly decoded: Readonly<Record<string, unknown>>;
  readonly partition: SourcePartition & { readonly org: string; readonly channel: string };
}

/** CreatedDate, epoch ms. */
export function publishedAt(decoded: Readonly<Record<string, unknown>>): number {
  const created = decoded['CreatedDate'];
  return typeof created === 'bigint' ? Number(created) : 0;
}

/** A platform event's record. */
export function eventRecord(
  event: PlatformEvent,
  destination: Destination,
  keyField: string | undefined,
): SourceRecord {
  const { wire, decoded, partition } = event;
  const envelope = eventEnvelope(event, keyField);
  const { topic, keySchema, valueSchema } = destination;
  const source = {
    org: partition.org,
    channel: partition.channel,
    replayId: wire.replayId.toString('base64'),
    commitTimestamp: BigInt(envelope.timestamp),
    schemaId: wire.schemaId,
  };
  const value = { ...destination.project(decoded), source };
  return { ...envelope, topic, keySchema, valueSchema, value };
}

/**
 * All but a platform event's value: keyed by its UUID (else its replay id) on partition 0, for the channel's order
 * (Invariant 5); or keyed by `keyField`, and then in order per key.
 */
export function eventEnvelope(
  { wire, decoded, partition }: PlatformEvent,
  keyField: string | undefined,
): Omit<SourceRecord, 'topic' | 'value'> & { readonly timestamp: number } {
  const replayId = wire.replayId.toString('base64');
  const timestamp = publishedAt(decoded);
  const given = keyField === undefined ? wire.id : decoded[keyField];
  return {
    kafkaPartition: keyField === undefined ? 0 : undefined,
    key: { [keyField ?? 'EventUuid']: isKey(given) ? String(given) : replayId },
    headers: [
      { key: 'headwater.op', value: 'event' },
      { key: 'headwater.replay.id', value: replayId },
      { key: 'headwater.commit.timestamp', value: String(timestamp) },
    ],
    timestamp,
    position: { partition, offset: { replayId, commitTimestamp: timestamp } },
  };
}
