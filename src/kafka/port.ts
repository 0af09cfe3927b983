/**
 * What Headwater needs of Kafka, at Connect's level: everything else is written against this port,
 * clients are adapters behind it. Errors are AppErrors: `retriable` (leader moved, broker away),
 * `data` (record too large, corrupt), `config` (unknown topic with creation off, authorization),
 * `fatal` (fenced).
 */
import type { RawHeader, RawRecord, TopicPartition } from '../data/record.ts';

export interface Kafka extends AsyncDisposable {
  readonly admin: KafkaAdmin;
  /** Idempotent, acks=all, one batch in flight (Invariant 5). */
  producer(options: ProducerOptions): Promise<KafkaProducer>;
  consumer(options: ConsumerOptions): Promise<KafkaConsumer>;
  /**
   * Reads a whole topic from its beginning up to the end offsets seen when it is called, in partition
   * order; without joining any lasting group.
   */
  readToEnd(
    topic: string,
    onRecord: (record: RawRecord) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

export interface ProducerOptions {
  readonly clientId: string;
  /** Connect's `producer.*` / `producer.override.*` names, prefix off (`compression.type`, …). */
  readonly overrides?: Readonly<Record<string, string>> | undefined;
}

export interface OutRecord {
  readonly topic: string;
  /** undefined: murmur2 of the key as the JVM's clients do; keyless: round robin. */
  readonly partition?: number | undefined;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly RawHeader[];
  readonly timestamp?: number | undefined;
}

export interface KafkaProducer extends AsyncDisposable {
  /**
   * Resolves when every record is acked by all in-sync replicas. Never call it again before it
   * settled. A batch that fails may have been written in part; sending it again may duplicate.
   */
  send(records: readonly OutRecord[]): Promise<void>;
}

export interface ConsumerOptions {
  readonly groupId: string;
  readonly clientId: string;
  readonly topics: readonly string[] | RegExp;
  /** Where a partition without a committed offset starts. */
  readonly autoOffsetReset: 'earliest' | 'latest';
  /** Called before the first record of new partitions; its result is sought to. */
  readonly onAssigned: (
    partitions: readonly TopicPartition[],
  ) => Promise<readonly (TopicPartition & { offset: bigint })[]>;
  readonly onRevoked: (partitions: readonly TopicPartition[]) => Promise<void>;
  readonly overrides?: Readonly<Record<string, string>> | undefined;
}

/** Pull-based; buffering is bounded, heartbeats go on while the caller works (Invariant 8). */
export interface KafkaConsumer extends AsyncDisposable {
  /**
   * Up to `maxRecords` records, as soon as that many are there or `maxWaitMs` passed since the first
   * of them; waits for at least one, returns [] on abort. Order per partition is kept.
   */
  poll(maxRecords: number, maxWaitMs: number, signal: AbortSignal): Promise<readonly RawRecord[]>;
  /** `offset` = the next to read. */
  commit(offsets: readonly (TopicPartition & { offset: bigint })[]): Promise<void>;
  /** The partitions owned now. */
  assignment(): readonly TopicPartition[];
  /** Records behind the end of each owned partition, as last seen. */
  lag(): ReadonlyMap<string, bigint>;
}

export interface NewTopic {
  readonly topic: string;
  /** -1 = the broker's default. */
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}

export interface KafkaAdmin {
  clusterId(): Promise<string>;
  listTopics(): Promise<readonly string[]>;
  /** True when it was created, false when it was there. */
  createTopic(topic: NewTopic): Promise<boolean>;
  deleteTopics(topics: readonly string[]): Promise<void>;
  /** Partition count, or undefined when there is no such topic. */
  partitions(topic: string): Promise<number | undefined>;
  /** The topic's effective configuration, or undefined when there is no such topic. */
  topicConfig(topic: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** First and next offset of each partition. */
  offsets(topic: string): Promise<readonly { partition: number; low: bigint; high: bigint }[]>;
  groupOffsets(groupId: string): Promise<readonly (TopicPartition & { offset: bigint })[]>;
  /** The group must be empty. null forgets that partition. */
  setGroupOffsets(
    groupId: string,
    offsets: readonly (TopicPartition & { offset: bigint | null })[],
  ): Promise<void>;
  /** A missing group is fine. */
  deleteGroup(groupId: string): Promise<void>;
}
