import type { Journal } from '../control/journal.ts';
import type { EventLog } from '../events/event-log.ts';
import type { Store } from '../observed-map.ts';
import type { SandboxOrg } from '../org/org.ts';
import type { Contents } from '../org/schema.ts';
import { SalesforceError } from '../org/types.ts';
import type { EditLoad } from './rate.ts';

/** A snapshot shares its records with the org; those that were changed since then are held twice. */
const MAX_SNAPSHOTS = 20;

export interface SnapshotInfo {
  readonly name: string;
  /** The org's time, epoch ms. */
  readonly takenAt: number;
  /** The recycle bin's too. */
  readonly records: number;
}

interface OrgSnapshot extends SnapshotInfo {
  readonly contents: Contents;
  /** Entries of the small stores, by name. */
  readonly stores: ReadonlyMap<string, readonly (readonly [string, unknown])[]>;
}

export interface OrgSnapshotsOptions {
  readonly org: SandboxOrg;
  readonly journal: Journal;
  /** What belongs to the org beside its records, by name. */
  readonly stores: ReadonlyMap<string, Store>;
  readonly logs: readonly EventLog[];
  readonly load: EditLoad;
  /** Runs the replacement of an org; resolves when it can't be lost any more. */
  readonly replace?: ((change: () => void) => Promise<void>) | undefined;
}

/**
 * The org at moments, to go back to: its records with the recycle bin, its fields, users, channels and the numbers that ids
 * are made of. After going back nothing that happened since is known any more, and events are as after a refresh: none are
 * retained, and all positions given out before are refused. Who is logged in stays so, the clock goes on, and so do numbers
 * of commits. Snapshots are in memory alone.
 */
export class OrgSnapshots {
  readonly #options: OrgSnapshotsOptions;
  readonly #taken = new Map<string, OrgSnapshot>();

  constructor(options: OrgSnapshotsOptions) {
    this.#options = options;
  }

  list(): readonly SnapshotInfo[] {
    return [...this.#taken.values()].map(infoOf);
  }

  /** Throws SalesforceError where the name is taken, or there are too many. */
  take(name: string): SnapshotInfo {
    if (this.#taken.has(name)) {
      throw new SalesforceError(409, 'DUPLICATE_VALUE', `There is a snapshot "${name}" already.`);
    }
    if (this.#taken.size >= MAX_SNAPSHOTS) {
      const message = `There are ${MAX_SNAPSHOTS} snapshots, which is the limit; delete one.`;
      throw new SalesforceError(400, 'LIMIT_EXCEEDED', message);
    }
    const { org, stores } = this.#options;
    const contents = org.memory.schema.contents();
    const snapshot = {
      name,
      takenAt: org.clock.now(),
      records: [...contents.values()].reduce((sum, { rows }) => sum + rows.size, 0),
      contents,
      stores: new Map([...stores].map(([key, store]) => [key, [...store.entries()]])),
    };
    this.#taken.set(name, snapshot);
    return infoOf(snapshot);
  }

  /** Throws SalesforceError where there is none of that name. */
  delete(name: string): void {
    this.#require(name);
    this.#taken.delete(name);
  }

  /** The snapshot stays. A load that was running goes on with the org's records of then. */
  async restore(name: string): Promise<SnapshotInfo> {
    const snapshot = this.#require(name);
    const { load, replace } = this.#options;
    const { rate, mix } = load.status;
    await load.stop();
    const change = (): void => this.#putBack(snapshot);
    if (replace === undefined) change();
    else await replace(change);
    load.forget();
    if (rate > 0) await load.set(rate, mix);
    return infoOf(snapshot);
  }

  #putBack({ contents, stores }: OrgSnapshot): void {
    const { org, journal, logs } = this.#options;
    for (const [name, store] of this.#options.stores) store.restore(stores.get(name) ?? []);
    org.memory.schema.replace(contents);
    for (const log of logs) log.forget();
    journal.continueAfter(journal.last);
  }

  #require(name: string): OrgSnapshot {
    const found = this.#taken.get(name);
    if (found !== undefined) return found;
    throw new SalesforceError(404, 'NOT_FOUND', `There is no snapshot "${name}".`);
  }
}

function infoOf({ name, takenAt, records }: OrgSnapshot): SnapshotInfo {
  return { name, takenAt, records };
}
