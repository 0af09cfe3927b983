import { listOffsetsV7 } from '@platformatic/kafka';
import { byLeader, type Cluster } from './cluster.ts';

/** Stand for the ends of a log in place of a time. */
export const BEGINNING = -2n;
export const END = -1n;

export const READ_UNCOMMITTED = 0;
export const READ_COMMITTED = 1;

/** Asks as a client, not as a replica. */
const CLIENT = -1;

/** An offset of each partition of a topic, from the leaders. */
export async function listOffsets(
  cluster: Cluster,
  topic: string,
  at: typeof BEGINNING | typeof END,
  isolation: typeof READ_UNCOMMITTED | typeof READ_COMMITTED,
): Promise<ReadonlyMap<number, bigint>> {
  const { leaders } = await cluster.layout(topic);
  const all = leaders.map((_, partition) => ({ topic, partition }));
  const offsets = new Map<number, bigint>();
  const nodes = [...(await byLeader(cluster, all))];
  await Promise.all(
    nodes.map(async ([node, some]) => {
      const partitions = some.map(({ partition }) => ({
        partitionIndex: partition,
        currentLeaderEpoch: -1,
        timestamp: at,
      }));
      const asked = [{ name: topic, partitions }];
      const answer = await cluster.call(node, listOffsetsV7.api, CLIENT, isolation, asked);
      for (const { partitionIndex, offset } of answer.topics.flatMap((each) => each.partitions)) {
        offsets.set(partitionIndex, offset);
      }
    }),
  );
  return offsets;
}
