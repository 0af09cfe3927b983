import type { TopicPartition } from '../../data/record.ts';
import { AppError } from '../../foundation/errors.ts';
import type { ConsumerOptions, KafkaAdmin } from '../port.ts';
import { keyOf, requireInLog, storedPositions, type Position } from '../positions.ts';
import type { Cluster } from './cluster.ts';
import type { Fetched, Wanted } from './fetch.ts';
import { BEGINNING, END, listOffsets, READ_UNCOMMITTED } from './list-offsets.ts';

/** Topics that are gone, or are others under the same name. */
const GONE: ReadonlySet<unknown> = new Set(['UNKNOWN_TOPIC_ID', 'INCONSISTENT_TOPIC_ID']);

/** What a consumer owns, and where it reads on: never elsewhere than where it was told to (Invariant 4). */
export class OwnedPositions {
  readonly #cluster: Cluster;
  readonly #admin: KafkaAdmin;
  readonly #owned = new Map<string, TopicPartition & { offset: bigint }>();
  /** The ids of topics when their partitions were first taken. */
  readonly #ids = new Map<string, string>();
  /** Where each partition stood, owned or not any more. */
  readonly #last = new Map<string, bigint>();

  constructor(cluster: Cluster, admin: KafkaAdmin) {
    this.#cluster = cluster;
    this.#admin = admin;
  }

  all(): readonly Position[] {
    return [...this.#owned.values()];
  }

  get(topic: string, partition: number): bigint | undefined {
    return this.#owned.get(keyOf(topic, partition))?.offset;
  }

  advance(topic: string, partition: number, offset: bigint): void {
    const owned = this.#owned.get(keyOf(topic, partition));
    if (owned === undefined) return;
    owned.offset = offset;
    this.#last.set(keyOf(topic, partition), offset);
  }

  drop(lost: readonly TopicPartition[]): void {
    for (const { topic, partition } of lost) this.#owned.delete(keyOf(topic, partition));
  }

  /** Takes partitions on: where the target says, else where the group stands, else where the log begins or ends. */
  async take(
    gained: readonly TopicPartition[],
    group: readonly Position[],
    target: readonly Position[],
    reset: ConsumerOptions['autoOffsetReset'],
  ): Promise<void> {
    const stored = await storedPositions(this.#admin, gained, group, target);
    for (const [topic, some] of Map.groupBy(gained, (each) => each.topic)) {
      const at = reset === 'earliest' ? BEGINNING : END;
      const unknown = some.some(({ partition }) => !stored.has(keyOf(topic, partition)));
      const ends = unknown
        ? await this.#cluster.retry(() => listOffsets(this.#cluster, topic, at, READ_UNCOMMITTED))
        : new Map<number, bigint>();
      const { id } = await this.#cluster.retry(() => this.#cluster.layout(topic));
      if ((this.#ids.get(topic) ?? id) !== id) throw this.#recreated(topic, some);
      this.#ids.set(topic, id);
      for (const { partition } of some) {
        const key = keyOf(topic, partition);
        const offset = stored.get(key)?.offset ?? ends.get(partition) ?? 0n;
        this.#owned.set(key, { topic, partition, offset });
      }
    }
  }

  /** What to fetch. Throws `kafka.position_lost` when a topic isn't the one whose partitions were taken. */
  async wanted(): Promise<readonly Wanted[]> {
    const wanted = this.all().map(({ topic, partition, offset }) => ({
      topic,
      partition,
      from: offset,
    }));
    for (const topic of new Set(wanted.map((each) => each.topic))) {
      const { id } = await this.#cluster.layout(topic);
      if (id !== this.#ids.get(topic)) throw this.#recreated(topic, this.all());
    }
    return wanted;
  }

  /** An error of a fetched partition: throws `kafka.position_lost` when it comes to that, else the error. */
  async explain({ topic, partition, from, error }: Fetched): Promise<void> {
    if (error?.['apiId'] === 'OFFSET_OUT_OF_RANGE') {
      await requireInLog(this.#admin, 'next', [{ topic, partition, offset: from }]);
      return;
    }
    this.#cluster.forget();
    if (GONE.has(error?.['apiId'])) await this.wanted();
    throw error ?? new Error('no error');
  }

  #recreated(topic: string, among: readonly TopicPartition[]): AppError {
    const partition = among.find((each) => each.topic === topic)?.partition ?? 0;
    const offset = this.#last.get(keyOf(topic, partition)) ?? 0n;
    const message = `The next offset ${offset} of ${topic}-${partition} isn't in the log: the topic was recreated.`;
    return new AppError('fatal', 'kafka.position_lost', message, {
      suggestion: 'Stop the connector and PATCH or DELETE its offsets to say where to go on.',
    });
  }
}
