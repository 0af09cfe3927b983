import type { Batch, Consumer, EachBatchPayload, Kafka } from './kafkajs.ts';
import type { RawRecord, TopicPartition } from '../../data/record.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { AppError } from '../../foundation/errors.ts';
import type { ConsumerOptions, KafkaAdmin, KafkaConsumer } from '../port.ts';
import { consumerSettings } from '../consumer-settings.ts';
import { assignors } from './assignors.ts';
import { kafkaError } from './errors.ts';
import { keyOf, reassigned, requireInLog, storedPositions, type Position } from '../positions.ts';
import { toRaw } from './raw.ts';
import { RecordQueue } from '../record-queue.ts';

const REBALANCE_TIMEOUT_MS = 60_000;
/** How often a topic that isn't there yet is looked for. */
const LOOK_FOR_TOPICS_MS = 1_000;

/** Turns kafkajs' push into pull. */
export class KafkaJsConsumer implements KafkaConsumer {
  readonly #consumer: Consumer;
  readonly #admin: KafkaAdmin;
  readonly #options: ConsumerOptions;
  readonly #clock: Clock;
  readonly #heartbeatMs: number;
  readonly #queue: RecordQueue;
  #assigned = new Map<string, TopicPartition>();
  /** Next offset to hand out: kafkajs reads retained partitions again after a rebalance. */
  readonly #next = new Map<string, bigint>();
  /** What the group holds, as far as known here. */
  readonly #committed = new Map<string, bigint>();
  readonly #highWatermarks = new Map<string, bigint>();
  #assigning: Promise<void> = Promise.resolve();
  /** Trouble that kafkajs is still fighting. */
  #trouble: AppError | undefined;
  /** What ended this consumer. */
  #failure: AppError | undefined;
  #closed = false;
  #subscribed: readonly string[] = [];
  #looking: Promise<void> = Promise.resolve();
  readonly #stopLooking = new AbortController();

  constructor(kafka: Kafka, admin: KafkaAdmin, options: ConsumerOptions, clock: Clock) {
    this.#admin = admin;
    this.#options = options;
    this.#clock = clock;
    this.#queue = new RecordQueue(clock);
    const settings = consumerSettings(options.overrides);
    this.#heartbeatMs = settings.heartbeatMs;
    this.#consumer = kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: settings.sessionTimeoutMs,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      partitionAssigners: assignors,
      heartbeatInterval: settings.heartbeatMs,
      maxWaitTimeInMs: settings.maxWaitMs,
      minBytes: settings.minBytes,
      maxBytes: settings.maxBytes,
      maxBytesPerPartition: settings.maxBytesPerPartition,
      readUncommitted: settings.readUncommitted,
      allowAutoTopicCreation: false,
      retry: { restartOnFailure: () => Promise.resolve(!this.#closed) },
    });
  }

  async start(): Promise<this> {
    this.#consumer.on('consumer.group_join', ({ payload }) => {
      // A restart that kafkajs had begun before it was closed: as a member that nobody polls it would hold partitions for good.
      if (this.#closed) {
        this.#consumer.disconnect().catch(() => undefined);
        return;
      }
      this.#trouble = undefined;
      this.#assigning = this.#assign(payload.memberAssignment).catch((error: unknown) => {
        this.#failure = kafkaError(error, 'Taking partitions');
        this.#queue.wake();
      });
    });
    this.#consumer.on('consumer.crash', ({ payload }) => {
      this.#trouble = kafkaError(payload.error, `Reading as group ${this.#options.groupId}`);
      this.#queue.wake();
    });
    try {
      await this.#consumer.connect();
      await this.#subscribe();
    } catch (error) {
      await this.#consumer.disconnect().catch(() => undefined);
      throw kafkaError(error, `Joining group ${this.#options.groupId}`);
    }
    this.#looking = this.#lookForTopics();
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
    const owned = offsets.filter(({ topic, partition }) =>
      this.#assigned.has(keyOf(topic, partition)),
    );
    if (owned.length === 0) return;
    try {
      await this.#consumer.commitOffsets(
        owned.map(({ topic, partition, offset }) => ({ topic, partition, offset: `${offset}` })),
      );
    } catch (error) {
      throw kafkaError(error, `Committing offsets of group ${this.#options.groupId}`);
    }
    for (const position of owned) this.#noteCommitted(position);
  }

  assignment(): readonly TopicPartition[] {
    return [...this.#assigned.values()];
  }

  lag(): ReadonlyMap<string, bigint> {
    return new Map(
      [...this.#highWatermarks]
        .filter(([key]) => this.#assigned.has(key))
        .map(([key, high]) => [key, high - (this.#next.get(key) ?? high)]),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#stopLooking.abort();
    this.#queue.release();
    await this.#looking;
    await this.#consumer.disconnect();
  }

  /**
   * Joins for the topics that are there. kafkajs refuses a topic that isn't and takes none that comes
   * later; a sink may well be started before its source has written.
   */
  async #subscribe(): Promise<void> {
    const there = await this.#admin.listTopics();
    const { topics, autoOffsetReset } = this.#options;
    const wanted =
      topics instanceof RegExp
        ? there.filter((topic) => topics.test(topic))
        : topics.filter((topic) => there.includes(topic));
    if (wanted.length === this.#subscribed.length) return;
    if (this.#subscribed.length > 0) await this.#consumer.stop();
    await this.#consumer.subscribe({
      topics: [...wanted],
      fromBeginning: autoOffsetReset === 'earliest',
    });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.#take(payload),
    });
    this.#subscribed = wanted;
  }

  async #lookForTopics(): Promise<void> {
    const { topics } = this.#options;
    const { signal } = this.#stopLooking;
    while (topics instanceof RegExp || this.#subscribed.length < topics.length) {
      await this.#clock.sleep(LOOK_FOR_TOPICS_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.#subscribe();
      } catch (error) {
        this.#trouble = kafkaError(error, `Joining group ${this.#options.groupId}`);
        this.#queue.wake();
      }
    }
  }

  /** kafkajs hands over one fetched batch; waits, with heartbeats, while the buffer is full. */
  async #take(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    await this.#untilAssigned(payload);
    if (this.#failure !== undefined) return;
    const { topic, partition } = batch;
    const key = keyOf(topic, partition);
    while (this.#queue.isFull && !this.#closed) await this.#beat(payload, this.#queue.taken());
    const stale = payload.isStale() || !payload.isRunning() || this.#closed;
    if (stale || !this.#assigned.has(key)) return;
    if (await this.#hasLostPosition(batch)) return;
    const next = this.#next.get(key) ?? 0n;
    const records = batch.messages.map((message) => toRaw(topic, partition, message));
    this.#queue.add(records.filter(({ offset }) => offset >= next));
    const end = BigInt(batch.lastOffset()) + 1n;
    if (end > next) this.#next.set(key, end);
    this.#highWatermarks.set(key, BigInt(batch.highWatermark));
    this.#trouble = undefined;
    payload.resolveOffset(batch.lastOffset());
    this.#queue.wake();
    await payload.heartbeat();
  }

  /** A target may take longer to open than a session lasts. */
  async #untilAssigned(payload: EachBatchPayload): Promise<void> {
    let isDone = false;
    const assigned = this.#assigning.then(() => {
      isDone = true;
    });
    while (!isDone) await this.#beat(payload, assigned);
  }

  async #beat(payload: EachBatchPayload, woken: Promise<void>): Promise<void> {
    const waiting = new AbortController();
    const heartbeat = this.#clock.sleep(this.#heartbeatMs, waiting.signal).catch(() => undefined);
    await Promise.race([woken, heartbeat]);
    waiting.abort();
    await payload.heartbeat();
  }

  /**
   * kafkajs goes on from the beginning or the end when the log no longer holds its position, and says so
   * in its log only. Seen from here, the batch doesn't continue the last one; after compaction that is
   * as it should be, so the log's ends decide.
   */
  async #hasLostPosition(batch: Batch): Promise<boolean> {
    const { topic, partition } = batch;
    const offset = this.#next.get(keyOf(topic, partition));
    if (offset === undefined) return false;
    const first = BigInt(batch.firstOffset() ?? offset);
    if (first <= offset && BigInt(batch.highWatermark) >= offset) return false;
    try {
      await requireInLog(this.#admin, 'next', [{ topic, partition, offset }]);
      return false;
    } catch (error) {
      const lost = kafkaError(error, `Reading ${topic}-${partition}`);
      if (lost.code !== 'kafka.position_lost') throw lost;
      this.#failure = lost;
      this.#queue.wake();
      await this.#restoreCommitted({ topic, partition });
      return true;
    }
  }

  /** kafkajs has committed "beginning" or "end": the next start must find the lost offset and fail, too. */
  async #restoreCommitted(lost: TopicPartition): Promise<void> {
    const offset = this.#committed.get(keyOf(lost.topic, lost.partition));
    if (offset !== undefined) await this.commit([{ ...lost, offset }]).catch(() => undefined);
  }

  #noteCommitted({ topic, partition, offset }: Position): void {
    this.#committed.set(keyOf(topic, partition), offset);
  }

  async #assign(memberAssignment: Readonly<Record<string, readonly number[]>>): Promise<void> {
    const now = new Map<string, TopicPartition>();
    for (const [topic, partitions] of Object.entries(memberAssignment)) {
      for (const partition of partitions) now.set(keyOf(topic, partition), { topic, partition });
    }
    const { gained, lost } = reassigned(this.assignment(), [...now.values()]);
    this.#assigned = now;
    for (const { topic, partition } of lost) this.#next.delete(keyOf(topic, partition));
    this.#queue.retain(({ topic, partition }) => now.has(keyOf(topic, partition)));
    if (lost.length > 0) await this.#options.onRevoked(lost);
    if (gained.length === 0) return;
    const targets = await this.#options.onAssigned(gained);
    const group = await this.#admin.groupOffsets(this.#options.groupId);
    for (const position of group) this.#noteCommitted(position);
    const stored = await storedPositions(this.#admin, gained, group, targets);
    for (const [key, { offset }] of stored) this.#next.set(key, offset);
    for (const { topic, partition, offset } of targets) {
      this.#consumer.seek({ topic, partition, offset: `${offset}` });
    }
  }
}
