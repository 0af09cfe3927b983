import { ObservedMap } from '../observed-map.ts';
import { SalesforceError } from './types.ts';
import type { Org } from './types.ts';

/** Which entities have change events: what an administrator selects on the Change Data Capture page. */
export class ChangeEventSelection {
  private readonly org: Org;
  /** `selected`: names of objects, or `all`. */
  readonly stored = new ObservedMap<string, readonly string[] | 'all'>();
  private known: { names: readonly string[]; set: ReadonlySet<string> } | undefined;

  /** `entities` undefined: every eligible object, those added later too. */
  constructor(org: Org, entities?: readonly string[]) {
    this.org = org;
    this.select(entities ?? 'all');
  }

  has(entity: string): boolean {
    const selected = this.stored.get('selected') ?? 'all';
    if (selected !== 'all') return this.setOf(selected).has(entity);
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
    const selected = entities === 'all' ? 'all' : entities.map((entity) => this.eligible(entity));
    this.stored.set('selected', selected);
  }

  private setOf(names: readonly string[]): ReadonlySet<string> {
    if (this.known?.names !== names) this.known = { names, set: new Set(names) };
    return this.known.set;
  }

  private eligible(name: string): string {
    const entity = name.replace(/__ChangeEvent$/, '__c').replace(/ChangeEvent$/, '');
    const object = this.org.object(entity);
    if (object?.changeEvents === true) return object.name;
    const why = object === undefined ? 'There is no such object' : 'It has no change events';
    throw new SalesforceError(400, 'INVALID_INPUT', `Can't select ${name}: ${why}.`);
  }
}
