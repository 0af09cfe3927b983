import { makeId, normalizeId } from '../org/ids.ts';
import { SalesforceError } from '../org/types.ts';
import type { SandboxClock, User } from '../org/types.ts';
import type { Dialect } from './dialect.ts';
import { jobNotFound } from './errors.ts';
import type { BulkSettings } from './settings.ts';

export type JobState =
  | 'Open'
  | 'UploadComplete'
  | 'InProgress'
  | 'JobComplete'
  | 'Failed'
  | 'Aborted';

/** What moves through states: a job, or a classic job's batch. */
export interface Runnable {
  state: JobState;
  modifiedAt: number;
  startedAt?: number;
  finishedAt?: number;
  /** Why it failed as a whole. */
  errorMessage?: string;
  /** The fault by which it is to fail as a whole. */
  failing?: { readonly afterRows: number; readonly message: string };
  /** Rows that are done, the failed ones among them. */
  processed: number;
  failed: number;
  /** Resolves when nothing works on it any more. */
  settled: Promise<void>;
}

interface CommonJob extends Runnable {
  readonly id: string;
  readonly object: string;
  /** Who made it. */
  readonly userId: string;
  /** `60.0`. */
  readonly version: string;
  /** Of `Sforce-Call-Options: client=…`. */
  readonly client: string | undefined;
  readonly dialect: Dialect;
  /** Sandbox time, like all instants here. */
  readonly createdAt: number;
  /** What its data takes in memory. */
  bytes: number;
}

export interface IngestJob extends CommonJob {
  readonly jobType: 'V2Ingest';
  readonly operation: 'insert' | 'update' | 'upsert' | 'delete' | 'hardDelete';
  readonly externalIdFieldName: string | undefined;
  readonly assignmentRuleId: string | undefined;
  /** Undefined until data is uploaded; taken piece by piece as the job runs. */
  upload: Buffer[] | undefined;
  /** The first line of the data. */
  header: readonly string[];
  /** CSV without its header. */
  readonly results: Record<'successful' | 'failed' | 'unprocessed', Buffer[]>;
}

export interface QueryJob extends CommonJob {
  readonly jobType: 'V2Query';
  readonly operation: 'query' | 'queryAll';
  readonly query: string;
  readonly header: readonly string[];
  /** A line of CSV for each record. */
  lines: string[];
}

export type Job = IngestJob | QueryJob;
export type NewJob<J extends Job> = Omit<J, keyof CommonJob> &
  Pick<CommonJob, 'object' | 'version' | 'client' | 'dialect' | 'state'>;

const KEY_PREFIX = '750';

export function isFinished({ state }: Pick<Runnable, 'state'>): boolean {
  return state === 'JobComplete' || state === 'Failed' || state === 'Aborted';
}

/** The org's jobs, oldest first; old ones are forgotten. */
export class Jobs {
  readonly #jobs = new Map<string, Job>();
  readonly #clock: SandboxClock;
  readonly #settings: BulkSettings;
  #count = 0;

  constructor(clock: SandboxClock, settings: BulkSettings) {
    this.#clock = clock;
    this.#settings = settings;
  }

  add<J extends Job>(user: User, job: NewJob<J>): J {
    this.forget();
    const now = this.#clock.now();
    const added = {
      ...job,
      id: this.nextId(),
      userId: user.id,
      createdAt: now,
      modifiedAt: now,
      processed: 0,
      failed: 0,
      bytes: 0,
      settled: Promise.resolve(),
    } as unknown as J;
    this.#jobs.set(added.id, added);
    return added;
  }

  /** Classic jobs have their ids from here as well. */
  nextId(): string {
    return makeId(KEY_PREFIX, ++this.#count);
  }

  /** NOT_FOUND where there is none of that kind; others' jobs need Modify All Data. */
  find<T extends Job['jobType']>(user: User, jobType: T, id: string): Extract<Job, { jobType: T }> {
    this.forget();
    const job = this.#jobs.get(normalizeId(id) ?? '');
    if (job?.jobType !== jobType) throw jobNotFound();
    if (job.userId !== user.id && !user.modifyAllData) {
      const message = "insufficient access rights on another user's job";
      throw new SalesforceError(403, 'INSUFFICIENT_ACCESS_OR_READONLY', message);
    }
    return job as Extract<Job, { jobType: T }>;
  }

  all(): readonly Job[] {
    this.forget();
    return [...this.#jobs.values()];
  }

  remove({ id }: Job): void {
    this.#jobs.delete(id);
  }

  moveTo(job: Runnable, state: JobState): void {
    job.state = state;
    job.modifiedAt = this.#clock.now();
    if (isFinished(job)) job.finishedAt = job.modifiedAt;
  }

  /** Bytes that uploads may take at most, for what is held already. */
  room(): number {
    this.forget();
    return Math.max(0, this.#settings.maxKeptBytes - this.held());
  }

  private held(): number {
    let bytes = 0;
    for (const job of this.#jobs.values()) bytes += job.bytes;
    return bytes;
  }

  private forget(): void {
    const { retentionMs, maxJobs, maxKeptBytes } = this.#settings;
    const oldest = this.#clock.now() - retentionMs;
    let bytes = this.held();
    for (const job of this.#jobs.values()) {
      const tooMuch = this.#jobs.size >= maxJobs || bytes > maxKeptBytes;
      const gone = job.createdAt < oldest || (tooMuch && isFinished(job));
      if (gone) {
        bytes -= job.bytes;
        this.#jobs.delete(job.id);
      }
    }
  }
}
