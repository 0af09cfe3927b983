/** Where a source's transactions end (`transaction.boundary`). Pure. */
import type { Properties } from '../config/definition.ts';
import type { Position } from '../data/record.ts';
import { AppError } from '../foundation/errors.ts';
import type { OutRecord } from '../kafka/port.ts';
import type { TransactionEnd } from '../sdk/index.ts';

export type Boundary =
  | { readonly kind: 'poll' | 'connector' }
  | { readonly kind: 'interval'; readonly everyMs: number };

/** What goes into one transaction, and what is done then. */
export interface Segment {
  readonly records: readonly OutRecord[];
  /** In order; of a partition the last one counts. */
  readonly positions: readonly Position[];
  readonly end: 'commit' | 'abort' | 'go-on';
  /** How many polled records and positions that are, filtered ones too. */
  readonly count: number;
}

/** A record that was polled: converted, or (undefined) filtered or dead-lettered. */
export interface Prepared {
  readonly out: OutRecord | undefined;
  readonly position: Position | undefined;
}

/** Nothing to write, but what is open is committed. */
export const COMMIT: Segment = { records: [], positions: [], end: 'commit', count: 0 };

export function boundaryOf(connector: Properties, worker: Properties): Boundary {
  const kind = (connector['transaction.boundary'] ?? 'poll').trim().toLowerCase();
  if (kind === 'connector') return { kind };
  if (kind !== 'interval') return { kind: 'poll' };
  const everyMs =
    connector['transaction.boundary.interval.ms'] ?? worker['offset.flush.interval.ms'] ?? 60_000;
  return { kind, everyMs: Number(everyMs) };
}

/** A batch by the transactions it ends. Throws `fatal` where a connector says ends that its batch doesn't have. */
export function segmentsOf(
  boundary: Boundary,
  prepared: readonly Prepared[],
  positions: readonly Position[],
  ends: readonly TransactionEnd[] = [],
): readonly Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  for (const { after, how } of boundary.kind === 'connector' ? ends : []) {
    if (!Number.isInteger(after) || after < from || after > prepared.length) {
      throw new AppError(
        'fatal',
        'transaction.end',
        `The task ends a transaction after record ${after} of a batch of ${prepared.length}.`,
        { suggestion: "Mend the connector: `after` counts the batch's records, in order." },
      );
    }
    const isAll = after === prepared.length;
    segments.push(segment(prepared.slice(from, after), isAll ? positions : [], how));
    from = after;
  }
  const isWhole = segments.length > 0 && from === prepared.length;
  const isEmpty = prepared.length === 0 && positions.length === 0;
  if (isWhole || isEmpty) return segments;
  const end = boundary.kind === 'poll' ? 'commit' : 'go-on';
  return [...segments, segment(prepared.slice(from), positions, end)];
}

function segment(
  prepared: readonly Prepared[],
  bare: readonly Position[],
  end: Segment['end'],
): Segment {
  const records = prepared.flatMap(({ out }) => (out === undefined ? [] : [out]));
  const positions = prepared.flatMap(({ position }) => (position === undefined ? [] : [position]));
  const count = prepared.length + bare.length;
  return { records, positions: [...positions, ...bare], end, count };
}
