import type { RawRecord, TopicPartition } from '../../src/data/record.ts';
import type {
  ConsumerOptions,
  Kafka,
  KafkaAdmin,
  KafkaConsumer,
  KafkaProducer,
  NewTopic,
  OutRecord,
} from '../../src/kafka/port.ts';

type Offsets = readonly (TopicPartition & { offset: bigint })[];

/** A Kafka of one process: what the runtime sees of one, with places to break it. */
export class MemoryKafka implements Kafka {
  readonly admin: KafkaAdmin;
  readonly created: NewTopic[] = [];
  readonly groups = new Map<string, Map<string, bigint>>();
  openProducers = 0;
  /** Each awaited before the deed; what it throws is the deed's failure. */
  beforeSend: (records: readonly OutRecord[]) => void | Promise<void> = () => undefined;
  beforeCommit: (offsets: Offsets) => void | Promise<void> = () => undefined;
  readonly #topics = new Map<string, RawRecord[][]>();
  readonly #waiting = new Set<() => void>();

  constructor() {
    this.admin = this.#admin();
  }

  /** Every record of a topic, partition after partition. */
  records(topic: string): readonly RawRecord[] {
    return this.#topics.get(topic)?.flat() ?? [];
  }

  addTopic(topic: string, partitions = 1): void {
    this.#topics.set(
      topic,
      Array.from({ length: partitions }, () => []),
    );
  }

  append({ topic, partition, key, value, headers, timestamp }: OutRecord): void {
    if (!this.#topics.has(topic)) this.addTopic(topic);
    const all = this.#topics.get(topic) ?? [];
    const index = partition ?? [...(key ?? [])].reduce((sum, byte) => sum + byte, 0) % all.length;
    const log = all[index] ?? [];
    log.push({
      topic,
      partition: index,
      offset: BigInt(log.length),
      timestamp: timestamp ?? 0,
      key,
      value,
      headers,
    });
    for (const wake of this.#waiting) wake();
  }

  committed(group: string, topic: string, partition = 0): bigint | undefined {
    return this.groups.get(group)?.get(`${topic}-${partition}`);
  }

  producer(): Promise<KafkaProducer> {
    this.openProducers++;
    return Promise.resolve({
      send: async (records) => {
        await this.beforeSend(records);
        for (const record of records) this.append(record);
      },
      [Symbol.asyncDispose]: () => {
        this.openProducers--;
        return Promise.resolve();
      },
    });
  }

  async consumer(options: ConsumerOptions): Promise<KafkaConsumer> {
    const owned = this.#matching(options.topics);
    const next = new Map<string, bigint>();
    const group = this.groups.get(options.groupId) ?? new Map<string, bigint>();
    this.groups.set(options.groupId, group);
    for (const { topic, partition } of owned) {
      const end = BigInt(this.#topics.get(topic)?.[partition]?.length ?? 0);
      const otherwise = options.autoOffsetReset === 'latest' ? end : 0n;
      const key = `${topic}-${partition}`;
      next.set(key, group.get(key) ?? otherwise);
    }
    for (const { topic, partition, offset } of await options.onAssigned(owned)) {
      next.set(`${topic}-${partition}`, offset);
    }
    const read = (most: number): readonly RawRecord[] => {
      const found: RawRecord[] = [];
      for (const { topic, partition } of owned) {
        const key = `${topic}-${partition}`;
        const from = Number(next.get(key) ?? 0n);
        const log = this.#topics.get(topic)?.[partition] ?? [];
        const part = log.slice(from, from + most - found.length);
        next.set(key, BigInt(from + part.length));
        found.push(...part);
      }
      return found;
    };
    return {
      poll: async (maxRecords, _maxWaitMs, signal) => {
        for (;;) {
          const records = read(maxRecords);
          if (records.length > 0 || signal.aborted) return records;
          await this.#more(signal);
        }
      },
      commit: async (offsets) => {
        await this.beforeCommit(offsets);
        for (const { topic, partition, offset } of offsets) {
          group.set(`${topic}-${partition}`, offset);
        }
      },
      assignment: () => owned,
      lag: () =>
        new Map(
          owned.map(({ topic, partition }) => {
            const key = `${topic}-${partition}`;
            const end = this.#topics.get(topic)?.[partition]?.length ?? 0;
            return [key, BigInt(end) - (next.get(key) ?? 0n)];
          }),
        ),
      [Symbol.asyncDispose]: () => options.onRevoked(owned),
    };
  }

  readToEnd(topic: string, onRecord: (record: RawRecord) => void): Promise<void> {
    for (const record of this.records(topic)) onRecord(record);
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  #matching(topics: readonly string[] | RegExp): readonly TopicPartition[] {
    return [...this.#topics]
      .filter(([topic]) => (topics instanceof RegExp ? topics.test(topic) : topics.includes(topic)))
      .flatMap(([topic, logs]) => logs.map((_, partition) => ({ topic, partition })));
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  #admin(): KafkaAdmin {
    return {
      clusterId: () => Promise.resolve('memory'),
      listTopics: () => Promise.resolve([...this.#topics.keys()]),
      createTopic: (topic) => {
        if (this.#topics.has(topic.topic)) return Promise.resolve(false);
        this.created.push(topic);
        this.addTopic(topic.topic, Math.max(1, topic.partitions));
        return Promise.resolve(true);
      },
      deleteTopics: (topics) => {
        for (const topic of topics) this.#topics.delete(topic);
        return Promise.resolve();
      },
      partitions: (topic) => Promise.resolve(this.#topics.get(topic)?.length),
      topicConfig: (topic) => Promise.resolve(this.#topics.has(topic) ? {} : undefined),
      offsets: (topic) =>
        Promise.resolve(
          (this.#topics.get(topic) ?? []).map((log, partition) => ({
            partition,
            low: 0n,
            high: BigInt(log.length),
          })),
        ),
      groupOffsets: (groupId) =>
        Promise.resolve(
          [...(this.groups.get(groupId) ?? [])].map(([key, offset]) => {
            const cut = key.lastIndexOf('-');
            return { topic: key.slice(0, cut), partition: Number(key.slice(cut + 1)), offset };
          }),
        ),
      setGroupOffsets: (groupId, offsets) => {
        const group = this.groups.get(groupId) ?? new Map<string, bigint>();
        this.groups.set(groupId, group);
        for (const { topic, partition, offset } of offsets) {
          if (offset === null) group.delete(`${topic}-${partition}`);
          else group.set(`${topic}-${partition}`, offset);
        }
        return Promise.resolve();
      },
      deleteGroup: (groupId) => {
        this.groups.delete(groupId);
        return Promise.resolve();
      },
    };
  }
}
