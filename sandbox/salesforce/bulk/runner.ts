import type { Clock } from '../../../src/foundation/clock.ts';
import type { FaultBoard } from '../faults/board.ts';
import { SalesforceError } from '../org/types.ts';
import type { SandboxClock } from '../org/types.ts';
import { isFinished } from './jobs.ts';
import type { Jobs, Runnable } from './jobs.ts';
import type { BulkSettings } from './settings.ts';

/** How often the sandbox's clock is looked at, for it may be advanced. */
const LOOK_MS = 20;

/** Moves closed jobs through their states. Every job runs by itself, a piece at a time. */
export class Runner {
  readonly #jobs: Jobs;
  readonly #sandboxClock: SandboxClock;
  readonly #clock: Clock;
  readonly #settings: BulkSettings;
  readonly #faults: FaultBoard;
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(
    jobs: Jobs,
    sandboxClock: SandboxClock,
    clock: Clock,
    settings: BulkSettings,
    faults: FaultBoard,
  ) {
    this.#jobs = jobs;
    this.#sandboxClock = sandboxClock;
    this.#clock = clock;
    this.#settings = settings;
    this.#faults = faults;
  }

  /** `work` gives up where the job is no longer InProgress; what it throws fails the job. */
  start(job: Runnable, work: () => Promise<void>): void {
    job.settled = this.run(job, work).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) throw error;
    });
    this.#running.add(job.settled);
    void job.settled.finally(() => this.#running.delete(job.settled));
  }

  /** Jobs stay as they are. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#running);
  }

  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  private async run(job: Runnable, work: () => Promise<void>): Promise<void> {
    const { queueMs, runMs } = isFinished(job) ? this.#settings : this.pace(job);
    await this.until(job, job.modifiedAt + queueMs);
    if (job.state === 'UploadComplete') {
      this.#jobs.moveTo(job, 'InProgress');
      job.startedAt = job.modifiedAt;
    }
    const failure = await work().then(() => undefined, messageOf);
    if (job.startedAt !== undefined) {
      await this.until(job, job.startedAt + runMs);
    }
    if (isFinished(job)) return;
    if (failure !== undefined) job.errorMessage = failure;
    this.#jobs.moveTo(job, failure === undefined ? 'JobComplete' : 'Failed');
  }

  /** As the faults have it for this job. */
  private pace(job: Runnable): Pick<BulkSettings, 'queueMs' | 'runMs'> {
    const failing = this.#faults.take('bulk.failJobs');
    if (failing !== undefined) job.failing = failing;
    return this.#faults.take('bulk.slowJobs') ?? this.#settings;
  }

  private async until(job: Runnable, instant: number): Promise<void> {
    for (;;) {
      const rest = instant - this.#sandboxClock.now();
      if (rest <= 0 || isFinished(job)) return;
      await this.#clock.sleep(Math.min(rest, LOOK_MS), this.#stop.signal);
    }
  }
}

/** The fault `bulk.failJobs`: before rows are done beyond its limit. */
export function failWhereAsked({
  failing,
  processed,
}: Pick<Runnable, 'failing' | 'processed'>): void {
  if (failing !== undefined && processed >= failing.afterRows) throw new Error(failing.message);
}

function messageOf(error: unknown): string {
  if (error instanceof SalesforceError) return error.message;
  return `InternalServerError : ${error instanceof Error ? error.message : String(error)}`;
}
