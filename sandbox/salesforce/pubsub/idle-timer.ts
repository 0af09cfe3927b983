import type { Clock } from '../../../src/foundation/clock.ts';

/**
 * Calls `run` once nothing restarted it for a while. A restart only notes the time: the underlying timer is set anew
 * when it is due, or has to be due earlier, for streams restart this thousands of times a second.
 */
export class IdleTimer {
  readonly #clock: Clock;
  readonly #run: () => void;
  #deadline = 0;
  #dueAt = Number.POSITIVE_INFINITY;
  #timer: Disposable | undefined;

  constructor(clock: Clock, run: () => void) {
    this.#clock = clock;
    this.#run = run;
  }

  restart(ms: number): void {
    this.#deadline = this.#clock.monotonic() + ms;
    if (this.#deadline < this.#dueAt) this.#schedule(ms);
  }

  stop(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#dueAt = Number.NEGATIVE_INFINITY;
  }

  #schedule(ms: number): void {
    this.#timer?.[Symbol.dispose]();
    this.#dueAt = this.#deadline;
    this.#timer = this.#clock.timer(ms, () => this.#onTimer());
  }

  #onTimer(): void {
    const left = this.#deadline - this.#clock.monotonic();
    if (left > 0) {
      this.#schedule(left);
      return;
    }
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#run();
  }
}
