import type { RawRecord } from '../data/record.ts';
import type { Clock } from '../foundation/clock.ts';
import { RecordBuffer } from './record-buffer.ts';

/** Between a client that fetches and a caller that polls: bounded, in order (Invariant 8). */
export class RecordQueue {
  readonly #clock: Clock;
  readonly #buffer = new RecordBuffer();
  #wakePoll: () => void = () => undefined;
  #room = Promise.withResolvers<void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isFull(): boolean {
    return this.#buffer.isFull;
  }

  add(records: readonly RawRecord[]): void {
    this.#buffer.add(records);
    this.wake();
  }

  /** Drops the records of partitions that were lost. */
  retain(isKept: (record: RawRecord) => boolean): void {
    this.#buffer.retain(isKept);
  }

  /** Lets a poll that waits look anew: at records, or at trouble. */
  wake(): void {
    this.#wakePoll();
  }

  /** Lets go of whoever waits for room. */
  release(): void {
    this.#room.resolve();
    this.#room = Promise.withResolvers();
  }

  /** Resolves when something was taken: look at `isFull` again then. */
  taken(): Promise<void> {
    return this.#room.promise;
  }

  /** As `KafkaConsumer.poll`; throws `trouble` while there is some and no record to hand out. */
  async poll(
    maxRecords: number,
    maxWaitMs: number,
    signal: AbortSignal,
    trouble: () => Error | undefined,
  ): Promise<readonly RawRecord[]> {
    while (this.#buffer.isEmpty) {
      if (signal.aborted) return [];
      const error = trouble();
      if (error !== undefined) throw error;
      await this.#woken(signal, undefined);
    }
    const deadline = this.#clock.monotonic() + maxWaitMs;
    const taken: RawRecord[] = [];
    for (;;) {
      for (const record of this.#buffer.take(maxRecords - taken.length)) taken.push(record);
      this.release();
      const left = deadline - this.#clock.monotonic();
      if (taken.length >= maxRecords || left <= 0 || signal.aborted) return taken;
      await this.#woken(signal, left);
    }
  }

  /** Resolves when records or trouble came, `ms` passed, or `signal` aborted. */
  async #woken(signal: AbortSignal, ms: number | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = ms === undefined ? undefined : this.#clock.timer(ms, () => done());
      const done = (): void => {
        timer?.[Symbol.dispose]();
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#wakePoll = done;
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
