import type { Org } from '../org/types.ts';

/** When objects were last redefined, for `Last-Modified` of their describes. */
export class SchemaTimes {
  readonly #org: Org;
  readonly #start: number;
  readonly #changed = new Map<string, number>();
  #latest: number;

  constructor(org: Org) {
    this.#org = org;
    this.#start = org.clock.now();
    this.#latest = this.#start;
    org.onSchemaChange((entity) => {
      this.#latest = this.#org.clock.now();
      this.#changed.set(entity, this.#latest);
    });
  }

  /** Epoch ms. */
  of(entity: string): number {
    return this.#changed.get(entity) ?? this.#start;
  }

  /** Of whichever object changed last. */
  get latest(): number {
    return this.#latest;
  }
}
