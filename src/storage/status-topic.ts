import { errorFields, explain } from '../foundation/errors.ts';
import type { Log } from '../foundation/log.ts';
import type { GroupKafka, KafkaProducer, TopicTail } from '../kafka/port.ts';
import {
  ensureCompacted,
  keyOf,
  textOf,
  toOutRecord,
  type InternalTopic,
} from './internal-topic.ts';
import {
  isSafe,
  statusRecord,
  StatusState,
  topicRecord,
  type StatusId,
  type StoredStatus,
} from './status-state.ts';

export interface StatusTopicOptions {
  readonly kafka: GroupKafka;
  readonly topic: InternalTopic;
  readonly log: Log;
  /** A status was read: this worker's own, too. */
  readonly onStatus?: ((id: StatusId, status: StoredStatus) => void) | undefined;
}

type Out = ReturnType<typeof statusRecord>;

/** A status that isn't written yet is replaced by the next of the same thing: so many things may wait. */
const MAX_WAITING = 100_000;

/** How everything in the group is: each worker writes of its own work, every worker follows the topic. */
export class StatusTopic implements AsyncDisposable {
  readonly state = new StatusState();
  readonly #options: StatusTopicOptions;
  readonly #waiting = new Map<string, Out>();
  #tail: TopicTail | undefined;
  #producer: KafkaProducer | undefined;
  #writing: Promise<void> | undefined;
  /** How many times what waited was dropped: what failed meanwhile is dropped, too. */
  #drops = 0;

  constructor(options: StatusTopicOptions) {
    this.#options = options;
  }

  async open(signal: AbortSignal): Promise<this> {
    if (this.#tail !== undefined) return this;
    const { kafka, topic, log } = this.#options;
    await ensureCompacted(kafka.admin, topic);
    this.#tail = await kafka.tail(
      {
        topic: topic.topic,
        clientId: 'headwater-statuses',
        onRecord: (record) => this.#take(keyOf(record), textOf(record.value)),
        onTrouble: (error) => {
          log.warn(`The status topic can't be read: ${explain(error)}`, errorFields(error));
        },
      },
      signal,
    );
    return this;
  }

  /** Written soon, in order; the newest of each thing counts. */
  put(id: StatusId, status: StoredStatus | null): void {
    this.#write(statusRecord(id, status));
  }

  /** The same, unless another worker has taken the thing over meanwhile. */
  putSafe(id: StatusId, status: StoredStatus): void {
    if (isSafe(this.state.get(id), status)) this.put(id, status);
  }

  putTopic(connector: string, topic: string, found: { task: number; at: number } | null): void {
    this.#write(topicRecord(connector, topic, found));
  }

  /**
   * For a worker that has lost its place: what isn't written by now is of work that others run, and would hide what they
   * say of it. Topics of connectors stay.
   */
  dropStatuses(): void {
    this.#drops += 1;
    for (const key of this.#waiting.keys()) {
      if (isStatus(key)) this.#waiting.delete(key);
    }
  }

  /** Resolves when all that was put is written, or can't be: what couldn't before is tried again. */
  async flush(): Promise<void> {
    this.#start();
    while (this.#writing !== undefined) await this.#writing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
    await this.#producer?.[Symbol.asyncDispose]();
    await this.#tail?.[Symbol.asyncDispose]();
  }

  #take(key: string, value: string | null): void {
    const id = this.state.apply(key, value);
    const status = id === undefined ? undefined : this.state.get(id);
    if (id !== undefined && status !== undefined) this.#options.onStatus?.(id, status);
  }

  /** Known here at once; other workers learn it from the topic. */
  #write(record: Out): void {
    this.state.apply(record.key, record.value);
    if (this.#waiting.size < MAX_WAITING || this.#waiting.has(record.key)) {
      this.#waiting.set(record.key, record);
    }
    this.#start();
  }

  #start(): void {
    if (this.#waiting.size === 0) return;
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined;
    });
  }

  async #drain(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting.values()];
      const drops = this.#drops;
      this.#waiting.clear();
      try {
        this.#producer ??= await this.#options.kafka.producer({ clientId: 'headwater-statuses' });
        const { topic } = this.#options.topic;
        await this.#producer.send(batch.map((record) => toOutRecord(topic, record)));
      } catch (error) {
        // The next change of a status, or round of the group, tries again; until then other workers show the ones of before.
        this.#options.log.warn(`Statuses can't be written: ${explain(error)}`, errorFields(error));
        const newer = [...this.#waiting.values()];
        const left = drops === this.#drops ? batch : batch.filter(({ key }) => !isStatus(key));
        for (const record of [...left, ...newer]) this.#waiting.set(record.key, record);
        return;
      }
    }
  }
}

function isStatus(key: string): boolean {
  return /^status-(connector|task)-/.test(key);
}
