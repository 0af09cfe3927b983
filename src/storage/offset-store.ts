import type { SourceOffset, SourcePartition } from '../data/record.ts';

export interface StoredOffset {
  readonly partition: SourcePartition;
  readonly offset: SourceOffset;
}

/** Source offsets, by connector name. A write is durable when it returns (Invariant 2). */
export interface OffsetStore extends AsyncDisposable {
  /** All stored offsets of a connector, in the order first written. */
  read(connector: string): Promise<readonly StoredOffset[]>;
  /** Every partition that something is stored of, though it can't be read. Default: those of `read`. */
  partitions?(connector: string): Promise<readonly SourcePartition[]>;
  /** Throws where it can't be read now; doesn't wait for what `read` waits for. Default: as `read`. */
  check?(): Promise<void>;
  /** null forgets a partition. Atomic for one call where the medium allows. */
  write(
    connector: string,
    offsets: readonly { partition: SourcePartition; offset: SourceOffset | null }[],
  ): Promise<void>;
}

export async function storedPartitions(
  store: OffsetStore,
  connector: string,
): Promise<readonly SourcePartition[]> {
  if (store.partitions !== undefined) return await store.partitions(connector);
  return (await store.read(connector)).map(({ partition }) => partition);
}
