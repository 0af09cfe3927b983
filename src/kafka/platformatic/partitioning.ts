import { murmur2 } from '../murmur2.ts';
import type { OutRecord } from '../port.ts';

/** What goes to one partition, in order. */
export interface PartitionRecords {
  readonly topic: string;
  readonly partition: number;
  readonly records: OutRecord[];
}

/** As the JVM's clients: by a key's murmur2; without a key in turn, from partition to partition. */
export class Partitioner {
  readonly #turns = new Map<string, number>();

  /** `counts`: partitions of each topic. */
  group(
    records: readonly OutRecord[],
    counts: ReadonlyMap<string, number>,
  ): readonly PartitionRecords[] {
    const groups: PartitionRecords[] = [];
    const byTopic = new Map<string, PartitionRecords[]>();
    for (const record of records) {
      const { topic } = record;
      const partition = record.partition ?? this.#pick(record, counts.get(topic) ?? 1);
      let ofTopic = byTopic.get(topic);
      if (ofTopic === undefined) byTopic.set(topic, (ofTopic = []));
      let group = ofTopic[partition];
      if (group === undefined) {
        ofTopic[partition] = group = { topic, partition, records: [] };
        groups.push(group);
      }
      group.records.push(record);
    }
    return groups;
  }

  #pick({ topic, key }: OutRecord, count: number): number {
    if (count === 1) return 0;
    if (key !== null) return (murmur2(asBuffer(key)) & 0x7fffffff) % count;
    const turn = this.#turns.get(topic) ?? 0;
    this.#turns.set(topic, (turn + 1) % count);
    return turn % count;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
