import type { TopicPartition } from '../data/record.ts';
import { AppError } from '../foundation/errors.ts';
import type { OffsetEntry } from './herder.ts';

export const ALTERED = 'The offsets for this connector have been altered successfully';
export const RESET = 'The offsets for this connector have been reset successfully';

export function refuse(message: string): AppError {
  return new AppError('config', 'offsets.invalid', message, { path: 'offsets' });
}

/** A sink's offsets as Connect's API writes them; numbers may come as strings. */
export function sinkOffsets(
  entries: readonly OffsetEntry[],
): readonly (TopicPartition & { offset: bigint | null })[] {
  return entries.map(({ partition, offset }) => {
    const topic = partition['kafka_topic'];
    const number = partition['kafka_partition'];
    if (typeof topic !== 'string' || (typeof number !== 'number' && typeof number !== 'string')) {
      throw refuse(
        "The partition for a sink connector offset must contain the keys 'kafka_topic' and 'kafka_partition'",
      );
    }
    const index = Number(number);
    if (!Number.isInteger(index) || index < 0) {
      throw refuse(
        `Failed to parse the following Kafka partition value in the provided offsets: '${number}'. Partition values for sink connectors need to be integers.`,
      );
    }
    return { topic, partition: index, offset: sinkOffset(offset) };
  });
}

function sinkOffset(offset: OffsetEntry['offset']): bigint | null {
  if (offset === null) return null;
  const value = offset['kafka_offset'];
  if (typeof value !== 'number' && typeof value !== 'string') {
    throw refuse(
      "The offset for a sink connector should either be null or contain the key 'kafka_offset'",
    );
  }
  if (/^\d+$/.test(String(value))) return BigInt(String(value));
  throw refuse(
    `Failed to parse the following Kafka offset value in the provided offsets: '${value}'. Offset values for sink connectors need to be integers.`,
  );
}

export function sinkEntries(
  offsets: readonly (TopicPartition & { offset: bigint })[],
): readonly OffsetEntry[] {
  return offsets.map(({ topic, partition, offset }) => ({
    partition: { kafka_topic: topic, kafka_partition: partition },
    offset: { kafka_offset: Number(offset) },
  }));
}
