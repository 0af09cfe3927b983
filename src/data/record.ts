import type { Schema } from './schema.ts';

export interface Header {
  readonly key: string;
  readonly value: unknown;
  /** Absent: the header converter infers it (string, number, boolean, bytes). */
  readonly schema?: Schema | undefined;
}

/** What source and sink records share; transforms see only this. */
export interface ConnectRecord {
  readonly topic: string;
  /** Kafka partition; undefined lets the partitioner choose by key (murmur2). */
  readonly kafkaPartition?: number | undefined;
  readonly keySchema?: Schema | undefined;
  readonly key: unknown;
  readonly valueSchema?: Schema | undefined;
  /** null = tombstone. */
  readonly value: unknown;
  readonly headers: readonly Header[];
  /** Epoch ms. */
  readonly timestamp?: number | undefined;
}

/** Free-form maps of JSON values, as Connect's offsets API shows them. */
export type SourcePartition = Readonly<Record<string, unknown>>;
export type SourceOffset = Readonly<Record<string, unknown>>;

/** "Resume strictly after `offset` in `partition`". */
export interface Position {
  readonly partition: SourcePartition;
  readonly offset: SourceOffset;
}

export interface SourceRecord extends ConnectRecord {
  /**
   * Set on the last record of an event only: when it and everything before it is acked, the
   * position may be committed (Invariant 1). A merged event's earlier records carry none.
   */
  readonly position?: Position | undefined;
}

export interface SinkRecord extends ConnectRecord {
  readonly kafkaPartition: number;
  readonly kafkaOffset: bigint;
  /** The record as it came, before the pipeline transformed it: what a dead letter holds. */
  readonly original: RawRecord;
}

/** A Kafka record in bytes. */
export interface RawRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly RawHeader[];
}

export interface RawHeader {
  readonly key: string;
  readonly value: Uint8Array | null;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}
