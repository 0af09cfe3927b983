import type { Random } from '../org/random.ts';

/** Some ids, any of which can be taken; beyond `limit` a new one takes the place of another. */
export class Pool {
  readonly #ids: string[] = [];
  readonly #limit: number;
  readonly #random: Random;

  constructor(limit: number, random: Random) {
    this.#limit = limit;
    this.#random = random;
  }

  add(id: string): void {
    if (this.#ids.length < this.#limit) this.#ids.push(id);
    else this.#ids[this.#random(this.#limit)] = id;
  }

  any(): string | undefined {
    return this.#ids.length === 0 ? undefined : this.#ids[this.#random(this.#ids.length)];
  }

  /** One that isn't there any more afterwards. */
  take(): string | undefined {
    if (this.#ids.length === 0) return undefined;
    const at = this.#random(this.#ids.length);
    const last = this.#ids.pop();
    const taken = this.#ids[at];
    if (taken === undefined || last === undefined) return last;
    this.#ids[at] = last;
    return taken;
  }
}
