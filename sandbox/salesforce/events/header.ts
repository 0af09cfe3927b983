import type { AvroWriter } from './avro-writer.ts';
import { CHANGE_TYPES } from './event-schema.ts';
import type { ChangeType } from './event-schema.ts';

/** A ChangeEventHeader. What is missing is `''` or `[]`, never null. */
export interface ChangeEventHeader {
  readonly entityName: string;
  readonly recordIds: readonly string[];
  readonly changeType: ChangeType;
  readonly changeOrigin: string;
  readonly transactionKey: string;
  /** Within the transaction, from 1. */
  readonly sequenceNumber: number;
  /** Epoch ms; written in whole seconds. */
  readonly commitTimestamp: number;
  readonly commitNumber: bigint;
  readonly commitUser: string;
  /** Bitmaps, as `FieldSet` makes them. */
  readonly nulledFields: readonly string[];
  readonly diffFields: readonly string[];
  readonly changedFields: readonly string[];
}

const INDEX = new Map(CHANGE_TYPES.map((type, index) => [type, index]));

export function writeHeader(writer: AvroWriter, header: ChangeEventHeader): void {
  writer.string(header.entityName);
  writer.strings(header.recordIds);
  writer.long(INDEX.get(header.changeType) ?? 0);
  writer.string(header.changeOrigin);
  writer.string(header.transactionKey);
  writer.long(header.sequenceNumber);
  writer.long(Math.floor(header.commitTimestamp / 1000) * 1000);
  writer.bigLong(header.commitNumber);
  writer.string(header.commitUser);
  writer.strings(header.nulledFields);
  writer.strings(header.diffFields);
  writer.strings(header.changedFields);
}
