import { SalesforceError } from './types.ts';
import type { Org } from './types.ts';

/** Which entities have change events: what an administrator selects on the Change Data Capture page. */
export class ChangeEventSelection {
  private readonly org: Org;
  private selected: ReadonlySet<string> | 'all';

  /** `entities` undefined: every eligible object, those added later too. */
  constructor(org: Org, entities?: readonly string[]) {
    this.org = org;
    this.selected = 'all';
    if (entities !== undefined) this.select(entities);
  }

  has(entity: string): boolean {
    if (this.selected !== 'all') return this.selected.has(entity);
    return this.org.object(entity)?.changeEvents === true;
  }

  entities(): string[] {
    return this.org
      .objects()
      .map((object) => object.name)
      .filter((name) => this.has(name));
  }

  /** Names of objects (or of their change events); `'all'` for every eligible one. */
  select(entities: readonly string[] | 'all'): void {
    this.selected =
      entities === 'all' ? 'all' : new Set(entities.map((entity) => this.eligible(entity)));
  }

  private eligible(name: string): string {
    const entity = name.replace(/__ChangeEvent$/, '__c').replace(/ChangeEvent$/, '');
    const object = this.org.object(entity);
    if (object?.changeEvents === true) return object.name;
    const why = object === undefined ? 'There is no such object' : 'It has no change events';
    throw new SalesforceError(400, 'INVALID_INPUT', `Can't select ${name}: ${why}.`);
  }
}
