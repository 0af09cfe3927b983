/** Reads what a state folder has back into memory. */
import { statSync, truncateSync } from 'node:fs';
import { AppError } from '../../../src/foundation/errors.ts';
import type { Journal } from '../control/journal.ts';
import type { KeptEvent } from '../events/event-log.ts';
import type { OrgMemory } from '../org/org.ts';
import type { RecordChange, RecordValues } from '../org/types.ts';
import type { StateFiles } from './files.ts';
import { readFrames } from './frames.ts';
import { decodeParts } from './parts.ts';
import type { KeptRecord, KeptTransaction, Part } from './parts.ts';
import { recordReader } from './records.ts';
import { readSnapshot } from './snapshot.ts';

export interface Restored {
  /** Of the newest snapshot. */
  readonly snapshot: number;
  /** Of its file. */
  readonly snapshotBytes: number;
  readonly stores: Map<string, Map<string, unknown>>;
  /** Of each event log. */
  readonly positions: Map<string, { horizon: number; last: number }>;
  /** Bytes of logs that are in no snapshot. */
  readonly replayedBytes: number;
}

/** Tables, schema and journal as they were, and the small stores for whoever has them; undefined where the folder has no snapshot. */
export function restoreOrg(
  files: StateFiles,
  org: OrgMemory,
  journal: Journal,
): Restored | undefined {
  const snapshot = files.numbers('snapshot').at(-1);
  if (snapshot === undefined) return undefined;
  const stores = new Map<string, Map<string, unknown>>();
  const positions = new Map<string, { horizon: number; last: number }>();
  const readers = new Map<string, (kept: KeptRecord) => RecordValues>();
  const read = (entity: string, kept: KeptRecord): RecordValues => {
    let reader = readers.get(entity);
    if (reader === undefined) {
      reader = recordReader(org.schema.require(entity).model);
      readers.set(entity, reader);
    }
    return reader(kept);
  };
  readSnapshot(
    files.snapshot(snapshot),
    (head) => {
      for (const def of head.objects) org.schema.restore(def);
      for (const { model, table } of org.schema.entries()) {
        for (const id of table.rows.keys()) table.remove(id);
        readers.delete(model.def.name);
      }
      for (const [name, entries] of Object.entries(head.stores)) stores.set(name, new Map(entries));
      for (const [name, at] of Object.entries(head.logs)) positions.set(name, { ...at });
      org.continueAfter(BigInt(head.commitNumber));
      journal.continueAfter(head.journal);
    },
    ({ entity, rows }) => {
      const { table } = org.schema.require(entity);
      for (const kept of rows) table.put(String(kept['Id']), read(entity, kept));
    },
  );
  const apply = (part: Part): void => {
    if (part.kind === 'transaction') journal.add(applyTransaction(org, part, read));
    if (part.kind === 'schema') {
      org.schema.restore(part.def);
      readers.delete(part.def.name);
    }
    if (part.kind === 'entry') {
      const store = stores.get(part.store) ?? new Map<string, unknown>();
      stores.set(part.store, store);
      if (part.value === undefined) store.delete(part.key);
      else store.set(part.key, part.value);
    }
    if (part.kind === 'forget') {
      const { horizon } = part;
      positions.set(part.log, {
        horizon,
        last: Math.max(horizon, positions.get(part.log)?.last ?? 0),
      });
    }
  };
  const logs = files.numbers('log').filter((n) => n > snapshot);
  let replayedBytes = 0;
  for (const [i, n] of logs.entries()) {
    if (isOrphan(files.log(n), snapshot)) {
      files.remove(...logs.slice(i).map((each) => files.log(each)));
      break;
    }
    replayedBytes += replay(files.log(n), n === logs.at(-1), apply);
  }
  const snapshotBytes = statSync(files.snapshot(snapshot)).size;
  return { snapshot, snapshotBytes, stores, positions, replayedBytes };
}

/** It goes on from a later snapshot, which a kill came before: nothing of it was acknowledged. */
function isOrphan(path: string, newest: number): boolean {
  for (const body of readFrames(path)) {
    for (const part of decodeParts(body)) return part.kind === 'after' && part.snapshot > newest;
  }
  return false;
}

/** What a kill left half written was never acknowledged: it is cut off, but only at the very end. */
function replay(path: string, newest: boolean, apply: (part: Part) => void): number {
  const frames = readFrames(path);
  for (;;) {
    const next = frames.next();
    if (next.done !== true) {
      for (const part of decodeParts(next.value)) if (part.kind !== 'event') apply(part);
      continue;
    }
    const whole = next.value;
    if (whole === statSync(path).size) return whole;
    if (!newest) {
      throw new AppError(
        'fatal',
        'sandbox.state.unreadable',
        `Can't read ${path}: it is broken at byte ${whole}, and there are later ones.`,
        { path: 'stateDir', suggestion: 'Restore the folder from a copy.' },
      );
    }
    truncateSync(path, whole);
    return whole;
  }
}

/**
 * The events of one log in all files, oldest first; each is only valid until the next. `seen` gets the newest event of
 * every log in each file; a file that is in it already is only read where it has events of this log.
 */
export function* keptEvents(
  files: StateFiles,
  log: string,
  seen: Map<number, Map<string, number>>,
): Generator<KeptEvent> {
  for (const n of files.numbers('log')) {
    if (seen.get(n)?.has(log) === false) continue;
    const newest = new Map<string, number>();
    seen.set(n, newest);
    for (const body of readFrames(files.log(n))) {
      for (const part of decodeParts(body, true)) {
        if (part.kind !== 'event') continue;
        newest.set(part.log, part.event.sequence);
        if (part.log === log) yield part.event;
      }
    }
  }
}

function applyTransaction(
  org: OrgMemory,
  kept: KeptTransaction,
  read: (entity: string, kept: KeptRecord) => RecordValues,
): Parameters<Journal['add']>[0] {
  const { key, timestamp, userId, origin } = kept;
  const changes = kept.changes.map(([entity, id, type, values]): RecordChange => {
    const { table } = org.schema.require(entity);
    const before = type === 'CREATE' ? null : (table.get(id) ?? null);
    const updated = type === 'UPDATE' && before !== null;
    const after =
      values === null ? null : updated ? { ...before, ...values } : read(entity, values);
    if (after !== null) table.put(id, after);
    return { entity, id, type, before, after };
  });
  for (const [entity, id, values] of kept.rows) {
    const { table } = org.schema.require(entity);
    if (values === null) table.remove(id);
    else table.put(id, read(entity, values));
  }
  const commitNumber = BigInt(kept.commitNumber);
  org.continueAfter(commitNumber);
  return { key, commitNumber, timestamp, userId, origin, changes };
}
