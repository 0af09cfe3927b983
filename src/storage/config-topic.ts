import { errorFields, explain } from '../foundation/errors.ts';
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

/** A leader's writes are one transaction each; a leader of before is fenced by the next one's `claim`. */
const TRANSACTION_MS = 60_000;

/** The group's configuration: every worker follows the topic, the leader writes most of it. */
export class ConfigTopic implements AsyncDisposable {
  readonly state = new ConfigState();
  readonly #options: ConfigTopicOptions;
  #tail: TopicTail | undefined;
  #isOpen = false;
  #plain: Promise<KafkaProducer> | undefined;
  #leading: TransactionalProducer | undefined;

  constructor(options: ConfigTopicOptions) {
    this.#options = options;
  }

  /** Creates the topic where there is none, and reads it to its end. Throws `config` where it isn't fit for it. */
  async open(signal: AbortSignal): Promise<this> {
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
    this.#leading = kafka.transactionalProducer(options);
    await this.#leading.init();
  }

  async release(): Promise<void> {
    const leading = this.#leading;
    this.#leading = undefined;
    await leading?.[Symbol.asyncDispose]();
  }

  /**
   * Writes as the leader, all or nothing, and reads it back. Throws `fatal` (`kafka.fenced`) where another worker leads by
   * now: nothing was written then.
   */
  async write(records: readonly ConfigRecord[], signal: AbortSignal): Promise<void> {
    if (this.#leading === undefined) await this.claim();
    await this.#leading?.send(this.#out(records));
    await this.#leading?.commit();
    await this.refresh(signal);
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
  }
}
