import type { Segment } from './transaction-segments.ts';

/** A transaction costs some round trips however few records it has; more records than this gain nothing. */
const FULL_RECORDS = 5_000;
/** Of keys and values. */
const FULL_BYTES = 4 * 1024 * 1024;

/**
 * What is polled and converted while the transaction before is written: one side adds, the other takes everything at once, in
 * order. Full, it has no room until it is taken; it exceeds its bounds by one poll at most (Invariant 8).
 */
export class SegmentQueue {
  #segments: Segment[] = [];
  #records = 0;
  #bytes = 0;
  #isClosed = false;
  #changed = Promise.withResolvers<void>();

  add(segments: readonly Segment[]): void {
    for (const segment of segments) {
      // Asked for twice is once: a timer may be faster than Kafka.
      if (segment === this.#segments.at(-1)) continue;
      this.#segments.push(segment);
      this.#records += segment.records.length;
      for (const { key, value } of segment.records) {
        this.#bytes += (key?.length ?? 0) + (value?.length ?? 0);
      }
    }
    this.#notify();
  }

  /** Resolves when something may be added, or never need be. */
  async room(): Promise<void> {
    const isFull = (): boolean => this.#records >= FULL_RECORDS || this.#bytes >= FULL_BYTES;
    while (isFull() && !this.#isClosed) await this.#changed.promise;
  }

  /** Everything added since the last call; waits for something; undefined once it is closed and empty. */
  async take(): Promise<readonly Segment[] | undefined> {
    while (this.#segments.length === 0 && !this.#isClosed) await this.#changed.promise;
    if (this.#segments.length === 0) return undefined;
    const segments = this.#segments;
    this.#segments = [];
    this.#records = 0;
    this.#bytes = 0;
    this.#notify();
    return segments;
  }

  /** Nothing more will be added; what is there can still be taken. */
  close(): void {
    this.#isClosed = true;
    this.#notify();
  }

  #notify(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}
