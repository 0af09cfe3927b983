import type { SchemaEntry } from './schema.ts';
import type { Table } from './table.ts';
import type { RecordChange, RecordValues } from './types.ts';

interface Step {
  readonly table: Table;
  readonly change: RecordChange;
  /** Whether the record is gone when the transaction ends. */
  erased: boolean;
}

/** The changes of one transaction, applied at once and taken back in reverse where a write fails. */
export class UnitOfWork {
  private readonly steps: Step[] = [];

  apply(
    { model, table }: SchemaEntry,
    type: RecordChange['type'],
    id: string,
    before: RecordValues | null,
    after: RecordValues,
    followsUp = false,
  ): void {
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
    if (last !== undefined) last.erased = true;
  }

  /** At the end: nothing can be rolled back any more. */
  erase(): void {
    for (const { table, change, erased } of this.steps) {
      if (erased) table.remove(change.id);
    }
  }

  /** A point to roll back to. */
  mark(): number {
    return this.steps.length;
  }

  rollbackTo(mark: number): void {
    for (const { table, change } of this.steps.splice(mark).reverse()) {
      if (change.before === null) table.remove(change.id);
      else table.put(change.id, change.before);
    }
  }

  /** In order; what was deleted has no `after`. */
  changes(): RecordChange[] {
    return this.steps.map(({ change }) =>
      change.type === 'DELETE' ? { ...change, after: null } : change,
    );
  }
}
