import type { SandboxClock } from './types.ts';
import { SalesforceError } from './types.ts';

/** Records that another transaction seems to hold: writing them fails at once, as after ten seconds in Salesforce. */
export class RecordLocks {
  /** Sandbox time at which a record is free again, by id. */
  private readonly held = new Map<string, number>();
  private readonly clock: SandboxClock;

  constructor(clock: SandboxClock) {
    this.clock = clock;
  }

  hold(id: string, forMs: number): void {
    this.held.set(id, this.clock.now() + forMs);
  }

  /** `id` undefined: all. */
  release(id?: string): void {
    if (id === undefined) this.held.clear();
    else this.held.delete(id);
  }

  list(): { readonly id: string; readonly until: number }[] {
    for (const [id, until] of this.held) if (until <= this.clock.now()) this.held.delete(id);
    return [...this.held].map(([id, until]) => ({ id, until }));
  }

  /** Throws UNABLE_TO_LOCK_ROW. */
  requireFree(id: string): void {
    const until = this.held.get(id);
    if (until === undefined || until <= this.clock.now()) return;
    throw new SalesforceError(
      400,
      'UNABLE_TO_LOCK_ROW',
      `unable to obtain exclusive access to this record or 1 records: ${id}`,
    );
  }
}
