/** Connectors whose configuration refers to values that are good for a while only (`config.action.reload`). */
import type { Properties } from '../config/definition.ts';
import type { ConfigProviders } from '../config/providers.ts';
import { resolveReferences } from '../config/references.ts';
import { canonicalJson } from '../data/exact-json.ts';
import type { Clock } from '../foundation/clock.ts';
import { errorFields, explain } from '../foundation/errors.ts';
import type { Log } from '../foundation/log.ts';

export interface ReloadsOptions {
  readonly providers: ConfigProviders;
  readonly clock: Clock;
  readonly log: Log;
  /** The values that a connector's configuration refers to are others than it was started with: it is to be restarted. */
  readonly onChanged: (connector: string) => void;
}

/** No value is looked up more often, whatever its provider says of its life. */
const SHORTEST_MS = 100;
/** A provider that is away is asked again by then. */
const LONGEST_RETRY_MS = 60_000;

interface Watched {
  readonly written: Properties;
  readonly resolved: string;
  timer: Disposable;
}

interface LookedUp {
  readonly resolved: Properties;
  /** Of the value that is over first; undefined: none ever is. */
  readonly ttlMs: number | undefined;
}

/** One timer for each connector: when the first of its values is over, all are looked up again. */
export class Reloads implements Disposable {
  readonly #options: ReloadsOptions;
  readonly #watched = new Map<string, Watched>();

  constructor(options: ReloadsOptions) {
    this.#options = options;
  }

  /** `written` with its references resolved; from now on their values are watched, and no earlier ones of `connector`. */
  async resolve(connector: string, written: Properties): Promise<Properties> {
    const { resolved, ttlMs } = await this.#lookUp(written);
    const earlier = this.#watched.get(connector);
    this.forget(connector);
    if (ttlMs === undefined || resolved['config.action.reload']?.trim() === 'none') return resolved;
    const text = canonicalJson(resolved);
    this.#watch(connector, written, text, ttlMs);
    // What was started a while ago, with other values, is to have these too.
    const isSame =
      earlier !== undefined && canonicalJson(earlier.written) === canonicalJson(written);
    if (isSame && earlier.resolved !== text) this.#options.onChanged(connector);
    return resolved;
  }

  forget(connector: string): void {
    this.#watched.get(connector)?.timer[Symbol.dispose]();
    this.#watched.delete(connector);
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#watched.values()) timer[Symbol.dispose]();
    this.#watched.clear();
  }

  async #lookUp(written: Properties): Promise<LookedUp> {
    let ttlMs: number | undefined;
    const resolved = await resolveReferences(written, this.#options.providers, (life) => {
      ttlMs = Math.max(SHORTEST_MS, Math.min(life, ttlMs ?? life));
    });
    return { resolved, ttlMs };
  }

  #watch(connector: string, written: Properties, resolved: string, ttlMs: number): void {
    const { clock } = this.#options;
    const watched: Watched = {
      written,
      resolved,
      timer: clock.timer(ttlMs, () => void this.#check(connector, watched, ttlMs)),
    };
    this.#watched.set(connector, watched);
  }

  async #check(connector: string, watched: Watched, ttlMs: number): Promise<void> {
    const { log, onChanged } = this.#options;
    let found: LookedUp;
    try {
      found = await this.#lookUp(watched.written);
    } catch (error) {
      // It runs on with what it has: that may be good still.
      log.warn(`${connector}: its configuration can't be looked up again: ${explain(error)}`, {
        connector,
        ...errorFields(error),
      });
      this.#again(connector, watched, Math.min(ttlMs, LONGEST_RETRY_MS));
      return;
    }
    if (canonicalJson(found.resolved) === watched.resolved) {
      this.#again(connector, watched, found.ttlMs ?? ttlMs);
      return;
    }
    if (this.#watched.get(connector) !== watched) return;
    this.forget(connector);
    log.info('A value that the configuration refers to has changed: the connector is restarted.', {
      connector,
    });
    onChanged(connector);
  }

  /** Unless it was forgotten or resolved anew meanwhile. */
  #again(connector: string, watched: Watched, ttlMs: number): void {
    if (this.#watched.get(connector) !== watched) return;
    this.#watch(connector, watched.written, watched.resolved, ttlMs);
  }
}
