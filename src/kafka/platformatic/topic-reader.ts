import type { RawRecord } from '../../data/record.ts';
import type { Cluster } from './cluster.ts';
import type { Fetched, Wanted } from './fetch.ts';
import { Fetcher } from './fetcher.ts';
import { BEGINNING, END, listOffsets, READ_COMMITTED, READ_UNCOMMITTED } from './list-offsets.ts';
import { readRecords } from './record-reader.ts';

const MAX_BYTES = 4 * 1024 * 1024;

/** Reads all partitions of a topic from their beginnings on: committed records, without a group. */
export class TopicReader {
  readonly #cluster: Cluster;
  readonly #topic: string;
  readonly #fetcher: Fetcher;
  readonly #onRecord: (record: RawRecord) => void;
  /** The next offset to read, by partition. */
  readonly #positions = new Map<number, bigint>();

  constructor(
    cluster: Cluster,
    topic: string,
    maxWaitMs: number,
    onRecord: (record: RawRecord) => void,
  ) {
    this.#cluster = cluster;
    this.#topic = topic;
    this.#onRecord = onRecord;
    this.#fetcher = new Fetcher(cluster, {
      isolation: READ_COMMITTED,
      maxWaitMs,
      minBytes: 1,
      maxBytes: MAX_BYTES,
      maxBytesPerPartition: MAX_BYTES,
    });
  }

  async begin(): Promise<void> {
    const lows = await this.#cluster.retry(() =>
      listOffsets(this.#cluster, this.#topic, BEGINNING, READ_UNCOMMITTED),
    );
    for (const [partition, low] of lows) this.#positions.set(partition, low);
  }

  position(partition: number): bigint {
    return this.#positions.get(partition) ?? 0n;
  }

  /**
   * Behind all that is written, committed or not: a commit answers before its marker is written, so that by the end of what is
   * committed its own writer would miss it.
   */
  async ends(): Promise<ReadonlyMap<number, bigint>> {
    return await this.#cluster.retry(() =>
      listOffsets(this.#cluster, this.#topic, END, READ_UNCOMMITTED),
    );
  }

  isAt(ends: ReadonlyMap<number, bigint>): boolean {
    return [...ends].every(([partition, end]) => this.position(partition) >= end);
  }

  /** One fetch of the partitions that `isWanted` picks; one of them at least. */
  async fetch(isWanted: (partition: number) => boolean): Promise<void> {
    const wanted: Wanted[] = [];
    for (const [partition, from] of this.#positions) {
      if (isWanted(partition)) wanted.push({ topic: this.#topic, partition, from });
    }
    for (const fetched of await this.#fetcher.next(wanted)) await this.#take(fetched);
  }

  async #take(fetched: Fetched): Promise<void> {
    const { topic, partition, from, error, stable, bytes, aborted } = fetched;
    if (error !== undefined) throw error;
    if (this.position(partition) !== from) return;
    const { records, next } = await readRecords(topic, partition, bytes, from, aborted);
    for (const record of records) this.#onRecord(record);
    // What was there is compacted away: nothing before the first open transaction is missing.
    const isGone = bytes.length === 0 && stable > from;
    this.#positions.set(partition, isGone ? stable : next);
  }
}
