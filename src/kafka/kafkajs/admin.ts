import kafkajs, { type Admin } from './kafkajs.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { TopicPartition } from '../../data/record.ts';
import { AppError } from '../../foundation/errors.ts';
import type { KafkaAdmin, NewTopic } from '../port.ts';
import { answered, closed, isUnanswered } from './answered.ts';
import { isType, kafkaError } from './errors.ts';

const ATTEMPTS = 6;
const PAUSE_MS = 150;
/** Times that a new topic's leaders are looked for, `LEADERS_PAUSE_MS` apart: 10 s. */
const LEADERS_ATTEMPTS = 100;
const LEADERS_PAUSE_MS = 100;

interface Connection {
  readonly admin: Admin;
  readonly connected: Promise<void>;
}

export class KafkaJsAdmin implements KafkaAdmin {
  readonly #create: () => Admin;
  readonly #clock: Clock;
  #connection: Connection | undefined;

  constructor(create: () => Admin, clock: Clock) {
    this.#create = create;
    this.#clock = clock;
  }

  clusterId(): Promise<string> {
    return this.#do('Asking Kafka for its cluster', async (admin) => {
      return (await admin.describeCluster()).clusterId;
    });
  }

  listTopics(): Promise<readonly string[]> {
    return this.#do('Listing topics', (admin) => admin.listTopics());
  }

  async createTopic(wanted: NewTopic): Promise<boolean> {
    const { topic, partitions, replicationFactor, config } = wanted;
    const isNew = await this.#do(`Creating topic ${topic}`, (admin) =>
      admin.createTopics({
        waitForLeaders: false,
        topics: [
          {
            topic,
            numPartitions: partitions,
            replicationFactor,
            configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
          },
        ],
      }),
    );
    if (isNew) await this.#untilLed(topic);
    return isNew;
  }

  /** kafkajs' own wait takes "unknown topic" for an error: a broker may not know a new topic at once. */
  async #untilLed(topic: string): Promise<void> {
    for (let attempt = 1; !(await this.#isLed(topic)); attempt++) {
      if (attempt < LEADERS_ATTEMPTS) {
        await this.#clock.sleep(LEADERS_PAUSE_MS);
        continue;
      }
      throw new AppError(
        'retriable',
        'kafka.no_leader',
        `Topic ${topic} is created, but has no leader.`,
        {
          suggestion: 'Check that enough brokers are up.',
        },
      );
    }
  }

  async #isLed(topic: string): Promise<boolean> {
    try {
      // Metadata names leaders that don't know it yet; its offsets only a leader tells.
      await this.#do(`Asking for the leaders of ${topic}`, (admin) =>
        admin.fetchTopicOffsets(topic),
      );
      return true;
    } catch (error) {
      const { code } = kafkaError(error, `Asking for the leaders of ${topic}`);
      if (code === 'kafka.unknown_topic' || code === 'kafka.unavailable') return false;
      throw error;
    }
  }

  async deleteTopics(topics: readonly string[]): Promise<void> {
    await this.#do('Deleting topics', (admin) => admin.deleteTopics({ topics: [...topics] }));
  }

  async partitions(topic: string): Promise<number | undefined> {
    return await this.#do(`Describing topic ${topic}`, async (admin) => {
      if (!(await admin.listTopics()).includes(topic)) return undefined;
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.length;
    });
  }

  topicConfig(topic: string): Promise<Readonly<Record<string, string>> | undefined> {
    return this.#do(`Reading the configuration of ${topic}`, async (admin) => {
      if (!(await admin.listTopics()).includes(topic)) return undefined;
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
      });
      const entries = resources[0]?.configEntries ?? [];
      return Object.fromEntries(
        entries.map(({ configName, configValue }) => [configName, configValue]),
      );
    });
  }

  offsets(topic: string): Promise<readonly { partition: number; low: bigint; high: bigint }[]> {
    return this.#do(`Reading the offsets of ${topic}`, async (admin) =>
      (await admin.fetchTopicOffsets(topic)).map(({ partition, low, high }) => ({
        partition,
        low: BigInt(low),
        high: BigInt(high),
      })),
    );
  }

  groupOffsets(groupId: string): Promise<readonly (TopicPartition & { offset: bigint })[]> {
    return this.#do(`Reading the offsets of group ${groupId}`, async (admin) =>
      (await admin.fetchOffsets({ groupId })).flatMap(({ topic, partitions }) =>
        partitions
          .filter(({ offset }) => offset !== '-1')
          .map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset) })),
      ),
    );
  }

  async setGroupOffsets(
    groupId: string,
    offsets: readonly (TopicPartition & { offset: bigint | null })[],
  ): Promise<void> {
    const kept = new Map<string, TopicPartition & { offset: bigint | null }>();
    for (const entry of offsets) kept.set(`${entry.topic}-${entry.partition}`, entry);
    if (offsets.some(({ offset }) => offset === null)) {
      // kafkajs can't forget one partition: forget the group and write the others again.
      for (const entry of await this.groupOffsets(groupId)) {
        const key = `${entry.topic}-${entry.partition}`;
        if (!kept.has(key)) kept.set(key, entry);
      }
      await this.deleteGroup(groupId);
    }
    const byTopic = Map.groupBy(
      [...kept.values()].filter(({ offset }) => offset !== null),
      ({ topic }) => topic,
    );
    for (const [topic, entries] of byTopic) {
      await this.#do(`Setting the offsets of group ${groupId}`, (admin) =>
        admin.setOffsets({
          groupId,
          topic,
          partitions: entries.map(({ partition, offset }) => ({
            partition,
            offset: String(offset),
          })),
        }),
      );
    }
  }

  async deleteGroup(groupId: string): Promise<void> {
    await this.#do(`Deleting group ${groupId}`, async (admin) => {
      try {
        await admin.deleteGroups([groupId]);
      } catch (error) {
        const groups = (error as { groups?: { error?: { type?: string } }[] }).groups ?? [];
        const missing = groups.every(({ error: e }) => e?.type === 'GROUP_ID_NOT_FOUND');
        if (!isType(error, 'GROUP_ID_NOT_FOUND') && !(groups.length > 0 && missing)) throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.#connection?.admin.disconnect();
  }

  /** A few more tries: an idle connection may have been closed, a new topic's leaders may not be there yet. */
  async #do<T>(doing: string, call: (admin: Admin) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const used = this.#connection;
      try {
        return await answered(this.#try(call), doing, this.#clock);
      } catch (error) {
        const mapped = kafkaError(error, doing);
        if (isUnanswered(error)) await this.#drop(used);
        // kafkajs goes on asking for every topic it was asked about: one that was deleted since spoils all that comes after it.
        const isSpoilt = mapped.code === 'kafka.unknown_topic' && used !== undefined;
        if (mapped.code !== 'kafka.unavailable' && !(isSpoilt && attempt === 1)) throw mapped;
        await this.#drop(used);
        if (isSpoilt) continue;
        if ((used === undefined && !isAnswer(error)) || attempt >= ATTEMPTS) throw mapped;
        await this.#clock.sleep(PAUSE_MS * attempt);
      }
    }
  }

  async #try<T>(call: (admin: Admin) => Promise<T>): Promise<T> {
    if (this.#connection === undefined) {
      const admin = this.#create();
      this.#connection = { admin, connected: admin.connect() };
    }
    const { admin, connected } = this.#connection;
    await connected;
    return await call(admin);
  }

  /** A client of kafkajs isn't connected again: its former socket's end would close the new one. */
  async #drop(connection: Connection | undefined): Promise<void> {
    const failed = connection ?? this.#connection;
    if (this.#connection === failed) this.#connection = undefined;
    if (failed !== undefined) await closed(failed.admin.disconnect(), this.#clock);
  }
}

/** A broker said "not now" itself, so that it is there: unlike one that can't be reached. */
function isAnswer(error: unknown): boolean {
  const { name, retriable } = error as { name?: string; retriable?: boolean };
  return name === 'KafkaJSProtocolError' && retriable === true;
}
