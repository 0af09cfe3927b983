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

/** What a worker of a group needs besides. */
export interface GroupKafka extends Kafka {
  transactionalProducer(
    options: ProducerOptions & { readonly transactionalId: string; readonly timeoutMs: number },
  ): TransactionalProducer;
  groupMember(options: GroupOptions): GroupMember;
  /** Resolves when it has read up to the topic's present end. */
  tail(options: TailOptions, signal: AbortSignal): Promise<TopicTail>;
}

export interface GroupOptions {
  readonly groupId: string;
  readonly clientId: string;
  /** The group's type: `connect`. */
  readonly protocolType: string;
  /** What its members speak; those who speak another are refused by the coordinator. */
  readonly protocol: string;
  /** A member that isn't heard of for so long is taken out of the group. */
  readonly sessionTimeoutMs: number;
  /** So long a rebalance waits for members to join again. */
  readonly rebalanceTimeoutMs: number;
}

export interface Joined {
  readonly memberId: string;
  readonly generation: number;
  readonly leaderId: string;
  /** All of them, for the leader; empty for others. */
  readonly members: readonly { readonly memberId: string; readonly metadata: Uint8Array }[];
}

/**
 * Membership of a group, at the level of the coordinator's calls; who calls when is the caller's. Errors are `retriable`;
 * where the coordinator knows the member no more, the next `join` comes as a new one.
 */
export interface GroupMember extends AsyncDisposable {
  /** Waits until all members have joined, or the rebalance timeout is over. */
  join(metadata: Uint8Array): Promise<Joined>;
  /** The leader hands over what each member gets; the others hand over nothing. Resolves to the member's own. */
  sync(assignments: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array>;
  /** Rejects when the group rebalances (`kafka.rebalancing`), or has gone on without this member (`kafka.not_a_member`). */
  heartbeat(): Promise<void>;
  leave(): Promise<void>;
  /** The next `join` comes as a new member. */
  forget(): void;
}

export interface TailOptions {
  readonly topic: string;
  readonly clientId: string;
  /** Committed records alone, in the order of their partition. Must not throw. */
  readonly onRecord: (record: RawRecord) => void;
  /** It can't be read just now, and is asked again. Told once for as long as the reason is the same. */
  readonly onTrouble: (error: unknown) => void;
}

/** Follows a topic from its beginning on, without a group. */
export interface TopicTail extends AsyncDisposable {
  /** Resolves when all that was in the topic at this call was handed to `onRecord`. */
  readToEnd(signal: AbortSignal): Promise<void>;
  /** The next offset to read. */
  position(partition: number): bigint;
}

/** One transaction at a time. `fatal` when another producer took the id: then this one is of no use any more. */
export interface TransactionalProducer extends AsyncDisposable {
  /** Takes hold of the id: producers of before are fenced, their open transaction is aborted. */
  init(): Promise<void>;
  /** Begins a transaction where none is open. */
  send(records: readonly OutRecord[]): Promise<void>;
  commit(): Promise<void>;
  abort(): Promise<void>;
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
