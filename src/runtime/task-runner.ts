import type { Clock } from '../foundation/clock.ts';
import { explain } from '../foundation/errors.ts';
import type { Log } from '../foundation/log.ts';
import { nextState, UNASSIGNED, type TaskEvent, type TaskState } from './task-state.ts';

export interface TaskRunnerOptions {
  readonly connector: string;
  readonly task: number;
  readonly clock: Clock;
  readonly log: Log;
  /** `task.shutdown.graceful.timeout.ms`. */
  readonly gracefulMs: number;
}

/** RUNNING for this long ends an outage: a task that opens and breaks at once is still in it. */
const STEADY_MS = 60_000;

/** Runs one task's loop, holds its state, and ends it: first asked, then cut off. */
export class TaskRunner {
  readonly #options: TaskRunnerOptions;
  readonly #run: (runner: TaskRunner) => Promise<void>;
  /** Aborted when the task shall end: finish what is in flight. */
  readonly stopping = new AbortController();
  /** Aborted when the time to finish is over. */
  readonly cutOff = new AbortController();
  #state: TaskState = UNASSIGNED;
  #runningSince: number | undefined;
  #steadyUntil = -Infinity;
  #done: Promise<void> = Promise.resolve();

  constructor(options: TaskRunnerOptions, run: (runner: TaskRunner) => Promise<void>) {
    this.#options = options;
    this.#run = run;
  }

  get state(): TaskState {
    return this.#state;
  }

  /** When the task was last RUNNING for `STEADY_MS` at least, on the monotonic clock. */
  get steadyUntil(): number {
    return this.#steadyUntil;
  }

  apply(event: TaskEvent): void {
    this.#state = nextState(this.#state, event);
    const now = this.#options.clock.monotonic();
    if (this.#state.phase === 'RUNNING') {
      this.#runningSince ??= now;
    } else if (this.#runningSince !== undefined) {
      if (now - this.#runningSince >= STEADY_MS) this.#steadyUntil = now;
      this.#runningSince = undefined;
    }
  }

  start(): void {
    this.apply({ type: 'opening' });
    this.#done = this.#run(this).catch((error: unknown) => {
      if (this.stopping.signal.aborted) return;
      const stack = error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : '';
      this.apply({ type: 'failed', trace: explain(error) + stack });
      this.#options.log.error(`Task failed: ${explain(error)}`, {
        connector: this.#options.connector,
        task: this.#options.task,
      });
    });
  }

  /** Ends the loop; resolves when everything it held is given back. */
  async stop(as: 'stopped' | 'paused' = 'stopped'): Promise<void> {
    this.stopping.abort(new Error('stopping'));
    using _deadline = this.#options.clock.timer(this.#options.gracefulMs, () =>
      this.cutOff.abort(new Error('the time to stop is over')),
    );
    await this.#done;
    this.apply({ type: as });
  }
}
