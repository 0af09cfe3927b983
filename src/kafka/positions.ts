import type { TopicPartition } from '../data/record.ts';
import { AppError } from '../foundation/errors.ts';
import type { KafkaAdmin } from './port.ts';

type Position = TopicPartition & { readonly offset: bigint };

/**
 * Throws `kafka.position_lost` for an offset that its log doesn't hold: records are gone, or the topic is
 * another one. To read on from elsewhere would hide that (Invariant 4).
 */
export async function requireInLog(
  admin: KafkaAdmin,
  which: 'stored' | 'next',
  positions: readonly Position[],
): Promise<void> {
  for (const [topic, wanted] of Map.groupBy(positions, (position) => position.topic)) {
    const log = new Map((await admin.offsets(topic)).map((ends) => [ends.partition, ends]));
    for (const { partition, offset } of wanted) {
      const ends = log.get(partition);
      if (ends === undefined || (offset >= ends.low && offset <= ends.high)) continue;
      throw new AppError(
        'fatal',
        'kafka.position_lost',
        `The ${which} offset ${offset} of ${topic}-${partition} isn't in the log (${ends.low} to ${ends.high}): ${whyLost(offset, ends)}.`,
        { suggestion: 'Stop the connector and PATCH or DELETE its offsets to say where to go on.' },
      );
    }
  }
}

/** Below 0 stands what kafkajs commits in place of an offset that it found lost. */
function whyLost(offset: bigint, { low, high }: { low: bigint; high: bigint }): string {
  if (offset < 0n) return 'the one before it was lost';
  if (offset > high) return 'the topic was recreated or truncated';
  return `records ${offset} to ${low - 1n} were deleted by retention`;
}
