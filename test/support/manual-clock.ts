import { abortReason, type Clock } from '../../src/foundation/clock.ts';

interface Waiting {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that only moves when a test moves it. */
export class ManualClock implements Clock {
  #now: number;
  #jumped = 0;
  #waiting: Waiting[] = [];

  constructor(startMs = 1_700_000_000_000) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now + this.#jumped;
  }

  /** The wall clock is set; no time passes. */
  jump(ms: number): void {
    this.#jumped += ms;
  }

  monotonic(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(abortReason(signal));
        return;
      }
      const onAbort = (): void => {
        timer[Symbol.dispose]();
        if (signal !== undefined) reject(abortReason(signal));
      };
      const timer = this.timer(ms, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  timer(ms: number, run: () => void): Disposable {
    const waiting = { at: this.#now + ms, run };
    this.#waiting.push(waiting);
    return {
      [Symbol.dispose]: () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
      },
    };
  }

  /** Sleeps and timers not yet over. */
  get pending(): number {
    return this.#waiting.length;
  }

  /** Moves on by `ms`: what is due runs in its order, and what it starts gets its turn. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await turn();
    for (;;) {
      const due = this.#waiting
        .filter(({ at }) => at <= end)
        .reduce<Waiting | undefined>(
          (first, one) => (first === undefined || one.at < first.at ? one : first),
          undefined,
        );
      if (due === undefined) break;
      this.#waiting = this.#waiting.filter((other) => other !== due);
      this.#now = Math.max(this.#now, due.at);
      due.run();
      await turn();
    }
    this.#now = end;
  }
}

/** Lets everything that is ready run: promises, then one round of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Gives turns until `condition` holds; fails after a bounded number of them. */
export async function untilTurns(condition: () => boolean, most = 1_000): Promise<void> {
  for (let i = 0; !condition(); i++) {
    if (i === most) throw new Error(`not so after ${most} turns: ${condition.toString()}`);
    await turn();
  }
}
