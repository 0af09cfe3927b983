import type { RawRecord } from '../../data/record.ts';
import { abortReason } from '../../foundation/clock.ts';
import type { Cluster } from './cluster.ts';
import { kafkaError } from './errors.ts';
import { TopicReader } from './topic-reader.ts';

const MAX_WAIT_MS = 100;

/** Reads a topic up to its present end, by position: a transaction's marker takes an offset that no record has. */
export async function readToEnd(
  cluster: Cluster,
  topic: string,
  onRecord: (record: RawRecord) => void,
  signal: AbortSignal,
): Promise<void> {
  const records = new Map<number, RawRecord[]>();
  const reader = new TopicReader(cluster, topic, MAX_WAIT_MS, (record) => {
    const list = records.get(record.partition);
    if (list === undefined) records.set(record.partition, [record]);
    else list.push(record);
  });
  try {
    await reader.begin();
    const ends = await reader.ends();
    while (!reader.isAt(ends)) {
      if (signal.aborted) throw abortReason(signal);
      await cluster.retry(() =>
        reader.fetch((partition) => reader.position(partition) < (ends.get(partition) ?? 0n)),
      );
    }
  } catch (error) {
    throw signal.aborted ? abortReason(signal) : kafkaError(error, `Reading topic ${topic}`);
  }
  for (const partition of [...records.keys()].sort((a, b) => a - b)) {
    for (const record of records.get(partition) ?? []) onRecord(record);
  }
}
