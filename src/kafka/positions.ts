import type { TopicPartition } from '../data/record.ts';
import { AppError } from '../foundation/errors.ts';
import type { KafkaAdmin } from './port.ts';

export type Position = TopicPartition & { readonly offset: bigint };

/** What maps of a consumer's partitions are keyed by. */
export const keyOf = (topic: string, partition: number): string => `${topic}-${partition}`;

/** The partitions that came and that went from one assignment to the next. */
export function reassigned(
  before: readonly TopicPartition[],
  after: readonly TopicPartition[],
): { readonly gained: readonly TopicPartition[]; readonly lost: readonly TopicPartition[] } {
  const without = (
    some: readonly TopicPartition[],
    others: readonly TopicPartition[],
  ): readonly TopicPartition[] => {
    const keys = new Set(others.map(({ topic, partition }) => keyOf(topic, partition)));
    return some.filter(({ topic, partition }) => !keys.has(keyOf(topic, partition)));
  };
  return { gained: without(after, before), lost: without(before, after) };
}

/**
 * Where gained partitions are read from, by `keyOf`: where the target says, else where the group stands. One that
 * neither knows is missing. Each is in its log: else this throws, as `requireInLog` does.
 */
export async function storedPositions(
  admin: KafkaAdmin,
  gained: readonly TopicPartition[],
  group: readonly Position[],
  target: readonly Position[],
): Promise<ReadonlyMap<string, Position>> {
  const wanted = new Set(gained.map(({ topic, partition }) => keyOf(topic, partition)));
  const stored = new Map<string, Position>();
  for (const position of [...group, ...target]) {
    const key = keyOf(position.topic, position.partition);
    if (wanted.has(key)) stored.set(key, position);
  }
  await requireInLog(admin, 'stored', [...stored.values()]);
  return stored;
}

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
