import type { RecordChange } from '../org/types.ts';

/**
 * What a transaction did to each record in sum, in the order of first touch: several writes to one record make one
 * change, and a record that was made and deleted again none.
 */
export function netChanges(changes: readonly RecordChange[]): readonly RecordChange[] {
  const byId = new Map<string, RecordChange[]>();
  for (const change of changes) {
    const steps = byId.get(change.id);
    if (steps === undefined) byId.set(change.id, [change]);
    else steps.push(change);
  }
  if (byId.size === changes.length) return changes;
  return [...byId.values()].flatMap((steps) => inSum(steps) ?? []);
}

function inSum(steps: readonly RecordChange[]): RecordChange | undefined {
  const first = steps[0];
  const last = steps.at(-1);
  if (first === undefined || last === undefined || first === last) return first;
  const type = typeInSum(first, last, steps);
  return type === undefined ? undefined : { ...first, type, after: last.after };
}

/** The first write's type, unless the record is gone at the end or came back in between. */
function typeInSum(
  first: RecordChange,
  last: RecordChange,
  steps: readonly RecordChange[],
): RecordChange['type'] | undefined {
  if (last.type === 'DELETE') return first.type === 'CREATE' ? undefined : 'DELETE';
  if (first.type === 'CREATE') return 'CREATE';
  return steps.some((step) => step.type === 'UNDELETE') ? 'UNDELETE' : 'UPDATE';
}
