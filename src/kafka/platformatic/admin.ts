import {
  ConfigResourceTypes,
  createTopicsV7,
  deleteGroupsV2,
  deleteTopicsV6,
  describeConfigsV4,
  offsetCommitV8,
  offsetDeleteV0,
  offsetFetchV8,
} from '@platformatic/kafka';
import type { TopicPartition } from '../../data/record.ts';
import type { Clock } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import type { KafkaAdmin, NewTopic } from '../port.ts';
import { GROUP, type Cluster } from './cluster.ts';
import { kafkaError, nameOf } from './errors.ts';
import { BEGINNING, END, listOffsets, READ_UNCOMMITTED } from './list-offsets.ts';

const TIMEOUT_MS = 30_000;
/** Times that a new topic's leaders are looked for, `LEADERS_PAUSE_MS` apart: 10 s. */
const LEADERS_ATTEMPTS = 100;
const LEADERS_PAUSE_MS = 100;
/** Of a resource whose configuration is asked for. */
const TOPIC = ConfigResourceTypes.TOPIC;

export class PlatformaticAdmin implements KafkaAdmin {
  readonly #cluster: Cluster;
  readonly #clock: Clock;

  constructor(cluster: Cluster, clock: Clock) {
    this.#cluster = cluster;
    this.#clock = clock;
  }

  clusterId(): Promise<string> {
    return this.#do('Asking Kafka for its cluster', async () => {
      return (await this.#cluster.describe([])).clusterId;
    });
  }

  listTopics(): Promise<readonly string[]> {
    return this.#do('Listing topics', async () => [
      ...(await this.#cluster.describe(null)).topics.keys(),
    ]);
  }

  async createTopic(wanted: NewTopic): Promise<boolean> {
    const { topic, partitions, replicationFactor, config } = wanted;
    const asked = {
      name: topic,
      numPartitions: partitions,
      replicationFactor,
      assignments: [],
      configs: Object.entries(config).map(([name, value]) => ({ name, value })),
    };
    const isNew = await this.#do(`Creating topic ${topic}`, async () => {
      try {
        await this.#cluster.call(undefined, createTopicsV7.api, [asked], TIMEOUT_MS, false);
        return true;
      } catch (error) {
        if (nameOf(error) === 'TOPIC_ALREADY_EXISTS') return false;
        throw error;
      }
    });
    if (isNew) await this.#untilLed(topic);
    return isNew;
  }

  /** Metadata may name leaders that don't know it yet: its offsets only a leader tells. */
  async #untilLed(topic: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        this.#cluster.forget();
        await listOffsets(this.#cluster, topic, END, READ_UNCOMMITTED);
        return;
      } catch (error) {
        const { code } = kafkaError(error, topic);
        if (code !== 'kafka.unknown_topic' && code !== 'kafka.unavailable') throw error;
      }
      if (attempt >= LEADERS_ATTEMPTS) break;
      await this.#clock.sleep(LEADERS_PAUSE_MS);
    }
    const message = `Topic ${topic} is created, but has no leader.`;
    const suggestion = 'Check that enough brokers are up.';
    throw new AppError('retriable', 'kafka.no_leader', message, { suggestion });
  }

  async deleteTopics(topics: readonly string[]): Promise<void> {
    const names = topics.map((name) => ({ name }));
    await this.#do('Deleting topics', () =>
      this.#cluster.call(undefined, deleteTopicsV6.api, names, TIMEOUT_MS),
    );
  }

  partitions(topic: string): Promise<number | undefined> {
    return this.#do(`Describing topic ${topic}`, async () => {
      try {
        return (await this.#cluster.describe([topic])).topics.get(topic)?.leaders.length;
      } catch (error) {
        if (nameOf(error) === UNKNOWN_TOPIC) return undefined;
        throw error;
      }
    });
  }

  topicConfig(topic: string): Promise<Readonly<Record<string, string>> | undefined> {
    return this.#do(`Reading the configuration of ${topic}`, async () => {
      try {
        const asked = { resourceType: TOPIC, resourceName: topic, configurationKeys: null };
        const answer = await this.#cluster.call(undefined, describeConfigsV4.api, [asked]);
        const configs = answer.results[0]?.configs ?? [];
        return Object.fromEntries(configs.map(({ name, value }) => [name, value ?? '']));
      } catch (error) {
        if (nameOf(error) === UNKNOWN_TOPIC) return undefined;
        throw error;
      }
    });
  }

  offsets(topic: string): Promise<readonly { partition: number; low: bigint; high: bigint }[]> {
    return this.#do(`Reading the offsets of ${topic}`, async () => {
      const lows = await listOffsets(this.#cluster, topic, BEGINNING, READ_UNCOMMITTED);
      const highs = await listOffsets(this.#cluster, topic, END, READ_UNCOMMITTED);
      return [...lows]
        .sort(([a], [b]) => a - b)
        .map(([partition, low]) => ({ partition, low, high: highs.get(partition) ?? low }));
    });
  }

  groupOffsets(groupId: string): Promise<readonly (TopicPartition & { offset: bigint })[]> {
    return this.#do(`Reading the offsets of group ${groupId}`, async () => {
      const { groups } = await this.#atCoordinator(groupId, (node) =>
        this.#cluster.call(
          node,
          offsetFetchV8.api,
          [{ groupId, memberEpoch: -1, topics: null }],
          false,
        ),
      );
      return groups.flatMap(({ topics }) =>
        topics.flatMap(({ name, partitions }) =>
          partitions
            .filter(({ committedOffset }) => committedOffset >= 0n)
            .map(({ partitionIndex, committedOffset }) => ({
              topic: name,
              partition: partitionIndex,
              offset: committedOffset,
            })),
        ),
      );
    });
  }

  async setGroupOffsets(
    groupId: string,
    offsets: readonly (TopicPartition & { offset: bigint | null })[],
  ): Promise<void> {
    const set = offsets.flatMap(({ offset, ...at }) =>
      offset === null ? [] : [{ ...at, offset }],
    );
    const forgotten = offsets.filter(({ offset }) => offset === null);
    await this.#do(`Setting the offsets of group ${groupId}`, async () => {
      await this.#atCoordinator(groupId, async (node) => {
        if (set.length > 0) {
          const topics = commitTopics(set);
          await this.#cluster.call(node, offsetCommitV8.api, groupId, -1, '', null, topics);
        }
        if (forgotten.length > 0) await this.#forget(node, groupId, forgotten);
      });
    });
  }

  async #forget(node: number, groupId: string, at: readonly TopicPartition[]): Promise<void> {
    const topics = [...Map.groupBy(at, ({ topic }) => topic)].map(([name, of]) => ({
      name,
      partitions: of.map(({ partition }) => ({ partitionIndex: partition })),
    }));
    try {
      await this.#cluster.call(node, offsetDeleteV0.api, groupId, topics);
    } catch (error) {
      if (nameOf(error) !== NO_GROUP) throw error;
    }
  }

  async deleteGroup(groupId: string): Promise<void> {
    await this.#do(`Deleting group ${groupId}`, async () => {
      try {
        await this.#atCoordinator(groupId, (node) =>
          this.#cluster.call(node, deleteGroupsV2.api, [groupId]),
        );
      } catch (error) {
        if (nameOf(error) !== NO_GROUP) throw error;
      }
    });
  }

  async #atCoordinator<T>(groupId: string, call: (node: number) => Promise<T>): Promise<T> {
    return await call(await this.#cluster.coordinator(GROUP, groupId));
  }

  async #do<T>(doing: string, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#cluster.retry(work);
    } catch (error) {
      throw kafkaError(error, doing);
    }
  }
}

const UNKNOWN_TOPIC = 'UNKNOWN_TOPIC_OR_PARTITION';
const NO_GROUP = 'GROUP_ID_NOT_FOUND';

/** As OffsetCommit takes it. */
export function commitTopics(offsets: readonly (TopicPartition & { offset: bigint })[]): {
  name: string;
  partitions: { partitionIndex: number; committedOffset: bigint; committedLeaderEpoch: number }[];
}[] {
  return [...Map.groupBy(offsets, ({ topic }) => topic)].map(([name, of]) => ({
    name,
    partitions: of.map(({ partition, offset }) => ({
      partitionIndex: partition,
      committedOffset: offset,
      committedLeaderEpoch: -1,
    })),
  }));
}
