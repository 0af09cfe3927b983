/** What is dealt out to workers: connectors' instances and their tasks. */

/** In the group protocol a connector's instance is its task -1. */
export const INSTANCE = -1;

export interface WorkUnit {
  readonly connector: string;
  /** The task's number, or `INSTANCE`. */
  readonly task: number;
}

/** A set of units that compares by value; iterates in the order they were added. */
export class Work implements Iterable<WorkUnit> {
  readonly #units = new Map<string, WorkUnit>();

  constructor(units: Iterable<WorkUnit> = []) {
    for (const unit of units) this.add(unit);
  }

  get size(): number {
    return this.#units.size;
  }

  add(unit: WorkUnit): void {
    this.#units.set(keyOf(unit), unit);
  }

  delete(unit: WorkUnit): boolean {
    return this.#units.delete(keyOf(unit));
  }

  has(unit: WorkUnit): boolean {
    return this.#units.has(keyOf(unit));
  }

  /** Instances, or tasks: they are balanced apart. */
  count(kind: WorkKind): number {
    return this.of(kind).length;
  }

  of(kind: WorkKind): readonly WorkUnit[] {
    return [...this].filter((unit) => kindOf(unit) === kind);
  }

  minus(...others: readonly Work[]): Work {
    return new Work([...this].filter((unit) => !others.some((other) => other.has(unit))));
  }

  plus(...others: readonly Work[]): Work {
    return new Work([this, ...others].flatMap((work) => [...work]));
  }

  [Symbol.iterator](): IterableIterator<WorkUnit> {
    return this.#units.values();
  }
}

export type WorkKind = 'instance' | 'task';
export const WORK_KINDS: readonly WorkKind[] = ['instance', 'task'];

export function kindOf({ task }: WorkUnit): WorkKind {
  return task === INSTANCE ? 'instance' : 'task';
}

function keyOf({ connector, task }: WorkUnit): string {
  return `${task} ${connector}`;
}
