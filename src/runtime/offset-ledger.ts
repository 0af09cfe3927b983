import type { Position } from '../data/record.ts';
import { assert } from '../foundation/errors.ts';
import { partitionKey } from './partition-key.ts';

/** One record (or a position without one) on its way; hand it back to `ack`. */
export interface Ticket {
  readonly position: Position | undefined;
  acked: boolean;
}

/**
 * Which positions may be committed: submitted in order, acked in any order, committable up to the first
 * that isn't acked (Invariant 1). Within that prefix only a partition's last position counts, and it
 * never moves back (Invariant 3). Acked means: in Kafka, filtered, or dead-lettered.
 */
export class OffsetLedger {
  #pending: Ticket[] = [];
  #head = 0;
  #reached = new Map<string, Position>();

  /** `position` is undefined for records that aren't the last of their event. */
  submit(position: Position | undefined): Ticket {
    const ticket = { position, acked: false };
    this.#pending.push(ticket);
    return ticket;
  }

  ack(ticket: Ticket): void {
    assert(!ticket.acked, 'a ticket is acked once');
    ticket.acked = true;
    while (this.#pending[this.#head]?.acked === true) {
      const position = this.#pending[this.#head]?.position;
      if (position !== undefined) this.#reached.set(partitionKey(position.partition), position);
      this.#head++;
    }
    if (this.#head > 1024 && this.#head * 2 > this.#pending.length) {
      this.#pending = this.#pending.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Submitted and not yet part of the acked prefix. */
  get outstanding(): number {
    return this.#pending.length - this.#head;
  }

  /** The positions reached since the last call. When writing them fails, hand them back. */
  takeCommittable(): readonly Position[] {
    const positions = [...this.#reached.values()];
    this.#reached = new Map();
    return positions;
  }

  /** Positions whose write failed; newer ones of the same partition stand. */
  giveBack(positions: readonly Position[]): void {
    for (const position of positions) {
      const key = partitionKey(position.partition);
      if (!this.#reached.has(key)) this.#reached.set(key, position);
    }
  }
}
