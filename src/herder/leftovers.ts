import type { Clock } from '../foundation/clock.ts';
import { AppError } from '../foundation/errors.ts';
import type { TaskRunner } from '../runtime/task-runner.ts';

/**
 * Tasks that were told to stop and didn't, by connector name: they outlive the connector's configuration,
 * and the connector itself. While one may still write, no task of that name is started (Invariant 5).
 */
export class Leftovers {
  readonly #byName = new Map<string, Set<TaskRunner>>();

  /** Forgotten by itself when it has ended. */
  add(name: string, runner: TaskRunner): void {
    const runners = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, runners.add(runner));
    void runner.ended.then(() => {
      runners.delete(runner);
      if (runners.size === 0 && this.#byName.get(name) === runners) this.#byName.delete(name);
    });
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /**
   * Resolves when none of the name is left; rejects when `signal` aborts, and as `fatal` after `boundMs`
   * (Infinity: as long as a timer can wait).
   */
  async gone(name: string, clock: Clock, boundMs: number, signal: AbortSignal): Promise<void> {
    const done = new AbortController();
    const ending = AbortSignal.any([signal, done.signal]);
    const late = clock.sleep(Math.min(boundMs, LONGEST_TIMER_MS), ending).then(() => {
      throw new AppError('fatal', 'task.left_behind', STILL_THERE);
    });
    late.catch(() => undefined);
    try {
      while (this.#byName.has(name)) {
        const ended = [...(this.#byName.get(name) ?? [])].map((runner) => runner.ended);
        await Promise.race([Promise.all(ended), late]);
      }
    } finally {
      done.abort();
    }
  }
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Why a task isn't running yet, or never was. */
export const STILL_THERE =
  "A former run of this connector's tasks didn't stop and may still write; this one waits for its end. If it never ends, restart the worker.";
