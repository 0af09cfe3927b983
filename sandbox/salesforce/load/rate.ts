import { systemClock } from '../../../src/foundation/clock.ts';
import type { Clock } from '../../../src/foundation/clock.ts';
import type { SandboxOrg } from '../org/org.ts';
import { createRandom } from '../org/random.ts';
import { Editor } from './editor.ts';
import { DEFAULT_MIX } from './mix.ts';
import type { EditMix } from './mix.ts';

/** Edits of one second at most: what a machine of two cores can do beside serving them. */
export const MAX_RATE = 20_000;
/** Between looks at the clock; what is due by then is done. */
const TICK_MS = 10;
/** Others have their turn after so long. */
const SLICE_MS = 20;
/** What a machine that can't keep up owes isn't made up for beyond this. */
const MAX_DEBT_MS = 1000;
/** Edits of the largest transaction; most have one. */
const MOST_IN_TRANSACTION = 20;
const SEED = 5;

export interface LoadStatus {
  readonly rate: number;
  readonly mix: EditMix;
  /** Edits so far. */
  readonly done: number;
  /** Of them, those that the org refused. */
  readonly failed: number;
  /** Edits that were due and weren't made, because the machine couldn't. */
  readonly left: number;
}

export interface EditLoadOptions {
  readonly org: SandboxOrg;
  readonly clock?: Clock | undefined;
  /** Awaited between slices: until what was done is durable. */
  readonly turn?: (() => Promise<void>) | undefined;
}

/**
 * Edits an org at a steady rate, counted from when it was set: however late a tick is, what is due is done then. One
 * edit is one record's; they come in transactions of 1 to 20.
 */
export class EditLoad {
  readonly #org: SandboxOrg;
  readonly #clock: Clock;
  readonly #turn: () => Promise<void>;
  readonly #random = createRandom(SEED);
  #editor: Editor | undefined;
  #rate = 0;
  #mix = DEFAULT_MIX;
  #done = 0;
  #failed = 0;
  #left = 0;
  #running: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;

  constructor({ org, clock = systemClock, turn = () => Promise.resolve() }: EditLoadOptions) {
    this.#org = org;
    this.#clock = clock;
    this.#turn = turn;
  }

  get status(): LoadStatus {
    return {
      rate: this.#rate,
      mix: this.#mix,
      done: this.#done,
      failed: this.#failed,
      left: this.#left,
    };
  }

  /** `rate` 0 stops. Resolves when no edit of the former rate can come any more. */
  async set(rate: number, mix: EditMix = this.#mix): Promise<LoadStatus> {
    await this.stop();
    this.#rate = rate;
    this.#mix = mix;
    if (rate > 0) {
      const stop = new AbortController();
      this.#running = { stop, ended: this.#run(stop.signal) };
    }
    return this.status;
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    this.#rate = 0;
    running?.stop.abort();
    await running?.ended;
  }

  /** What it knows of the org's records doesn't hold any more: after another org was put in its place. */
  forget(): void {
    this.#editor = undefined;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const perMs = this.#rate / 1000;
    let from = this.#clock.monotonic();
    let done = 0;
    while (!signal.aborted) {
      const due = Math.floor((this.#clock.monotonic() - from) * perMs);
      const made = this.#slice(due - done);
      done += made;
      const debt = due - done;
      if (debt > MAX_DEBT_MS * perMs) {
        this.#left += debt;
        from = this.#clock.monotonic();
        done = 0;
      }
      await this.#turn().catch(() => undefined);
      if (made > 0 && debt > 0) await new Promise((resolve) => setImmediate(resolve));
      else await this.#clock.sleep(TICK_MS, signal).catch(() => undefined);
    }
  }

  /** So many edits, or as many as a slice of time allows; gives their number. */
  #slice(edits: number): number {
    this.#editor ??= new Editor(this.#org, this.#random);
    const end = this.#clock.monotonic() + SLICE_MS;
    let made = 0;
    while (made < edits && this.#clock.monotonic() < end) {
      const size = Math.min(edits - made, this.#size());
      this.#failed += this.#editor.transaction(size, this.#mix);
      made += size;
    }
    this.#done += made;
    return made;
  }

  #size(): number {
    const draw = this.#random(10);
    if (draw < 6) return 1;
    return draw < 9 ? 2 + this.#random(4) : 6 + this.#random(MOST_IN_TRANSACTION - 5);
  }
}
