/** What a reader of committed records alone finds on a topic. */
import { systemClock } from '../../src/foundation/clock.ts';
import type { GroupKafka } from '../../src/kafka/port.ts';

/** Values as text, in the order of their partitions; what is open or aborted isn't among them. */
export async function committedLines(
  kafka: Pick<GroupKafka, 'tail'>,
  topic: string,
): Promise<readonly string[]> {
  const found: string[] = [];
  const ended = new AbortController();
  using _bound = systemClock.timer(60_000, () => ended.abort(new Error('not read within 60 s')));
  await using _tail = await kafka.tail(
    {
      topic,
      clientId: 'committed-lines',
      onRecord: ({ value }) => found.push(Buffer.from(value ?? []).toString()),
      onTrouble: () => undefined,
    },
    ended.signal,
  );
  return found;
}
