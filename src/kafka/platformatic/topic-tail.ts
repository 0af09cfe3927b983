import { backoffMs } from '../../foundation/backoff.ts';
import { abortReason, type Clock } from '../../foundation/clock.ts';
import type { TailOptions, TopicTail } from '../port.ts';
import type { Cluster } from './cluster.ts';
import { kafkaError } from './errors.ts';
import { TopicReader } from './topic-reader.ts';

/** How long a broker holds a fetch that finds nothing, ms; records end it at once. */
const MAX_WAIT_MS = 500;
const BACKOFF = { initialMs: 100, maxMs: 5_000 } as const;

/** Follows a topic from its beginning by bare fetches. Ends are asked for elsewhere: a fetch that waits holds up its connection. */
export class PlatformaticTopicTail implements TopicTail {
  readonly #cluster: Cluster;
  readonly #asking: TopicReader;
  readonly #reader: TopicReader;
  readonly #clock: Clock;
  readonly #options: TailOptions;
  readonly #waiting = new Set<() => void>();
  readonly #closing = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  /** `cluster` is the tail's own; `shared` is somebody else's and stays open. */
  constructor(cluster: Cluster, shared: Cluster, clock: Clock, options: TailOptions) {
    this.#cluster = cluster;
    this.#clock = clock;
    this.#options = options;
    this.#reader = new TopicReader(cluster, options.topic, MAX_WAIT_MS, options.onRecord);
    this.#asking = new TopicReader(shared, options.topic, MAX_WAIT_MS, options.onRecord);
  }

  /** Reads up to the present end. */
  async start(signal: AbortSignal): Promise<this> {
    try {
      await this.#reader.begin();
    } catch (error) {
      await this.#cluster.close();
      throw kafkaError(error, `Reading topic ${this.#options.topic}`);
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
    return this.#reader.position(partition);
  }

  async readToEnd(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    either.throwIfAborted();
    const ends = await this.#ends();
    if (this.#reader.isAt(ends)) return;
    const reached = Promise.withResolvers<void>();
    const check = (): void => {
      if (this.#reader.isAt(ends)) reached.resolve();
    };
    const abort = (): void => reached.reject(abortReason(either));
    this.#waiting.add(check);
    either.addEventListener('abort', abort);
    try {
      either.throwIfAborted();
      check();
      await reached.promise;
    } finally {
      either.removeEventListener('abort', abort);
      this.#waiting.delete(check);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new Error(`Topic ${this.#options.topic} is not read any more.`));
    await this.#cluster.close();
    await this.#loop;
  }

  async #ends(): Promise<ReadonlyMap<number, bigint>> {
    try {
      return await this.#asking.ends();
    } catch (error) {
      throw kafkaError(error, `Reading topic ${this.#options.topic}`);
    }
  }

  /** Until closed; a broker that is away is asked again, with backoff. */
  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    let told: string | undefined;
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.#reader.fetch(() => true);
        failures = 0;
        told = undefined;
        for (const check of this.#waiting) check();
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        const trouble = kafkaError(error, `Reading topic ${this.#options.topic}`);
        if (trouble.message !== told) this.#options.onTrouble(trouble);
        told = trouble.message;
        await this.#clock.sleep(backoffMs(failures, BACKOFF), signal).catch(() => undefined);
        this.#cluster.forget();
      }
    }
  }
}
