import type { RawRecord, TopicPartition } from '../../data/record.ts';
import { backoffMs } from '../../foundation/backoff.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { AppError } from '../../foundation/errors.ts';
import { consumerSettings } from '../consumer-settings.ts';
import type { ConsumerOptions, Joined, KafkaAdmin, KafkaConsumer } from '../port.ts';
import { keyOf, reassigned } from '../positions.ts';
import { RecordQueue } from '../record-queue.ts';
import {
  deal,
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from './assignment.ts';
import type { Cluster } from './cluster.ts';
import { kafkaError } from './errors.ts';
import type { Fetched } from './fetch.ts';
import { Fetcher } from './fetcher.ts';
import type { PlatformaticGroupMember } from './group-member.ts';
import { READ_COMMITTED, READ_UNCOMMITTED } from './list-offsets.ts';
import { OwnedPositions } from './positions.ts';
import { readRecords } from './record-reader.ts';

/** How often a topic that isn't there yet is looked for, and whether a topic has got more partitions. */
const LOOK_FOR_TOPICS_MS = 1_000;
const LOOK_FOR_PARTITIONS_MS = 30_000;
const BACKOFF = { initialMs: 100, maxMs: 2_000 } as const;
/** The group goes on: joining again is all there is to do. */
const REJOIN: ReadonlySet<string> = new Set(['kafka.rebalancing', 'kafka.not_a_member']);

/** A member of a consumer group that reads what it is dealt, from rebalance to rebalance. */
export class PlatformaticConsumer implements KafkaConsumer {
  readonly #cluster: Cluster;
  readonly #member: PlatformaticGroupMember;
  readonly #admin: KafkaAdmin;
  readonly #options: ConsumerOptions;
  readonly #clock: Clock;
  readonly #heartbeatMs: number;
  readonly #queue: RecordQueue;
  readonly #positions: OwnedPositions;
  readonly #fetcher: Fetcher;
  readonly #highWatermarks = new Map<string, bigint>();
  readonly #closing = new AbortController();
  /** From one rebalance to the next. */
  #session = new AbortController();
  /** Topics that were there when the group was joined last, and how many partitions each had. */
  #present: ReadonlyMap<string, number> = new Map();
  /** Trouble that is still being fought. */
  #trouble: AppError | undefined;
  /** What ended this consumer. */
  #failure: AppError | undefined;
  #isJoining = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(
    cluster: Cluster,
    member: PlatformaticGroupMember,
    admin: KafkaAdmin,
    options: ConsumerOptions,
    clock: Clock,
  ) {
    this.#cluster = cluster;
    this.#member = member;
    this.#admin = admin;
    this.#options = options;
    this.#clock = clock;
    this.#queue = new RecordQueue(clock);
    this.#positions = new OwnedPositions(cluster, admin);
    const settings = consumerSettings(options.overrides);
    this.#heartbeatMs = settings.heartbeatMs;
    const isolation = settings.readUncommitted ? READ_UNCOMMITTED : READ_COMMITTED;
    this.#fetcher = new Fetcher(cluster, { ...settings, isolation });
  }

  async start(): Promise<this> {
    try {
      this.#present = await this.#look();
    } catch (error) {
      await this.#closeConnections();
      throw kafkaError(error, `Joining group ${this.#options.groupId}`);
    }
    this.#running = Promise.all([this.#run(), this.#lookForTopics()]);
    return this;
  }

  async poll(
    maxRecords: number,
    maxWaitMs: number,
    signal: AbortSignal,
  ): Promise<readonly RawRecord[]> {
    const trouble = (): AppError | undefined => this.#failure ?? this.#trouble;
    return await this.#queue.poll(maxRecords, maxWaitMs, signal, trouble);
  }

  async commit(offsets: readonly (TopicPartition & { offset: bigint })[]): Promise<void> {
    const owned = offsets.filter((at) => this.#owns(at));
    if (owned.length > 0) await this.#member.commit(owned);
  }

  assignment(): readonly TopicPartition[] {
    return this.#positions.all().map(({ topic, partition }) => ({ topic, partition }));
  }

  lag(): ReadonlyMap<string, bigint> {
    return new Map(
      this.#positions.all().flatMap(({ topic, partition, offset }) => {
        const high = this.#highWatermarks.get(keyOf(topic, partition));
        return high === undefined ? [] : [[keyOf(topic, partition), high - offset] as const];
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#session.abort();
    this.#queue.release();
    // A coordinator that waits for others to join hears nothing else from this connection.
    if (this.#isJoining) await this.#closeConnections();
    await this.#running;
    await this.#member.leave().catch(() => undefined);
    await this.#closeConnections();
  }

  async #closeConnections(): Promise<void> {
    await this.#member[Symbol.asyncDispose]();
    await this.#cluster.close();
  }

  #owns({ topic, partition }: TopicPartition): boolean {
    return this.#positions.get(topic, partition) !== undefined;
  }

  /** Joins, reads until the group rebalances, joins again; until closed, or until a position is lost. */
  async #run(): Promise<void> {
    const { signal } = this.#closing;
    for (let failures = 0; !signal.aborted && this.#failure === undefined;) {
      try {
        this.#session = new AbortController();
        this.#present = await this.#look();
        if (this.#present.size > 0) await this.#takePart(this.#session.signal);
        else await this.#pause(LOOK_FOR_TOPICS_MS, this.#session.signal);
        failures = 0;
      } catch (error) {
        this.#session.abort();
        if (signal.aborted) return;
        const trouble = kafkaError(error, `Reading as group ${this.#options.groupId}`);
        if (REJOIN.has(trouble.code)) continue;
        if (trouble.kind === 'fatal') this.#failure = trouble;
        else this.#trouble = trouble;
        this.#queue.wake();
        failures += 1;
        await this.#pause(backoffMs(failures, BACKOFF), signal);
      }
    }
  }

  async #takePart(session: AbortSignal): Promise<void> {
    const mine = await this.#join();
    this.#trouble = undefined;
    const beating = this.#beat(session);
    try {
      await this.#assign(mine);
      await this.#read(session);
    } finally {
      this.#session.abort();
      await beating;
    }
  }

  async #join(): Promise<readonly TopicPartition[]> {
    this.#isJoining = true;
    try {
      const joined = await this.#member.join(encodeSubscription([...this.#present.keys()]));
      const isLeader = joined.leaderId === joined.memberId;
      const shares = isLeader ? await this.#deal(joined) : new Map<string, Uint8Array>();
      return decodeAssignment(await this.#member.sync(shares));
    } finally {
      this.#isJoining = false;
    }
  }

  async #deal({ members }: Joined): Promise<ReadonlyMap<string, Uint8Array>> {
    const subscribers = members.map(({ memberId, metadata }) => ({
      memberId,
      topics: decodeSubscription(metadata),
    }));
    const { topics } = await this.#cluster.retry(() => this.#cluster.describe(null));
    const counts = new Map([...topics].map(([topic, { leaders }]) => [topic, leaders.length]));
    return new Map(
      [...deal(subscribers, counts)].map(([member, share]) => [member, encodeAssignment(share)]),
    );
  }

  async #assign(mine: readonly TopicPartition[]): Promise<void> {
    const { gained, lost } = reassigned(this.assignment(), mine);
    this.#positions.drop(lost);
    this.#queue.retain((record) => this.#owns(record));
    if (lost.length > 0) await this.#options.onRevoked(lost);
    if (gained.length === 0) return;
    const target = await this.#options.onAssigned(gained);
    const group = await this.#admin.groupOffsets(this.#options.groupId);
    await this.#positions.take(gained, group, target, this.#options.autoOffsetReset);
  }

  /** Heartbeats until the session ends; ends it when the group rebalances. */
  async #beat(session: AbortSignal): Promise<void> {
    for (;;) {
      await this.#pause(this.#heartbeatMs, session);
      if (session.aborted) return;
      try {
        await this.#member.heartbeat();
      } catch (error) {
        if (REJOIN.has(kafkaError(error, '').code)) this.#session.abort();
        // A coordinator that is away is asked again: only it ends a membership.
      }
    }
  }

  async #read(session: AbortSignal): Promise<void> {
    const ended = new Promise<undefined>((resolve) => {
      session.addEventListener('abort', () => resolve(undefined), { once: true });
      if (session.aborted) resolve(undefined);
    });
    while (!session.aborted) {
      const wanted = this.#queue.isFull ? [] : await this.#positions.wanted();
      if (wanted.length === 0) {
        await Promise.race([ended, this.#queue.taken()]);
        continue;
      }
      const fetched = await Promise.race([ended, this.#fetcher.next(wanted)]);
      if (fetched === undefined) return;
      for (const each of fetched) await this.#take(each);
    }
  }

  async #take(fetched: Fetched): Promise<void> {
    const { topic, partition, from, bytes, aborted } = fetched;
    if (this.#positions.get(topic, partition) !== from) return;
    if (fetched.error !== undefined) {
      await this.#positions.explain(fetched);
      return;
    }
    const { records, next } = await readRecords(topic, partition, bytes, from, aborted);
    this.#positions.advance(topic, partition, next);
    this.#highWatermarks.set(keyOf(topic, partition), fetched.highWatermark);
    this.#trouble = undefined;
    if (records.length > 0) this.#queue.add(records);
  }

  /** The topics to read that are there, with their partitions; others may come. */
  async #look(): Promise<ReadonlyMap<string, number>> {
    const { topics } = this.#options;
    const all = await this.#cluster.retry(() => this.#cluster.describe(null));
    const isRead = (topic: string): boolean =>
      topics instanceof RegExp ? topics.test(topic) : topics.includes(topic);
    return new Map(
      [...all.topics]
        .filter(([topic]) => isRead(topic))
        .map(([topic, { leaders }]) => [topic, leaders.length]),
    );
  }

  /** A sink may well be started before its source has written: the group is joined anew for topics that come later. */
  async #lookForTopics(): Promise<void> {
    const { topics } = this.#options;
    const { signal } = this.#closing;
    for (;;) {
      const isWhole = !(topics instanceof RegExp) && this.#present.size >= topics.length;
      await this.#pause(isWhole ? LOOK_FOR_PARTITIONS_MS : LOOK_FOR_TOPICS_MS, signal);
      if (signal.aborted) return;
      // Brokers that are away are the reading's trouble, too; they are asked again.
      const present = await this.#look().catch(() => this.#present);
      if (!isSame(present, this.#present)) this.#session.abort();
    }
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(ms, signal).catch(() => undefined);
  }
}

function isSame(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([topic, count]) => b.get(topic) === count);
}
