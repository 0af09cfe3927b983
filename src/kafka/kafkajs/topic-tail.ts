import { createRequire } from 'node:module';
import type { RawRecord } from '../../data/record.ts';
import { backoffMs } from '../../foundation/backoff.ts';
import { abortReason, type Clock } from '../../foundation/clock.ts';
import type { KafkaAdmin, TailOptions, TopicTail } from '../port.ts';
import { answered, closed, isUnanswered } from './answered.ts';
import {
  clusterOf,
  READ_COMMITTED,
  READ_UNCOMMITTED,
  type Cluster,
  type FetchedPartition,
} from './cluster.ts';
import { kafkaError } from './errors.ts';
import type { Kafka, KafkaMessage } from './kafkajs.ts';
import { toRaw } from './raw.ts';

const require = createRequire(import.meta.url);
/** kafkajs' own: leaves out what was aborted, and transactions' markers. */
const Batch = require('kafkajs/src/consumer/batch.js') as new (
  topic: string,
  fetchedOffset: string,
  data: FetchedPartition,
) => {
  readonly messages: readonly KafkaMessage[];
  isEmptyIncludingFiltered(): boolean;
  lastOffset(): string;
};

/** How long a broker holds a fetch that finds nothing, ms; records end it at once. */
const MAX_WAIT_MS = 500;
const MAX_BYTES = 4 * 1024 * 1024;
/** Stands for the end in ListOffsets. */
const END = -1;
const BACKOFF = { initialMs: 100, maxMs: 5_000 } as const;

/** Follows a topic from its beginning by bare fetches: kafkajs' consumer can't read without a group. */
export class KafkaJsTopicTail implements TopicTail {
  readonly #newCluster: () => Cluster;
  #cluster: Cluster;
  readonly #admin: KafkaAdmin;
  readonly #clock: Clock;
  readonly #options: TailOptions;
  /** The next offset to read, by partition. */
  readonly #positions = new Map<number, bigint>();
  readonly #waiting = new Set<() => void>();
  readonly #closing = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(kafka: Kafka, admin: KafkaAdmin, clock: Clock, options: TailOptions) {
    this.#newCluster = () => clusterOf(kafka);
    this.#cluster = this.#newCluster();
    this.#admin = admin;
    this.#clock = clock;
    this.#options = options;
  }

  /** Reads up to the present end. */
  async start(signal: AbortSignal): Promise<this> {
    const { topic } = this.#options;
    try {
      await this.#answered((cluster) => this.#connect(cluster));
    } catch (error) {
      throw kafkaError(error, `Reading topic ${topic}`);
    }
    for (const { partition, low } of await this.#admin.offsets(topic)) {
      this.#positions.set(partition, low);
    }
    this.#loop = this.#follow();
    try {
      await this.readToEnd(signal);
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
    return this;
  }

  position(partition: number): bigint {
    return this.#positions.get(partition) ?? 0n;
  }

  async readToEnd(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    either.throwIfAborted();
    const ends = await this.#ends();
    const isThere = (): boolean =>
      [...ends].every(([partition, end]) => this.position(partition) >= end);
    if (isThere()) return;
    const reached = Promise.withResolvers<void>();
    const check = (): void => {
      if (isThere()) reached.resolve();
    };
    const abort = (): void => reached.reject(abortReason(either));
    this.#waiting.add(check);
    either.addEventListener('abort', abort);
    try {
      either.throwIfAborted();
      await reached.promise;
    } finally {
      either.removeEventListener('abort', abort);
      this.#waiting.delete(check);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new Error(`Topic ${this.#options.topic} is not read any more.`));
    await closed(Promise.all([this.#cluster.disconnect(), this.#loop]), this.#clock);
  }

  /**
   * Behind all that is written, committed or not: a commit answers before its marker is written, so that by the end of what is
   * committed its own writer would miss it.
   */
  async #ends(): Promise<ReadonlyMap<number, bigint>> {
    const { topic } = this.#options;
    const ask = async (cluster: Cluster) => {
      const leaders = this.#leaders(cluster);
      const asked = Object.entries(leaders).map(async ([nodeId, partitions]) => {
        const broker = await cluster.findBroker({ nodeId });
        return await broker.listOffsets({
          isolationLevel: READ_UNCOMMITTED,
          topics: [
            { topic, partitions: partitions.map((partition) => ({ partition, timestamp: END })) },
          ],
        });
      });
      return (await Promise.all(asked)).flatMap(({ responses }) => responses);
    };
    try {
      const answers = await this.#answered(ask).catch(async (error: unknown) => {
        if (isUnanswered(error)) throw error;
        // Partitions may have moved: once more, of those that lead them now.
        await this.#answered((cluster) => this.#connect(cluster));
        return await this.#answered(ask);
      });
      return new Map(
        answers.flatMap(({ partitions }) =>
          partitions.map(({ partition, offset }) => [partition, BigInt(offset)] as const),
        ),
      );
    } catch (error) {
      throw kafkaError(error, `Reading topic ${topic}`);
    }
  }

  /** Until closed; a broker that is away is asked again, with backoff. */
  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    let told: string | undefined;
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.#answered((cluster) => this.#fetch(cluster));
        failures = 0;
        told = undefined;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        const trouble = kafkaError(error, `Reading topic ${this.#options.topic}`);
        if (trouble.message !== told) this.#options.onTrouble(trouble);
        told = trouble.message;
        await this.#clock.sleep(backoffMs(failures, BACKOFF), signal).catch(() => undefined);
        await this.#answered((cluster) => this.#connect(cluster)).catch(() => undefined);
      }
    }
  }

  /** What isn't answered is given up, and its connections are replaced. */
  async #answered<T>(call: (cluster: Cluster) => Promise<T>): Promise<T> {
    const cluster = this.#cluster;
    try {
      return await answered(call(cluster), `Reading topic ${this.#options.topic}`, this.#clock);
    } catch (error) {
      if (isUnanswered(error)) this.#replace(cluster);
      throw error;
    }
  }

  async #connect(cluster: Cluster): Promise<void> {
    await cluster.connect();
    await cluster.addTargetTopic(this.#options.topic);
    await cluster.refreshMetadata();
  }

  /** Of every partition: one that is left out would count as read to its end. */
  #leaders(cluster: Cluster): Readonly<Record<string, readonly number[]>> {
    const partitions = [...this.#positions.keys()];
    const leaders = cluster.findLeaderForPartitions(this.#options.topic, partitions);
    const led = new Set(Object.values(leaders).flat());
    if (partitions.every((partition) => led.has(partition))) return leaders;
    throw new Error('its partitions have no leader');
  }

  #replace(cluster: Cluster): void {
    if (this.#cluster !== cluster) return;
    this.#cluster = this.#newCluster();
    cluster.disconnect().catch(() => undefined);
  }

  async #fetch(cluster: Cluster): Promise<void> {
    const leaders = this.#leaders(cluster);
    await Promise.all(
      Object.entries(leaders).map(([nodeId, partitions]) =>
        this.#fetchFrom(cluster, nodeId, partitions),
      ),
    );
    for (const check of this.#waiting) check();
  }

  async #fetchFrom(cluster: Cluster, nodeId: string, partitions: readonly number[]): Promise<void> {
    const { topic } = this.#options;
    const broker = await cluster.findBroker({ nodeId });
    const asked = new Map(partitions.map((partition) => [partition, this.position(partition)]));
    const { responses } = await broker.fetch({
      isolationLevel: READ_COMMITTED,
      maxWaitTime: MAX_WAIT_MS,
      minBytes: 1,
      maxBytes: MAX_BYTES,
      topics: [
        {
          topic,
          partitions: partitions.map((partition) => ({
            partition,
            fetchOffset: String(asked.get(partition)),
            maxBytes: MAX_BYTES,
          })),
        },
      ],
    });
    for (const data of responses.flatMap((response) => response.partitions)) {
      // While another broker failed, or after this one was given up, it may have been asked for again, and taken.
      if (this.position(data.partition) === asked.get(data.partition)) this.#take(data);
    }
  }

  #take(data: FetchedPartition): void {
    const { topic, onRecord } = this.#options;
    const from = this.position(data.partition);
    const batch = new Batch(topic, String(from), data);
    const records: RawRecord[] = batch.messages.map((each) => toRaw(topic, data.partition, each));
    for (const record of records) onRecord(record);
    const stable = BigInt(data.lastStableOffset);
    if (data.messages.length === 0) {
      // What was there is compacted away: nothing before the first open transaction is missing.
      if (stable > from) this.#positions.set(data.partition, stable);
      return;
    }
    // Of a compacted batch kafkajs tells the offset that was asked for: the next one is tried then.
    const last = BigInt(batch.lastOffset());
    this.#positions.set(data.partition, (last > from ? last : from) + 1n);
  }
}
