import type { Clock } from '../foundation/clock.ts';
import { AppError, errorFields, explain, stackOf } from '../foundation/errors.ts';
import type { Log } from '../foundation/log.ts';
import { runAs, type Owner } from '../foundation/owner.ts';
import { PhaseTimes } from './phase-times.ts';
import { nextState, UNASSIGNED, type TaskEvent, type TaskState } from './task-state.ts';

export interface TaskRunnerOptions {
  readonly connector: string;
  readonly task: number;
  readonly clock: Clock;
  readonly log: Log;
  /** `task.shutdown.graceful.timeout.ms`. */
  readonly gracefulMs: number;
  /** Told each change of its state, after it. */
  readonly onState?: ((state: TaskState) => void) | undefined;
  /** Asked when it has failed; undefined: it stays FAILED until somebody restarts it. */
  readonly onFailed?:
    | ((error: unknown, runningMs: number) => PlannedRestart | undefined)
    | undefined;
  /** Told once whether the task came to be RUNNING, or FAILED before it was. */
  readonly onStarted?: ((succeeded: boolean) => void) | undefined;
}

/** A failed task that will be started again, unless this is disposed before. */
export interface PlannedRestart extends Disposable {
  /** For people: `Restart 2 of 10 in 8 s.` */
  readonly says: string;
}

/** RUNNING for this long ends an outage: a task that opens and breaks at once is still in it. */
const STEADY_MS = 60_000;
/** A task that was cut off has this long to give back what it holds. */
const LET_GO_MS = 1_000;

/** Runs one task's loop, holds its state, and ends it: first asked, then cut off, then left behind. */
export class TaskRunner implements Owner {
  readonly #options: TaskRunnerOptions;
  readonly #run: (runner: TaskRunner) => Promise<void>;
  /** How long it was RUNNING, PAUSED and so on. */
  readonly times: PhaseTimes;
  /** Aborted when the task shall end: finish what is in flight. */
  readonly stopping = new AbortController();
  /** Aborted when the time to finish is over. */
  readonly cutOff = new AbortController();
  #state: TaskState = UNASSIGNED;
  #runningSince: number | undefined;
  #steadyUntil = -Infinity;
  #ended: Promise<void> = Promise.resolve();
  #leftBehind = false;
  #isStarted = false;
  #hasEnded = false;
  #closing: Disposable | undefined;
  #fault: AppError | undefined;
  #restart: { readonly planned: PlannedRestart; readonly trace: string } | undefined;

  constructor(options: TaskRunnerOptions, run: (runner: TaskRunner) => Promise<void>) {
    this.#options = options;
    this.#run = run;
    this.times = new PhaseTimes(options.clock);
  }

  /** Its number within the connector. */
  get task(): number {
    return this.#options.task;
  }

  /** For people. */
  get name(): string {
    const { connector, task } = this.#options;
    return `Task ${task} of ${connector}`;
  }

  get state(): TaskState {
    return this.#state;
  }

  /** When the task was last RUNNING for `STEADY_MS` at least, on the monotonic clock. */
  get steadyUntil(): number {
    return this.#steadyUntil;
  }

  /** Resolves when the loop has ended and everything it held is given back; at once before `start`. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** A task that was left behind, or broke where nobody could catch it, has no say any more. */
  apply(event: TaskEvent): void {
    if (this.#leftBehind) return;
    if (this.#fault !== undefined && (event.type === 'opening' || event.type === 'opened')) return;
    if (event.type === 'opening') this.#closed();
    const earlier = this.#state;
    this.#state = nextState(earlier, event);
    this.times.enter(this.#state.phase);
    this.#tell(earlier);
    if (this.#state !== earlier) this.#options.onState?.(this.#state);
    this.#noteStart();
    const now = this.#options.clock.monotonic();
    if (this.#state.phase === 'RUNNING') {
      this.#runningSince ??= now;
    } else if (this.#runningSince !== undefined) {
      if (now - this.#runningSince >= STEADY_MS) this.#steadyUntil = now;
      this.#runningSince = undefined;
    }
  }

  start(): void {
    this.#log('info', 'Task is starting.');
    this.apply({ type: 'opening' });
    this.#ended = runAs(this, () => this.#run(this))
      .catch((error: unknown) => {
        if (!this.stopping.signal.aborted) this.#fail(error);
      })
      .finally(() => {
        this.#hasEnded = true;
      });
  }

  /**
   * Its own code threw where nobody could catch it: whatever was to go on there doesn't, so it is FAILED (Invariant 10) and ends
   * as if it were asked to. What was acked before is committed; nothing else than this task is touched.
   */
  uncaught(error: unknown): boolean {
    if (this.#hasEnded || this.#fault !== undefined || this.stopping.signal.aborted) return false;
    const message = `The task's code threw where nobody could catch it: ${explain(error)}`;
    const kind = error instanceof AppError ? error.kind : 'fatal';
    this.#fault = new AppError(kind, 'task.uncaught', message, { cause: error });
    this.#fault.stack = stackOf(error);
    this.#fail(this.#fault);
    const { clock, gracefulMs } = this.#options;
    this.stopping.abort(this.#fault);
    const deadline = clock.timer(gracefulMs, () => this.cutOff.abort(this.#fault));
    void this.#ended.then(() => deadline[Symbol.dispose]());
    return true;
  }

  /**
   * Its session broke and closes, which its code may take long for: shown at once (Invariant 10), and as FAILED when it takes longer
   * than stopping may (Invariant 8). It is waited for even then: what isn't closed may still write (Invariant 5).
   */
  broken(error: unknown): void {
    if (this.stopping.signal.aborted || this.#closing !== undefined) return;
    this.apply({ type: 'trouble', reason: explain(error) });
    const { clock, gracefulMs } = this.#options;
    this.#closing = clock.timer(gracefulMs, () => {
      const trace = `${explain(error)} And the task doesn't close: it didn't within ${gracefulMs} ms (task.shutdown.graceful.timeout.ms). Restart it; if it never closes, the worker.`;
      this.apply({ type: 'failed', trace });
      this.#log('error', `Task failed: ${trace}`, errorFields(error));
    });
  }

  #closed(): void {
    this.#closing?.[Symbol.dispose]();
    this.#closing = undefined;
  }

  #fail(error: unknown): void {
    this.#closed();
    const stack = stackOf(error) === '' ? '' : `\n${stackOf(error)}`;
    const planned = this.#options.onFailed?.(error, this.times.totalMs('RUNNING'));
    const trace = explain(error) + stack;
    if (planned !== undefined) this.#restart = { planned, trace };
    const says = planned === undefined ? '' : ` ${planned.says}`;
    this.apply({ type: 'failed', trace: explain(error) + says + stack });
    this.#log('error', `Task failed: ${explain(error)}`, errorFields(error));
  }

  /**
   * Ends the loop. True: everything it held is given back. False: it heeded neither being asked nor
   * being cut off within `gracefulMs` and `LET_GO_MS` (Invariant 8); it is shown as FAILED and may still
   * write, so none like it may be started before `ended`.
   */
  async stop(as: 'stopped' | 'paused' = 'stopped'): Promise<boolean> {
    if (this.#leftBehind) return false;
    this.#stayFailed();
    this.#closed();
    const { clock, gracefulMs } = this.#options;
    this.stopping.abort(new Error('stopping'));
    using _deadline = clock.timer(gracefulMs, () =>
      this.cutOff.abort(new Error('the time to stop is over')),
    );
    const bound = Promise.withResolvers<'late'>();
    using _bound = clock.timer(gracefulMs + LET_GO_MS, () => bound.resolve('late'));
    if ((await Promise.race([this.#ended, bound.promise])) === 'late') {
      this.#leaveBehind();
      return false;
    }
    this.apply({ type: as });
    if (this.#state.phase !== 'FAILED') this.#log('info', `Task is ${as}.`);
    return true;
  }

  /** Whoever stops it decides when it starts again. */
  #stayFailed(): void {
    if (this.#restart === undefined) return;
    const { planned, trace } = this.#restart;
    this.#restart = undefined;
    planned[Symbol.dispose]();
    this.apply({ type: 'failed', trace });
  }

  #leaveBehind(): void {
    const { gracefulMs } = this.#options;
    const trace = `The task didn't stop within ${gracefulMs} ms (task.shutdown.graceful.timeout.ms) and may still write. It is not started again before it has ended; if it never does, restart the worker.`;
    this.apply({ type: 'failed', trace });
    this.#leftBehind = true;
    this.#log('error', trace);
    void this.#ended.then(() => this.#log('warn', 'Task that was left behind has ended.'));
  }

  #noteStart(): void {
    const { phase } = this.#state;
    if (this.#isStarted || (phase !== 'RUNNING' && phase !== 'FAILED')) return;
    this.#isStarted = true;
    this.#options.onStarted?.(phase === 'RUNNING');
  }

  /** Once per outage, not once per try. */
  #tell({ phase }: TaskState): void {
    const { phase: now, trace } = this.#state;
    if (phase === 'RUNNING' && now === 'RESTARTING' && trace !== undefined) {
      this.#log('warn', `Task isn't moving: ${trace}`);
    }
    if (phase !== 'RUNNING' && now === 'RUNNING') this.#log('info', 'Task is running.');
  }

  #log(level: 'info' | 'warn' | 'error', message: string, fields: object = {}): void {
    const { connector, task, log } = this.#options;
    log[level](message, { connector, task, ...fields });
  }
}
