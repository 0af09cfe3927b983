/**
 * kafkajs tries a batch that failed at one broker again, but leaves out every broker that has answered by then: partitions that moved
 * to one of those are neither sent nor missed, and the batch counts as written. Here each partition is sent until it is acked,
 * wherever it has moved to, with the sequence numbers it had (Invariant 5).
 */
import { createRequire } from 'node:module';
import { systemClock } from '../../foundation/clock.ts';
import { ANSWER_WITHIN_MS } from './answered.ts';
import type { EosManager, Entry, Logger, Retrier, SendCluster, TopicData } from './send-types.ts';

const { KafkaJSMetadataNotLoaded } = createRequire(import.meta.url)('kafkajs/src/errors.js') as {
  readonly KafkaJSMetadataNotLoaded: new (message: string) => Error;
};

export interface SendDeps {
  readonly logger: Logger;
  readonly cluster: SendCluster;
  readonly partitioner: (args: {
    readonly topic: string;
    readonly partitionMetadata: readonly object[];
    readonly message: object;
  }) => number;
  readonly eosManager: EosManager;
  readonly retrier: Retrier;
}

export interface SendRequest {
  readonly acks: number;
  readonly timeout: number;
  readonly compression: number;
  readonly topicMessages: readonly { readonly topic: string; readonly messages: object[] }[];
}

/**
 * No try begins later: by `ANSWER_WITHIN_MS` the batch is given up and sent by another producer, and what this one wrote after that would come
 * behind newer records (Invariant 5). A try has connected by then.
 */
const LAST_TRY_MS = ANSWER_WITHIN_MS - 10_000;

interface Part {
  readonly topic: string;
  readonly partition: number;
  readonly messages: object[];
}

/** As kafkajs' `createSendMessages`, which this takes the place of: see `overrides.ts`. */
export function createSendMessages(
  deps: SendDeps,
  now: () => number = () => systemClock.monotonic(),
): (request: SendRequest) => Promise<readonly object[]> {
  const { logger, cluster, retrier } = deps;
  return async (request) => {
    const { topicMessages } = request;
    const topics = topicMessages.map(({ topic }) => topic);
    const answers: object[] = [];
    let open: readonly Part[] | undefined;
    let failure: Error | undefined;
    const begun = now();
    return await retrier(async (bail, retryCount, retryTime) => {
      if (failure !== undefined && now() - begun >= LAST_TRY_MS) {
        bail(failure);
        return answers;
      }
      await cluster.addMultipleTargetTopics(topics);
      try {
        await cluster.refreshMetadataIfNecessary();
        open ??= topicMessages.flatMap((each) => split(deps, each.topic, each.messages));
        const tried = await Promise.allSettled(
          [...byLeader(cluster, open)].map(async ([nodeId, parts]) => {
            answers.push(...(await sendTo(deps, nodeId, parts, request)));
            return parts;
          }),
        );
        const sent = new Set(tried.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])));
        open = open.filter((part) => !sent.has(part));
        for (const one of tried) if (one.status === 'rejected') throw one.reason;
        return answers;
      } catch (cause) {
        const error = cause as KafkaJsFailure;
        failure = error;
        if (error.name === 'KafkaJSConnectionClosedError') {
          cluster.removeBroker({ host: error.host, port: error.port });
        }
        logger.error(`Failed to send messages: ${error.message}`, { retryCount, retryTime });
        if (!isWorthAnotherTry(error) && cluster.isConnected()) {
          bail(error);
          return answers;
        }
        if (!cluster.isConnected()) await cluster.connect();
        await cluster.refreshMetadata();
        throw error;
      }
    });
  };
}

interface KafkaJsFailure extends Error {
  readonly retriable?: boolean;
  readonly host?: string;
  readonly port?: number;
}

const METADATA = [
  'KafkaJSMetadataNotLoaded',
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
];

function isWorthAnotherTry({ name, retriable }: KafkaJsFailure): boolean {
  return retriable === true || METADATA.includes(name);
}

function split(
  { cluster, partitioner }: SendDeps,
  topic: string,
  messages: readonly object[],
): readonly Part[] {
  const partitionMetadata = cluster.findTopicPartitionMetadata(topic);
  if (partitionMetadata.length === 0) throw notLoaded(topic);
  const groups = Map.groupBy(messages, (message) =>
    partitioner({ topic, partitionMetadata, message }),
  );
  return Array.from(groups, ([partition, some]) => ({ topic, partition, messages: some }));
}

/** Throws where a partition has no leader: left out, it would count as sent. */
function byLeader(
  cluster: SendCluster,
  parts: readonly Part[],
): ReadonlyMap<string, readonly Part[]> {
  return Map.groupBy(parts, ({ topic, partition }) => {
    const [leader] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
    if (leader === undefined || Number(leader) < 0) throw notLoaded(topic);
    return leader;
  });
}

function notLoaded(topic: string): Error {
  return new KafkaJSMetadataNotLoaded(`Topic ${topic} has partitions without a leader`);
}

async function sendTo(
  { cluster, eosManager }: SendDeps,
  nodeId: string,
  parts: readonly Part[],
  { acks, timeout, compression }: SendRequest,
): Promise<readonly object[]> {
  const broker = await cluster.findBroker({ nodeId });
  const topicData = dataOf(parts);
  const entries = topicData.flatMap(({ topic, partitions }) =>
    partitions.map((entry) => ({ topic, entry })),
  );
  await eosManager.acquireBrokerLock(broker);
  try {
    const isTransactional = eosManager.isTransactional();
    if (isTransactional) await eosManager.addPartitionsToTransaction(topicData);
    for (const { topic, entry } of entries) {
      entry.firstSequence = eosManager.getSequence(topic, entry.partition);
      eosManager.updateSequence(topic, entry.partition, entry.messages.length);
    }
    try {
      const { topics } = await broker.produce({
        transactionalId: isTransactional ? eosManager.getTransactionalId() : undefined,
        producerId: eosManager.getProducerId(),
        producerEpoch: eosManager.getProducerEpoch(),
        acks,
        timeout,
        compression,
        topicData,
      });
      return topics.flatMap(({ topicName, partitions }) =>
        partitions.map((each) => ({ topicName, ...each })),
      );
    } catch (error) {
      // The next try has the same numbers: what was written after all is not written twice.
      for (const { topic, entry } of entries) {
        eosManager.updateSequence(topic, entry.partition, -entry.messages.length);
      }
      throw error;
    }
  } finally {
    await eosManager.releaseBrokerLock(broker);
  }
}

function dataOf(parts: readonly Part[]): readonly TopicData[] {
  return Array.from(
    Map.groupBy(parts, ({ topic }) => topic),
    ([topic, some]) => ({
      topic,
      partitions: some.map(({ partition, messages }): Entry => ({ partition, messages })),
    }),
  );
}
