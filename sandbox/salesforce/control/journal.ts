import type { Org, RecordChange, Transaction } from '../org/types.ts';

/** The oldest transactions are forgotten beyond this many changes of records. */
export const JOURNAL_LIMIT = 500_000;

/** Everything committed since the start, in order: what streams and warehouses are compared with. */
export class Journal {
  private readonly limit: number;
  private entries: Transaction[] = [];
  private changes = 0;
  private forgotten = 0;

  constructor(org: Org, limit: number = JOURNAL_LIMIT) {
    this.limit = limit;
    org.onCommit((transaction) => this.add(transaction));
  }

  /** The index of the oldest transaction still held; the very first has 1. */
  get first(): number {
    return this.forgotten + 1;
  }

  get last(): number {
    return this.forgotten + this.entries.length;
  }

  /** Up to `limit` transactions with an index above `index`. */
  after(index: number, limit: number): { index: number; transaction: Transaction }[] {
    const from = Math.max(0, index - this.forgotten);
    return this.entries
      .slice(from, from + limit)
      .map((transaction, i) => ({ index: this.forgotten + from + i + 1, transaction }));
  }

  /** The following transaction has index `last` + 1; those of before are forgotten. */
  continueAfter(last: number): void {
    this.entries = [];
    this.changes = 0;
    this.forgotten = last;
  }

  add(transaction: Transaction): void {
    this.entries.push(transaction);
    this.changes += transaction.changes.length;
    if (this.changes <= this.limit) return;
    const gone = this.entries.splice(0, Math.max(1, Math.floor(this.entries.length / 10)));
    this.forgotten += gone.length;
    for (const each of gone) this.changes -= each.changes.length;
  }
}

/** REST names of the fields an update changed; empty on other changes. */
export function changedFields(change: RecordChange): string[] {
  const { before, after } = change;
  if (change.type !== 'UPDATE' || before === null || after === null) return [];
  return Object.keys(after).filter((field) => (before[field] ?? null) !== after[field]);
}
