import type { Deletions } from './changing.ts';
import type { Schema } from './schema.ts';
import type { Table } from './table.ts';

const HOUR_MS = 3_600_000;

/** How the recycle bin is emptied. */
export interface RecycleBinSettings {
  /** A deleted record stays so long, ms. Salesforce: 15 days. */
  readonly retentionMs: number;
  /** The oldest go first where there are more. Salesforce: 25 for each MB of storage; here those of 10 GB. */
  readonly capacity: number;
  /** No younger one goes for want of room, ms. Salesforce: 2 hours. */
  readonly safeMs: number;
}

export const RECYCLE_BIN: RecycleBinSettings = {
  retentionMs: 15 * 24 * HOUR_MS,
  capacity: 250_000,
  safeMs: 2 * HOUR_MS,
};

/** Purges what the recycle bin holds for too long: no event tells of it. */
export class Purge {
  private readonly schema: Schema;
  private readonly deletions: Deletions;
  private readonly settings: RecycleBinSettings;
  private last = 0;

  constructor(schema: Schema, deletions: Deletions, settings: RecycleBinSettings = RECYCLE_BIN) {
    this.schema = schema;
    this.deletions = deletions;
    this.settings = settings;
  }

  /** Looks once an hour of sandbox time: Salesforce doesn't promise the minute either. */
  run(now: number): void {
    if (now - this.last < HOUR_MS) return;
    this.last = now;
    const { retentionMs, capacity, safeMs } = this.settings;
    const bin = this.contents();
    const tooMany = Math.max(0, bin.length - capacity);
    for (const [index, { table, id, at }] of bin.entries()) {
      if (at > now - (index < tooMany ? safeMs : retentionMs)) break;
      table.remove(id);
      this.deletions.delete(id);
    }
  }

  /** Oldest first. */
  private contents(): { readonly table: Table; readonly id: string; readonly at: number }[] {
    return this.schema
      .entries()
      .flatMap(({ table }) =>
        [...table.rows.values()]
          .filter((row) => row['IsDeleted'] === true)
          .map((row) => ({ table, id: String(row['Id']), at: Number(row['SystemModstamp']) })),
      )
      .sort((a, b) => a.at - b.at);
  }
}
