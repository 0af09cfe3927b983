import type { TargetChange } from './change.ts';

/** Changes that can be sent together: each target record appears once. */
export type Phase = readonly TargetChange[];

/**
 * A batch as few phases, to be sent one after another. Changes of one target record are folded in order:
 * writes merge field by field, a delete replaces the writes before it; a write after a delete opens the
 * next phase. Changes without a key stand alone.
 */
export function foldChanges(changes: readonly TargetChange[]): readonly Phase[] {
  const phases: { keyed: Map<string, TargetChange>; loose: TargetChange[] }[] = [];
  const phase = (n: number): { keyed: Map<string, TargetChange>; loose: TargetChange[] } => {
    const known = phases[n];
    if (known !== undefined) return known;
    const next = { keyed: new Map<string, TargetChange>(), loose: [] };
    phases.push(next);
    return next;
  };
  const lastPhase = new Map<string, number>();
  for (const change of changes) {
    if (change.key === undefined) {
      phase(0).loose.push(change);
      continue;
    }
    const at = lastPhase.get(change.key) ?? 0;
    const earlier = phase(at).keyed.get(change.key);
    if (earlier?.kind === 'delete' && change.kind === 'write') {
      phase(at + 1).keyed.set(change.key, change);
      lastPhase.set(change.key, at + 1);
    } else {
      phase(at).keyed.set(change.key, merge(earlier, change));
      lastPhase.set(change.key, at);
    }
  }
  return phases.map(({ keyed, loose }) => [...keyed.values(), ...loose]);
}

function merge(earlier: TargetChange | undefined, later: TargetChange): TargetChange {
  if (earlier === undefined) return later;
  return {
    kind: later.kind,
    key: later.key,
    values: later.kind === 'delete' ? {} : { ...earlier.values, ...later.values },
    records: [...earlier.records, ...later.records],
  };
}
