import type { SchemaEntry } from './schema.ts';
import type { Table } from './table.ts';
import type { RecordChange, RecordValues } from './types.ts';

interface Step {
  readonly table: Table;
  readonly change: RecordChange;
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
  ): void {
    table.put(id, after);
    this.steps.push({ table, change: { entity: model.def.name, id, type, before, after } });
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
