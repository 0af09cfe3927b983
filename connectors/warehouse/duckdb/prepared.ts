import type { Header, RawRecord, SinkRecord } from '../../../src/sdk/index.ts';
import type { Row } from './row.ts';

const NO_HEADERS: readonly Header[] = [];

/** A record of which its row is kept, and where it came from; key, value and headers are let go. */
export class PreparedRecord implements SinkRecord {
  readonly topic: string;
  readonly kafkaPartition: number;
  readonly kafkaOffset: bigint;
  readonly key = null;
  readonly value = null;
  readonly headers = NO_HEADERS;
  readonly original: RawRecord;
  readonly row: Row;

  constructor(record: SinkRecord, row: Row) {
    this.topic = record.topic;
    this.kafkaPartition = record.kafkaPartition;
    this.kafkaOffset = record.kafkaOffset;
    this.original = record.original;
    this.row = row;
  }
}
