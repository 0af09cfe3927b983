import { byLeader, type Cluster } from './cluster.ts';
import { fetchFrom, type Fetched, type FetchOptions, type Wanted } from './fetch.ts';

interface Answer {
  readonly leader: number;
  readonly fetched: readonly Fetched[];
  readonly failure: { readonly error: unknown } | undefined;
}

/** Keeps one fetch open at each leader: a quiet one holds up nobody who waits for another. */
export class Fetcher {
  readonly #cluster: Cluster;
  readonly #options: FetchOptions;
  readonly #open = new Map<number, Promise<Answer>>();

  constructor(cluster: Cluster, options: FetchOptions) {
    this.#cluster = cluster;
    this.#options = options;
  }

  /**
   * What the next leader to answer has. It may have been asked before `wanted` changed: what it says goes for the offset
   * that it was asked for (`from`).
   */
  async next(wanted: readonly Wanted[]): Promise<readonly Fetched[]> {
    for (const [leader, some] of await byLeader(this.#cluster, wanted)) {
      if (!this.#open.has(leader)) this.#open.set(leader, this.#ask(leader, some));
    }
    const { leader, fetched, failure } = await Promise.race(this.#open.values());
    this.#open.delete(leader);
    if (failure !== undefined) throw failure.error;
    return fetched;
  }

  /** Never rejects, for it may be nobody who waits. */
  async #ask(leader: number, wanted: readonly Wanted[]): Promise<Answer> {
    try {
      const fetched = await fetchFrom(this.#cluster, leader, wanted, this.#options);
      return { leader, fetched, failure: undefined };
    } catch (error) {
      return { leader, fetched: [], failure: { error } };
    }
  }
}
