import { AppError, errorFields, explain } from '../foundation/errors.ts';
import type { Log } from '../foundation/log.ts';
import type { GroupKafka, KafkaProducer, TopicTail, TransactionalProducer } from '../kafka/port.ts';
import type { ConfigRecord } from './config-records.ts';
import { ConfigState, type ConfigChange } from './config-state.ts';
import {
  ensureCompacted,
  keyOf,
  requirePartitions,
  textOf,
  toOutRecord,
  type InternalTopic,
} from './internal-topic.ts';

export interface ConfigTopicOptions {
  readonly kafka: GroupKafka;
  readonly topic: InternalTopic;
  readonly groupId: string;
  readonly log: Log;
  /** Told each change in the topic's order, after `state` has it; not those that were there when it was opened. */
  readonly onChange: (change: ConfigChange) => void;
}

/**
 * A leader's writes are one transaction each; a leader of before is fenced by the next one's `claim`. What one that died has
 * open holds up whoever reads to the end, no longer than this.
 */
const TRANSACTION_MS = 10_000;
/** What is committed is read within milliseconds; a reader whose connections hang is given new ones in this time (Invariant 8). */
const READ_BACK_MS = 60_000;

/** The group's configuration: every worker follows the topic, the leader writes most of it. */
export class ConfigTopic implements AsyncDisposable {
  readonly state = new ConfigState();
  readonly #options: ConfigTopicOptions;
  #tail: TopicTail | undefined;
  #isOpen = false;
  /** What was written and isn't read back yet. */
  readonly #reading = new Set<{ readonly record: ConfigRecord; readonly resolve: () => void }>();
  #plain: Promise<KafkaProducer> | undefined;
  #leading: TransactionalProducer | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(options: ConfigTopicOptions) {
    this.#options = options;
  }

  /**
   * Creates the topic where there is none, and reads it to its end. Throws `config` where it isn't fit for it. Once open, it
   * stays so: asked again, it has nothing to do.
   */
  async open(signal: AbortSignal): Promise<this> {
    if (this.#isOpen) return this;
    const { kafka, topic, log } = this.#options;
    await ensureCompacted(kafka.admin, topic);
    await requirePartitions(kafka.admin, topic, 1);
    this.#tail = await kafka.tail(
      {
        topic: topic.topic,
        clientId: 'headwater-configs',
        onRecord: (record) => this.#take(keyOf(record), textOf(record.value)),
        onTrouble: (error) => {
          log.warn(`The config topic can't be read: ${explain(error)}`, errorFields(error));
        },
      },
      signal,
    );
    this.#isOpen = true;
    return this;
  }

  /** The next offset to read: how far `state` goes. */
  get offset(): bigint {
    return this.#tail?.position(0) ?? 0n;
  }

  /** Resolves when `state` has everything that was written until now. */
  async refresh(signal: AbortSignal): Promise<void> {
    await this.#tail?.readToEnd(signal);
  }

  /** Becomes the only leader that can write: what one of before has open is aborted. */
  async claim(): Promise<void> {
    await this.release();
    const { kafka, groupId } = this.#options;
    const transactionalId = `connect-cluster-${groupId}`;
    const options = { clientId: 'headwater-leader', transactionalId, timeoutMs: TRANSACTION_MS };
    const leading = kafka.transactionalProducer(options);
    this.#leading = leading;
    try {
      await leading.init();
    } catch (error) {
      await this.release();
      throw error;
    }
  }

  async release(): Promise<void> {
    const leading = this.#leading;
    this.#leading = undefined;
    await leading?.[Symbol.asyncDispose]();
  }

  /**
   * Writes as the leader, all or nothing, and reads it back. Throws `fatal` (`kafka.fenced`) where another worker leads by
   * now, or this one hasn't claimed yet: nothing was written then. It never claims by itself: a leader of before would shut
   * out the one that leads.
   */
  async write(records: readonly ConfigRecord[], signal: AbortSignal): Promise<void> {
    // A producer has one transaction at a time.
    const written = this.#writing.catch(() => undefined).then(() => this.#write(records, signal));
    this.#writing = written;
    await written;
  }

  async #write(records: readonly ConfigRecord[], signal: AbortSignal): Promise<void> {
    const leading = this.#leading;
    if (leading === undefined) throw notLeading();
    // The end of the topic may not have what is committed yet: markers come after the answer.
    const failed = new AbortController();
    const readBack = this.#whenTaken(records.at(-1), AbortSignal.any([signal, failed.signal]));
    try {
      await leading.send(this.#out(records));
      await leading.commit();
    } catch (error) {
      failed.abort();
      // What is left of the transaction must not be committed with the next.
      if (this.#leading === leading) await this.release();
      throw this.#named(error);
    }
    const late = (): void => failed.abort();
    AbortSignal.timeout(READ_BACK_MS).addEventListener('abort', late, { once: true });
    if ((await readBack) || signal.aborted) return;
    const message = `A change of the configuration was written, but isn't read back within ${READ_BACK_MS / 1_000} s.`;
    throw new AppError('retriable', 'configs.not_read_back', message);
  }

  /** Writes what any worker may: target states, requests to restart, levels of loggers. */
  async writeShared(records: readonly ConfigRecord[], signal: AbortSignal): Promise<void> {
    this.#plain ??= this.#options.kafka.producer({ clientId: 'headwater-configs' });
    await (await this.#plain).send(this.#out(records));
    await this.refresh(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
    await (await this.#plain)?.[Symbol.asyncDispose]();
    await this.#tail?.[Symbol.asyncDispose]();
  }

  /** False: `signal` aborted before. */
  async #whenTaken(record: ConfigRecord | undefined, signal: AbortSignal): Promise<boolean> {
    if (record === undefined) return true;
    const taken = Promise.withResolvers<boolean>();
    const abort = (): void => taken.resolve(false);
    const waiting = { record, resolve: () => taken.resolve(true) };
    this.#reading.add(waiting);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await taken.promise;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#reading.delete(waiting);
    }
  }

  /** A client's error tells the transaction, not the topic. */
  #named(error: unknown): unknown {
    if (!(error instanceof AppError) || error.code !== 'kafka.unknown_topic') return error;
    const { topic, property } = this.#options.topic;
    const message = `Topic '${topic}' supplied via the '${property}' property isn't there any more: nothing can be changed.`;
    return new AppError('fatal', 'configs.topic_missing', message, {
      cause: error,
      path: property,
      suggestion:
        "Restore it; or restart the group's workers and create the connectors again, whose offsets are kept.",
    });
  }

  #out(records: readonly ConfigRecord[]): ReturnType<typeof toOutRecord>[] {
    return records.map((record) => toOutRecord(this.#options.topic.topic, record));
  }

  #take(key: string, value: string | null): void {
    const change = this.state.apply(key, value);
    if (change.kind === 'ignored') {
      this.#options.log.error(`A record of the config topic is passed over: ${change.reason}.`);
    } else if (change.kind !== 'none' && (this.#isOpen || change.kind === 'session')) {
      this.#options.onChange(change);
    }
    for (const { record, resolve } of this.#reading) {
      if (record.key === key && record.value === value) resolve();
    }
  }
}

function notLeading(): AppError {
  return new AppError('fatal', 'kafka.fenced', 'This worker does not lead its group just now.');
}
