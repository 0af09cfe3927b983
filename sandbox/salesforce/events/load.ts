import { randomUUID } from 'node:crypto';
import { makeId } from '../org/ids.ts';
import { SalesforceError } from '../org/types.ts';
import type { Org, RecordChange, RecordValues } from '../org/types.ts';
import type { EncodedEvent } from './change-events.ts';
import type { EventBus } from './event-bus.ts';

export interface Load {
  readonly entity: string;
  readonly count: number;
  readonly type?: 'CREATE' | 'UPDATE' | undefined;
  /** Values of the i-th record, `before` and `after`; a create has no `before`. */
  values(i: number): { readonly before?: RecordValues | undefined; readonly after: RecordValues };
  /** So many different events are made; the rest repeats them (default 1,000). */
  readonly distinct?: number | undefined;
}

/** Told to subscribers at a time. */
const EVENTS_PER_APPEND = 1000;

/**
 * Makes change events for measuring: appends `count` to the bus without records, transactions or rules behind them,
 * each with a replay id of its own. Gives the payload's mean size in bytes.
 */
export function generateChanges(org: Org, bus: EventBus, load: Load): number {
  const made = prepare(org, bus, load);
  const batch: EncodedEvent[] = [];
  let bytes = 0;
  for (let i = 0; i < load.count; i++) {
    const event = made[i % made.length];
    if (event === undefined) break;
    batch.push(event);
    bytes += event.payload.length;
    if (batch.length === EVENTS_PER_APPEND || i === load.count - 1) bus.add(batch.splice(0));
  }
  return load.count === 0 ? 0 : bytes / load.count;
}

function prepare(org: Org, bus: EventBus, load: Load): readonly EncodedEvent[] {
  const object = org.object(load.entity);
  const timestamp = org.clock.now();
  const userId = org.users()[0]?.id ?? '';
  const origin = 'com/salesforce/api/rest/66.0;client=load';
  const made = Array.from({ length: Math.min(load.count, load.distinct ?? 1000) }, (_, i) => {
    const { before, after } = load.values(i);
    const change: RecordChange = {
      entity: load.entity,
      id: makeId(object?.keyPrefix ?? '', 1_000_000 + i),
      type: load.type ?? (before === undefined ? 'CREATE' : 'UPDATE'),
      before: before ?? null,
      after,
    };
    const commitNumber = BigInt(timestamp) * 1_000_000n + BigInt(i);
    const commit = { key: randomUUID(), commitNumber, timestamp, userId, origin };
    return bus.maker.ofChange(commit, change, 1);
  });
  const events = made.filter((event) => event !== undefined);
  if (events.length === made.length) return events;
  throw new SalesforceError(400, 'INVALID_INPUT', `"${load.entity}" has no change events.`);
}
