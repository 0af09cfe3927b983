import type { SchemaEntry } from './schema.ts';
import type { Table } from './table.ts';
import type { RecordChange, RecordValues } from './types.ts';

interface Step {
  readonly table: Table;
  readonly change: RecordChange;
  /** Whether the record is gone when the transaction ends. */
  erased: boolean;
}

/** Something besides records that was changed, and its way back. */
interface Aside {
  readonly undo: () => void;
}

/** The changes of one transaction, applied at once and taken back in reverse where a write fails. */
export class UnitOfWork {
  private readonly steps: (Step | Aside)[] = [];
  /** Throws where another transaction holds the record. */
  readonly requireFree: (id: string) => void;

  constructor(requireFree: (id: string) => void = () => undefined) {
    this.requireFree = requireFree;
  }

  apply(
    { model, table }: SchemaEntry,
    type: RecordChange['type'],
    id: string,
    before: RecordValues | null,
    after: RecordValues,
    followsUp = false,
  ): void {
    if (before !== null) this.requireFree(id);
    table.put(id, after);
    this.steps.push({
      table,
      change: {
        entity: model.def.name,
        id,
        type,
        before,
        after,
        ...(followsUp ? { followsUp } : {}),
      },
      erased: false,
    });
  }

  /** The record of the last change is removed for good by `erase`. */
  eraseLast(): void {
    const last = this.steps.at(-1);
    if (last !== undefined && 'change' in last) last.erased = true;
  }

  /** Something besides records was changed: `undo` is called where that is rolled back. */
  aside(undo: () => void): void {
    this.steps.push({ undo });
  }

  /** At the end: nothing can be rolled back any more. */
  erase(): void {
    for (const step of this.steps) {
      if ('change' in step && step.erased) step.table.remove(step.change.id);
    }
  }

  /** A point to roll back to. */
  mark(): number {
    return this.steps.length;
  }

  rollbackTo(mark: number): void {
    for (const step of this.steps.splice(mark).reverse()) {
      if ('undo' in step) step.undo();
      else if (step.change.before === null) step.table.remove(step.change.id);
      else step.table.put(step.change.id, step.change.before);
    }
  }

  /** In order, after a `mark`. */
  changesSince(mark: number): RecordChange[] {
    return this.steps.slice(mark).flatMap((step) => ('change' in step ? [step.change] : []));
  }

  /** In order; what was deleted has no `after`. */
  changes(): RecordChange[] {
    return this.steps.flatMap((step) => {
      if ('undo' in step) return [];
      const { change } = step;
      return change.type === 'DELETE' ? [{ ...change, after: null }] : [change];
    });
  }
}
