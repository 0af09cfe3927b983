import type { RawRecord } from '../data/record.ts';

/** Records held for the caller. */
const MAX_RECORDS = 10_000;
/** Bytes of keys and values held for the caller. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * What was fetched and not yet polled, in order. Full at whichever bound comes first (Invariant 8); a
 * fetched batch is taken whole, so that it may pass them by one batch.
 */
export class RecordBuffer {
  #records: RawRecord[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#records.length === 0;
  }

  get isFull(): boolean {
    return this.#records.length >= MAX_RECORDS || this.#bytes >= MAX_BYTES;
  }

  add(records: readonly RawRecord[]): void {
    for (const record of records) this.#records.push(record);
    this.#bytes += sizeOf(records);
  }

  /** The first `most` records, or fewer. */
  take(most: number): readonly RawRecord[] {
    const all = this.#records;
    const taken = all.length <= most ? all : all.slice(0, most);
    this.#records = all.length <= most ? [] : all.slice(most);
    this.#bytes -= sizeOf(taken);
    return taken;
  }

  /** Drops the records of partitions that were lost. */
  retain(isKept: (record: RawRecord) => boolean): void {
    this.#records = this.#records.filter(isKept);
    this.#bytes = sizeOf(this.#records);
  }
}

function sizeOf(records: readonly RawRecord[]): number {
  let bytes = 0;
  for (const { key, value } of records) bytes += (key?.length ?? 0) + (value?.length ?? 0);
  return bytes;
}
