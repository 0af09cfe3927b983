import type { Clock } from '../../../src/foundation/clock.ts';
import type { PublishTrouble } from '../events/publish-trouble.ts';
import { spend } from './allocations.ts';
import type { FaultBoard } from './board.ts';

/** What goes wrong between a publisher, or a commit, and those who read events. */
export class EventFaults implements PublishTrouble, Disposable {
  readonly #board: FaultBoard;
  readonly #clock: Clock;
  readonly #timers = new Set<Disposable>();
  /** An event that lets the next one go first. */
  #held: (() => void) | undefined;
  /** Monotonic time at which all that is delayed can be read. */
  #due = 0;

  constructor(board: FaultBoard, clock: Clock) {
    this.#board = board;
    this.#clock = clock;
  }

  admits(): boolean {
    return spend(this.#board, 'events.publishAllocation', 1);
  }

  repeats(): boolean {
    return this.#board.take('events.duplicate') !== undefined;
  }

  holds(store: () => void): boolean {
    if (this.#held !== undefined) return false;
    const setting = this.#board.take('events.reorder');
    if (setting === undefined) return false;
    this.#held = store;
    this.#later(setting.holdMs, () => {
      if (this.#held === store) this.stored();
    });
    return true;
  }

  stored(): void {
    const held = this.#held;
    this.#held = undefined;
    held?.();
  }

  /** Lets events be read: now, or later, in the order of the calls. */
  readonly late = (show: () => void): void => {
    const now = this.#clock.monotonic();
    const setting = this.#board.peek('events.delay');
    if (setting === undefined && this.#due <= now) return show();
    const { ms = 0, jitterMs = 0 } = setting ?? {};
    const jitter = this.#board.random('events.delay', jitterMs + 1);
    this.#due = Math.max(this.#due, now + ms + jitter);
    return this.#later(this.#due - now, show);
  };

  [Symbol.dispose](): void {
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#timers.clear();
  }

  #later(ms: number, run: () => void): void {
    const timer = this.#clock.timer(ms, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
  }
}
