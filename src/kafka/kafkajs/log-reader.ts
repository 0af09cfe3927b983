import { randomUUID } from 'node:crypto';
import type { Kafka } from './kafkajs.ts';
import type { RawRecord } from '../../data/record.ts';
import { abortReason } from '../../foundation/clock.ts';
import type { KafkaAdmin } from '../port.ts';
import { kafkaError } from './errors.ts';
import { toRaw } from './raw.ts';

/** Times that a reader joins anew, 300 ms apart: a broker that just started still loads its groups. */
const MAX_RESTARTS = 20;

/**
 * Reads a topic up to its present end. kafkajs has no reader without a group, so a group of one is made
 * and deleted. The end is reached by position, not by the last record: a transaction's marker takes an
 * offset that no record has.
 */
export async function readToEnd(
  kafka: Kafka,
  admin: KafkaAdmin,
  topic: string,
  onRecord: (record: RawRecord) => void,
  signal: AbortSignal,
): Promise<void> {
  const ends = new Map<number, bigint>();
  for (const { partition, low, high } of await admin.offsets(topic)) {
    if (high > low) ends.set(partition, high);
  }
  if (ends.size === 0) return;
  const groupId = `headwater-reader-${randomUUID()}`;
  let restarts = 0;
  const consumer = kafka.consumer({
    groupId,
    maxWaitTimeInMs: 100,
    allowAutoTopicCreation: false,
    retry: { restartOnFailure: () => Promise.resolve(restarts++ < MAX_RESTARTS) },
  });
  const records = new Map<number, RawRecord[]>();
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(abortReason(signal)), { once: true });
      if (signal.aborted) reject(abortReason(signal));
      consumer.on('consumer.crash', ({ payload }) => {
        if (!payload.restart) reject(payload.error);
      });
      consumer.on('consumer.end_batch_process', ({ payload }) => {
        reach(payload.partition, BigInt(payload.lastOffset) + 1n);
      });
      const reach = (partition: number, position: bigint): void => {
        const end = ends.get(partition);
        if (end !== undefined && position >= end) ends.delete(partition);
        if (ends.size === 0) resolve();
      };
      consumer
        .run({
          autoCommit: false,
          eachBatch: (payload) => {
            const { batch } = payload;
            const list = records.get(batch.partition) ?? [];
            records.set(batch.partition, list);
            // A reader that joined anew begins at the beginning.
            const next = (list.at(-1)?.offset ?? -1n) + 1n;
            for (const message of batch.messages) {
              const record = toRaw(topic, batch.partition, message);
              if (record.offset >= next) list.push(record);
            }
            payload.resolveOffset(batch.lastOffset());
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
  } catch (error) {
    throw signal.aborted ? abortReason(signal) : kafkaError(error, `Reading topic ${topic}`);
  } finally {
    await consumer.disconnect();
    await admin.deleteGroup(groupId);
  }
  for (const partition of [...records.keys()].sort((a, b) => a - b)) {
    for (const record of records.get(partition) ?? []) onRecord(record);
  }
}
