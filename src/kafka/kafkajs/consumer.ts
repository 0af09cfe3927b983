import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { RawRecord, TopicPartition } from '../../data/record.ts';
import type { Clock } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import type { ConsumerOptions, KafkaAdmin, KafkaConsumer } from '../port.ts';
import { kafkaError } from './errors.ts';
import { toRaw } from './raw.ts';

/** The JVM consumer's default is 45 s; kafkajs' heartbeats go on while a batch waits here. */
const SESSION_TIMEOUT_MS = 30_000;
const HEARTBEAT_MS = 1_000;
/** Far below the rebalance timeout, or two members keep throwing each other out. */
const MAX_WAIT_MS = 250;
const REBALANCE_TIMEOUT_MS = 60_000;
const MAX_BYTES_PER_PARTITION = 4 * 1024 * 1024;
/** Records held for the caller; a full buffer blocks fetching (Invariant 8). */
const BUFFER_RECORDS = 10_000;
/** How often a topic that isn't there yet is looked for. */
const LOOK_FOR_TOPICS_MS = 1_000;

const keyOf = (topic: string, partition: number): string => `${topic}-${partition}`;

/** Turns kafkajs' push into pull. */
export class KafkaJsConsumer implements KafkaConsumer {
  readonly #consumer: Consumer;
  readonly #admin: KafkaAdmin;
  readonly #options: ConsumerOptions;
  readonly #clock: Clock;
  #buffer: RawRecord[] = [];
  #assigned = new Map<string, TopicPartition>();
  /** Next offset to hand out: kafkajs reads retained partitions again after a rebalance. */
  readonly #next = new Map<string, bigint>();
  readonly #highWatermarks = new Map<string, bigint>();
  #assigning: Promise<void> = Promise.resolve();
  /** Trouble that kafkajs is still fighting. */
  #trouble: AppError | undefined;
  /** What ended this consumer. */
  #failure: AppError | undefined;
  #wakePoll: () => void = () => undefined;
  #wakeFetch: () => void = () => undefined;
  #closed = false;
  #subscribed: readonly string[] = [];
  #looking: Promise<void> = Promise.resolve();
  readonly #stopLooking = new AbortController();

  constructor(kafka: Kafka, admin: KafkaAdmin, options: ConsumerOptions, clock: Clock) {
    this.#admin = admin;
    this.#options = options;
    this.#clock = clock;
    this.#consumer = kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: milliseconds(options, 'session.timeout.ms', SESSION_TIMEOUT_MS),
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      heartbeatInterval: milliseconds(options, 'heartbeat.interval.ms', HEARTBEAT_MS),
      maxWaitTimeInMs: MAX_WAIT_MS,
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
      allowAutoTopicCreation: false,
      retry: { restartOnFailure: () => Promise.resolve(!this.#closed) },
    });
  }

  async start(): Promise<this> {
    this.#consumer.on('consumer.group_join', ({ payload }) => {
      this.#trouble = undefined;
      this.#assigning = this.#assign(payload.memberAssignment).catch((error: unknown) => {
        this.#failure = kafkaError(error, 'Taking partitions');
        this.#wakePoll();
      });
    });
    this.#consumer.on('consumer.crash', ({ payload }) => {
      this.#trouble = kafkaError(payload.error, `Reading as group ${this.#options.groupId}`);
      this.#wakePoll();
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
    while (this.#buffer.length === 0) {
      if (signal.aborted) return [];
      const error = this.#failure ?? this.#trouble;
      if (error !== undefined) throw error;
      await this.#wake(signal, undefined);
    }
    const deadline = this.#clock.monotonic() + maxWaitMs;
    const taken: RawRecord[] = [];
    for (;;) {
      const room = maxRecords - taken.length;
      const part = this.#buffer.length <= room ? this.#buffer : this.#buffer.slice(0, room);
      this.#buffer = this.#buffer.length <= room ? [] : this.#buffer.slice(room);
      for (const record of part) taken.push(record);
      this.#wakeFetch();
      const left = deadline - this.#clock.monotonic();
      if (taken.length >= maxRecords || left <= 0 || signal.aborted) return taken;
      await this.#wake(signal, left);
    }
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
    this.#wakeFetch();
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
        this.#wakePoll();
      }
    }
  }

  /** kafkajs hands over one fetched batch; waits, with heartbeats, while the buffer is full. */
  async #take(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    await this.#assigning;
    if (this.#failure !== undefined) return;
    const { topic, partition } = batch;
    const key = keyOf(topic, partition);
    while (this.#buffer.length >= BUFFER_RECORDS && !this.#closed) {
      await Promise.race([
        new Promise<void>((resolve) => (this.#wakeFetch = resolve)),
        this.#clock.sleep(HEARTBEAT_MS),
      ]);
      await payload.heartbeat();
    }
    const stale = payload.isStale() || !payload.isRunning() || this.#closed;
    if (stale || !this.#assigned.has(key)) return;
    const next = this.#next.get(key) ?? 0n;
    for (const message of batch.messages) {
      const record = toRaw(topic, partition, message);
      if (record.offset >= next) this.#buffer.push(record);
    }
    const end = BigInt(batch.lastOffset()) + 1n;
    if (end > next) this.#next.set(key, end);
    this.#highWatermarks.set(key, BigInt(batch.highWatermark));
    this.#trouble = undefined;
    payload.resolveOffset(batch.lastOffset());
    this.#wakePoll();
    await payload.heartbeat();
  }

  async #assign(memberAssignment: Readonly<Record<string, readonly number[]>>): Promise<void> {
    const now = new Map<string, TopicPartition>();
    for (const [topic, partitions] of Object.entries(memberAssignment)) {
      for (const partition of partitions) now.set(keyOf(topic, partition), { topic, partition });
    }
    const before = this.#assigned;
    const gained = [...now].filter(([key]) => !before.has(key)).map(([, value]) => value);
    const lost = [...before].filter(([key]) => !now.has(key)).map(([, value]) => value);
    this.#assigned = now;
    for (const { topic, partition } of lost) this.#next.delete(keyOf(topic, partition));
    this.#buffer = this.#buffer.filter(({ topic, partition }) => now.has(keyOf(topic, partition)));
    if (lost.length > 0) await this.#options.onRevoked(lost);
    if (gained.length === 0) return;
    const targets = await this.#options.onAssigned(gained);
    await this.#checkPositions(gained, targets);
    for (const { topic, partition, offset } of targets) {
      this.#next.set(keyOf(topic, partition), offset);
      this.#consumer.seek({ topic, partition, offset: `${offset}` });
    }
  }

  /** A stored offset that the log doesn't hold means lost records: never read on in silence. */
  async #checkPositions(
    gained: readonly TopicPartition[],
    targets: readonly (TopicPartition & { offset: bigint })[],
  ): Promise<void> {
    const stored = new Map<string, bigint>();
    for (const { topic, partition, offset } of [
      ...(await this.#admin.groupOffsets(this.#options.groupId)),
      ...targets,
    ]) {
      stored.set(keyOf(topic, partition), offset);
    }
    for (const topic of new Set(gained.map((partition) => partition.topic))) {
      for (const { partition, low, high } of await this.#admin.offsets(topic)) {
        const offset = stored.get(keyOf(topic, partition));
        if (offset === undefined || (offset >= low && offset <= high)) continue;
        throw lostPosition(topic, partition, offset, low, high);
      }
    }
  }

  /** Resolves when records or trouble came, `ms` passed, or `signal` aborted. */
  async #wake(signal: AbortSignal, ms: number | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = ms === undefined ? undefined : this.#clock.timer(ms, resolve);
      const done = (): void => {
        timer?.[Symbol.dispose]();
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#wakePoll = done;
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

function lostPosition(
  topic: string,
  partition: number,
  offset: bigint,
  low: bigint,
  high: bigint,
): AppError {
  const why =
    offset > high
      ? 'the topic was recreated or truncated'
      : `records ${offset} to ${low - 1n} were deleted by retention`;
  return new AppError(
    'fatal',
    'kafka.position_lost',
    `The stored offset ${offset} of ${topic}-${partition} isn't in the log (${low} to ${high}): ${why}.`,
    { suggestion: 'Stop the connector and PATCH or DELETE its offsets to say where to go on.' },
  );
}

/** A consumer property of that name, else `usual`; throws a `config` error for what is no number above 0. */
function milliseconds({ overrides }: ConsumerOptions, name: string, usual: number): number {
  const given = overrides?.[name]?.trim();
  if (given === undefined) return usual;
  const value = Number(given);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new AppError('config', 'kafka.consumer', `${name} must be milliseconds, not ${given}.`, {
    path: `consumer.override.${name}`,
  });
}
