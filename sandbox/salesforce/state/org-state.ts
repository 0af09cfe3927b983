import type { Journal } from '../control/journal.ts';
import type { EventLog, LoggedEvent } from '../events/event-log.ts';
import type { Store } from '../observed-map.ts';
import type { OrgMemory, SandboxOrg } from '../org/org.ts';
import type { RecordChange, RecordValues, Transaction } from '../org/types.ts';
import { CommitLog } from './commit-log.ts';
import type { Pieces } from './commit-log.ts';
import { StateFiles } from './files.ts';
import { encodeEvent, encodeJson } from './parts.ts';
import type { KeptRecord, KeptTransaction } from './parts.ts';
import { keptRecord, keptUpdate } from './records.ts';
import { keptEvents, restoreOrg } from './restore.ts';
import type { Restored } from './restore.ts';
import { writeSnapshot } from './snapshot.ts';
import type { NewSnapshot } from './snapshot.ts';

export interface StateSettings {
  /** A snapshot is made when the logs since the last have so many bytes, and half as many as it has itself. */
  readonly snapshotAfterBytes: number;
}

/** Written at a time when the folder is new. */
const EVENTS_PER_FRAME = 2000;
const DEFAULT_SETTINGS: StateSettings = { snapshotAfterBytes: 64 * 1024 * 1024 };

export interface OrgStateOptions {
  readonly folder: string;
  readonly org: SandboxOrg;
  readonly journal: Journal;
  readonly settings?: Partial<StateSettings> | undefined;
}

/**
 * Keeps an org in a folder, so that what was acknowledged is there again after `kill -9` (Invariant 9). Opening it puts
 * back what is there; then each store joins with `keep`, each event log with `keepEvents`; from `begin` on all changes
 * are written.
 */
export class OrgState {
  readonly #files: StateFiles;
  readonly #memory: OrgMemory;
  readonly #org: SandboxOrg;
  readonly #journal: Journal;
  readonly #settings: StateSettings;
  readonly #restored: Restored | undefined;
  readonly #stores = new Map<string, Store>();
  readonly #logs = new Map<string, EventLog>();
  /** Newest event of each log in each file: a file is needed while one of them is retained. */
  readonly #newest = new Map<number, Map<string, number>>();
  readonly #listening: Disposable[] = [];
  #changed = new Map<string, Map<string, unknown>>();
  #log: CommitLog | undefined;
  #number = 0;
  #snapshotting: Promise<void> | undefined;
  #snapshotBytes = 0;
  /** Of logs before the present one that are in no snapshot. */
  #uncoveredBytes: number;
  /** What there was in logs when a snapshot failed last. */
  #failedAtBytes = 0;
  /** Nothing is acknowledged before. */
  #replaced = Promise.resolve();

  private constructor(files: StateFiles, options: OrgStateOptions) {
    this.#files = files;
    this.#org = options.org;
    this.#memory = options.org.memory;
    this.#journal = options.journal;
    this.#settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.#restored = restoreOrg(files, this.#memory, options.journal);
    this.#uncoveredBytes = this.#restored?.replayedBytes ?? 0;
    this.#snapshotBytes = this.#restored?.snapshotBytes ?? 0;
    const { users, sessions, counters, names, deletions, duplicateRules } = this.#memory;
    const stores = { users, sessions, counters, names, deletions, duplicateRules };
    for (const [name, store] of Object.entries(stores)) this.keep(name, store);
  }

  /** Throws AppError where another process has the folder, or its files are broken. */
  static open(options: OrgStateOptions): OrgState {
    const files = new StateFiles(options.folder);
    files.lock();
    if (files.numbers('snapshot').length === 0) files.clear();
    return new OrgState(files, options);
  }

  /** Rises with each start that used the folder; 0 for a new one. */
  static starts(folder: string): number {
    return new StateFiles(folder).numbers('log').at(-1) ?? 0;
  }

  /** Nothing was kept before. */
  get isNew(): boolean {
    return this.#restored === undefined;
  }

  /** Puts back what the store had, and follows it. Names are for good. */
  keep(name: string, store: Store): void {
    if (this.#restored !== undefined) store.restore(this.#restored.stores.get(name) ?? []);
    this.#stores.set(name, store);
    store.observe((key, value) => this.#noteEntry(name, key, value));
  }

  /** As `keep`, for a log of events: they are read only when they are on disk. */
  keepEvents(name: string, log: EventLog): void {
    if (this.#restored !== undefined) {
      const { horizon, last } = this.#restored.positions.get(name) ?? {
        horizon: log.horizon,
        last: log.last,
      };
      log.restore(keptEvents(this.#files, name, this.#newest), horizon, last);
    }
    this.#logs.set(name, log);
    log.keepWith({
      keep: (events) => this.#addEvents(name, events),
      forget: (horizon) => this.#add(encodeJson({ kind: 'forget', log: name, horizon })),
    });
  }

  /** Resolves when what is there is durable and all that follows will be. */
  async begin(): Promise<void> {
    this.#number = (this.#files.numbers('log').at(-1) ?? 0) + 1;
    this.#log = await CommitLog.create(this.#files.log(this.#number));
    if (this.isNew) await this.#writeFirst();
    this.#files.sync();
    this.#listening.push(
      this.#org.onCommit((transaction) => this.#addTransaction(transaction)),
      this.#org.onSchemaChange((entity) => {
        const { def } = this.#memory.schema.require(entity).model;
        this.#add(encodeJson({ kind: 'schema', def }));
      }),
    );
    this.#snapshotWhenDue();
  }

  /** The folder has a state from the moment that its first snapshot has its name. */
  async #writeFirst(): Promise<void> {
    for (const [name, log] of this.#logs) {
      const cursor = log.earliest();
      for (;;) {
        const events = log.read(cursor, EVENTS_PER_FRAME);
        if (events.length === 0) break;
        await this.#addEvents(name, events);
      }
    }
    const path = this.#files.snapshot(this.#number - 1);
    this.#snapshotBytes = await writeSnapshot(path, this.#capture());
    // Events alone: no snapshot makes them fewer.
    this.#uncoveredBytes = -(this.#log?.bytes ?? 0);
  }

  /** All that happened so far is on disk; rejects with AppError where it can't be. */
  async settled(): Promise<void> {
    await this.#replaced;
    await this.#log?.settled();
  }

  /**
   * Another org in the place of this one: `change` puts it there, in one go. Resolves when it is durable; until then
   * nothing that comes later is acknowledged, and if it can't be made durable, never.
   */
  async replace(change: () => void): Promise<void> {
    while (this.#snapshotting !== undefined) await this.#snapshotting;
    const replacing = this.#snapshot(change);
    replacing.catch(() => undefined);
    this.#replaced = replacing;
    this.#snapshotting = replacing
      .catch(() => undefined)
      .finally(() => (this.#snapshotting = undefined));
    await replacing;
  }

  async close(): Promise<void> {
    for (const each of this.#listening) each[Symbol.dispose]();
    await this.#snapshotting;
    await this.#log?.close();
    this.#files.unlock();
  }

  /** Whether it worked, `settled` says. */
  #add(pieces: Pieces): void {
    this.#log?.add(pieces).catch(() => undefined);
  }

  #noteEntry(store: string, key: string, value: unknown): void {
    if (this.#log === undefined) return;
    if (this.#changed.size === 0) this.#add(() => this.#takeEntries());
    const changed = this.#changed.get(store) ?? new Map<string, unknown>();
    this.#changed.set(store, changed.set(key, value));
  }

  /** Of many changes of one entry the last. */
  #takeEntries(): Buffer[] {
    const changed = this.#changed;
    this.#changed = new Map();
    return [...changed].flatMap(([store, entries]) =>
      [...entries].flatMap(([key, value]) => encodeJson({ kind: 'entry', store, key, value })),
    );
  }

  #addEvents(name: string, events: readonly LoggedEvent[]): Promise<void> {
    const log = this.#log;
    if (log === undefined) return Promise.resolve();
    for (const event of events) this.#noteEvent(this.#number, name, event.sequence);
    return log.add(events.flatMap((event) => encodeEvent(name, event))).then(() => this.#replaced);
  }

  #noteEvent(file: number, log: string, sequence: number): void {
    const newest = this.#newest.get(file) ?? new Map<string, number>();
    this.#newest.set(file, newest.set(log, sequence));
  }

  #addTransaction(transaction: Transaction): void {
    this.#add(encodeJson(this.#keptTransaction(transaction)));
    this.#snapshotWhenDue();
  }

  #keptTransaction({ commitNumber, changes, ...rest }: Transaction): KeptTransaction {
    const last = new Map(changes.map((change) => [change.id, change]));
    const rows = [...last.values()].flatMap(({ entity, id, after }) => {
      const stored = this.#memory.schema.require(entity).table.get(id);
      if (stored !== undefined && stored === after) return [];
      return [[entity, id, stored === undefined ? null : keptRecord(stored)] as const];
    });
    return {
      kind: 'transaction',
      ...rest,
      commitNumber: String(commitNumber),
      changes: changes.map((change) => [change.entity, change.id, change.type, keptAfter(change)]),
      rows,
    };
  }

  #snapshotWhenDue(): void {
    if (this.#snapshotting !== undefined) return;
    const due = Math.max(this.#settings.snapshotAfterBytes, this.#snapshotBytes / 2);
    if (this.#uncovered - this.#failedAtBytes < due) return;
    this.#snapshotting = this.#snapshot()
      .catch(() => void (this.#failedAtBytes = this.#uncovered))
      .finally(() => (this.#snapshotting = undefined));
  }

  get #uncovered(): number {
    return this.#uncoveredBytes + (this.#log?.bytes ?? 0);
  }

  /**
   * What fails here leaves the former snapshot and all logs: nothing is lost, and it is tried again when they have grown
   * as much once more. With a `change` the logs that follow need this snapshot.
   */
  async #snapshot(change?: () => void): Promise<void> {
    const log = this.#log;
    if (log === undefined) return;
    const covered = this.#number;
    let captured: NewSnapshot | undefined;
    await log.rotate(this.#files.log(covered + 1), () => {
      this.#uncoveredBytes += log.bytes;
      this.#number = covered + 1;
      if (change !== undefined) this.#add(encodeJson({ kind: 'after', snapshot: covered }));
      change?.();
      captured = this.#capture();
    });
    if (captured === undefined) return;
    this.#files.sync();
    this.#snapshotBytes = await writeSnapshot(this.#files.snapshot(covered), captured);
    this.#uncoveredBytes = 0;
    this.#failedAtBytes = 0;
    this.#files.sync();
    this.#removeOld(covered);
  }

  #capture(): NewSnapshot {
    const entries = this.#memory.schema.entries();
    return {
      objects: entries.map(({ model }) => model.def),
      records: entries.map(({ model, table }): [string, RecordValues[]] => [
        model.def.name,
        [...table.rows.values()],
      ]),
      stores: Object.fromEntries(
        [...this.#stores].map(([name, store]) => [name, [...store.entries()]]),
      ),
      logs: Object.fromEntries(
        [...this.#logs].map(([name, { horizon, last }]) => [name, { horizon, last }]),
      ),
      commitNumber: String(this.#memory.commitNumber()),
      journal: this.#journal.last,
    };
  }

  #removeOld(covered: number): void {
    for (const n of this.#files.numbers('snapshot')) {
      if (n < covered) this.#files.remove(this.#files.snapshot(n));
    }
    for (const n of this.#files.numbers('log')) {
      const events = [...(this.#newest.get(n) ?? [])];
      const needed = events.some(([log, last]) => last > (this.#logs.get(log)?.horizon ?? 0));
      if (n > covered || needed) continue;
      this.#files.remove(this.#files.log(n));
      this.#newest.delete(n);
    }
  }
}

function keptAfter({ type, before, after }: RecordChange): KeptRecord | null {
  if (after === null) return null;
  return type === 'UPDATE' && before !== null ? keptUpdate(before, after) : keptRecord(after);
}
