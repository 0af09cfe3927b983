import type { TopicPartition } from '../data/record.ts';
import { AppError } from '../foundation/errors.ts';
import type { OffsetEntry } from './herder.ts';

/** Connect's answers: where the connector has had its say, and where it has none. */
export const CHANGED = {
  altered: {
    byBoth: 'The offsets for this connector have been altered successfully',
    byFramework:
      'The Connect framework-managed offsets for this connector have been altered successfully. However, if this connector manages offsets externally, they will need to be manually altered in the system that the connector uses.',
  },
  reset: {
    byBoth: 'The offsets for this connector have been reset successfully',
    byFramework:
      'The Connect framework-managed offsets for this connector have been reset successfully. However, if this connector manages offsets externally, they will need to be manually reset in the system that the connector uses.',
  },
} as const;

export function refuse(message: string): AppError {
  return new AppError('config', 'offsets.invalid', message, { path: 'offsets' });
}

/** A sink's offsets as Connect's API writes them; numbers may come as texts. */
export function sinkOffsets(
  entries: readonly OffsetEntry[],
): readonly (TopicPartition & { offset: bigint | null })[] {
  return entries.map(({ partition, offset }) => {
    const topic = partition['kafka_topic'];
    const number = partition['kafka_partition'];
    if (typeof topic !== 'string' || !isNumberOrText(number)) {
      throw refuse(
        "The partition for a sink connector offset must contain the keys 'kafka_topic' and 'kafka_partition'",
      );
    }
    const index = wholeNumber(number, MAX_INT);
    if (index === undefined) {
      throw refuse(
        `Failed to parse the following Kafka partition value in the provided offsets: '${number}'. Partition values for sink connectors need to be integers.`,
      );
    }
    return { topic, partition: Number(index), offset: sinkOffset(offset) };
  });
}

function sinkOffset(offset: OffsetEntry['offset']): bigint | null {
  if (offset === null) return null;
  const value = offset['kafka_offset'];
  if (!isNumberOrText(value)) {
    throw refuse(
      "The offset for a sink connector should either be null or contain the key 'kafka_offset'",
    );
  }
  const exact = wholeNumber(value, MAX_LONG);
  if (exact !== undefined) return exact;
  throw refuse(
    `Failed to parse the following Kafka offset value in the provided offsets: '${value}'. Offset values for sink connectors need to be integers.`,
  );
}

/** Beyond 2^53 the offset is a bigint: REST writes its digits (Invariant 6). */
export function sinkEntries(
  offsets: readonly (TopicPartition & { offset: bigint })[],
): readonly OffsetEntry[] {
  return offsets.map(({ topic, partition, offset }) => ({
    partition: { kafka_topic: topic, kafka_partition: partition },
    offset: { kafka_offset: offset <= Number.MAX_SAFE_INTEGER ? Number(offset) : offset },
  }));
}

/** Kafka's partitions are Java's int, its offsets Java's long. */
const MAX_INT = 2n ** 31n - 1n;
const MAX_LONG = 2n ** 63n - 1n;

function isNumberOrText(value: unknown): value is number | bigint | string {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string';
}

/** Exactly, or not at all: a double that lost digits is refused (Invariant 6). */
function wholeNumber(value: number | bigint | string, most: bigint): bigint | undefined {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return undefined;
  const text = String(value).trim();
  if (!/^\d{1,19}$/.test(text)) return undefined;
  const exact = BigInt(text);
  return exact <= most ? exact : undefined;
}
