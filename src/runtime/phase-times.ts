import type { Clock } from '../foundation/clock.ts';
import type { TaskPhase } from './task-state.ts';

/** How long a task has been in each phase since it was made. */
export class PhaseTimes {
  readonly #clock: Clock;
  readonly #begun: number;
  readonly #ended = new Map<TaskPhase, number>();
  #phase: TaskPhase = 'UNASSIGNED';
  #since: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#begun = clock.monotonic();
    this.#since = this.#begun;
  }

  enter(phase: TaskPhase): void {
    if (phase === this.#phase) return;
    const now = this.#clock.monotonic();
    this.#ended.set(this.#phase, this.#total(now, this.#phase));
    this.#phase = phase;
    this.#since = now;
  }

  /** The share of its life, 0 to 1. */
  ratio(phase: TaskPhase): number {
    const now = this.#clock.monotonic();
    const life = now - this.#begun;
    return life === 0 ? Number(phase === this.#phase) : this.#total(now, phase) / life;
  }

  /** How long it was in it altogether, ms. */
  totalMs(phase: TaskPhase): number {
    return this.#total(this.#clock.monotonic(), phase);
  }

  #total(now: number, phase: TaskPhase): number {
    return (this.#ended.get(phase) ?? 0) + (phase === this.#phase ? now - this.#since : 0);
  }
}
