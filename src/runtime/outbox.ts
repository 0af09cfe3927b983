import type { OutRecord } from '../kafka/port.ts';
import type { Ticket } from './offset-ledger.ts';

/** Encoded records and the tickets they belong to, ready to be sent in one call. */
export interface OutBatch {
  readonly records: OutRecord[];
  readonly tickets: Ticket[];
  /** Tickets of filtered records and bare positions: nothing is to be sent for them. */
  readonly done: Ticket[];
}

/** A send costs a round trip however few records it has; more than this per round trip gains nothing. */
const FULL_RECORDS = 1_000;
/** Of keys and values. */
const FULL_BYTES = 4 * 1024 * 1024;

/**
 * What is encoded while the batch before is on its way: one side adds, the other takes everything at once, in order.
 * Full, it has no room until it is taken; it exceeds its bounds by one poll at most (Invariant 8).
 */
export class Outbox {
  #batch = emptyBatch();
  #bytes = 0;
  #isClosed = false;
  #changed = Promise.withResolvers<void>();

  add({ records, tickets, done }: OutBatch): void {
    for (const record of records) {
      this.#batch.records.push(record);
      this.#bytes += (record.key?.length ?? 0) + (record.value?.length ?? 0);
    }
    for (const ticket of tickets) this.#batch.tickets.push(ticket);
    for (const ticket of done) this.#batch.done.push(ticket);
    this.#notify();
  }

  /** Resolves when something may be added, or never need be. */
  async room(): Promise<void> {
    while (this.#isFull && !this.#isClosed) await this.#changed.promise;
  }

  /** Everything added since the last call; waits for something; undefined once it is closed and empty. */
  async take(): Promise<OutBatch | undefined> {
    while (this.#isEmpty && !this.#isClosed) await this.#changed.promise;
    if (this.#isEmpty) return undefined;
    const batch = this.#batch;
    this.#batch = emptyBatch();
    this.#bytes = 0;
    this.#notify();
    return batch;
  }

  /** Nothing more will be added; what is there can still be taken. */
  close(): void {
    this.#isClosed = true;
    this.#notify();
  }

  get #isFull(): boolean {
    return this.#batch.records.length >= FULL_RECORDS || this.#bytes >= FULL_BYTES;
  }

  get #isEmpty(): boolean {
    return this.#batch.records.length === 0 && this.#batch.done.length === 0;
  }

  #notify(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}

export function emptyBatch(): OutBatch {
  return { records: [], tickets: [], done: [] };
}
