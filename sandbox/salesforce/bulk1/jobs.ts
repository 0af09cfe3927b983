/** Classic jobs and their batches. */
import { makeId, normalizeId } from '../org/ids.ts';
import { SalesforceError } from '../org/types.ts';
import type { SandboxClock, User } from '../org/types.ts';
import type { IngestTarget } from '../bulk/target.ts';
import type { IngestJob, Jobs, QueryJob, Runnable } from '../bulk/jobs.ts';
import { isFinished } from '../bulk/jobs.ts';
import type { BulkSettings } from '../bulk/settings.ts';
import { invalidBatch, invalidJob } from './errors.ts';

export const CONTENT_TYPES = ['CSV', 'XML', 'JSON'] as const;
export type ContentType = (typeof CONTENT_TYPES)[number];
export type Operation = IngestJob['operation'] | QueryJob['operation'];

export interface Batch extends Runnable {
  readonly id: string;
  readonly jobId: string;
  readonly createdAt: number;
  /** What was sent, unpacked. */
  readonly request: Buffer;
  /** Of a query. */
  readonly resultId: string;
  /** For each row or record what the result says of it, in the job's format. */
  readonly lines: string[];
  /** Of a query's CSV. */
  header: readonly string[];
  /** Name of the object that is read. */
  entity: string;
  /** What request and results take in memory. */
  bytes: number;
}

export interface ClassicJob {
  readonly id: string;
  readonly userId: string;
  /** `60.0`. */
  readonly version: string;
  readonly client: string | undefined;
  readonly createdAt: number;
  modifiedAt: number;
  state: 'Open' | 'Closed' | 'Aborted';
  readonly operation: Operation;
  /** Undefined where the job queries. */
  readonly target: IngestTarget | undefined;
  readonly object: string;
  readonly contentType: ContentType;
  readonly concurrencyMode: 'Parallel' | 'Serial';
  readonly assignmentRuleId: string | undefined;
  readonly batches: Batch[];
  /** Resolves when the next batch of a serial job may start. */
  turn: Promise<void>;
}

export type NewJob = Omit<
  ClassicJob,
  'id' | 'userId' | 'createdAt' | 'modifiedAt' | 'state' | 'batches' | 'turn'
>;

const BATCH_PREFIX = '751';
const RESULT_PREFIX = '752';

/** The org's classic jobs, oldest first; old ones are forgotten as those of the Bulk API 2.0 are. */
export class ClassicJobs {
  readonly #jobs = new Map<string, ClassicJob>();
  readonly #clock: SandboxClock;
  readonly #settings: BulkSettings;
  readonly #ids: Pick<Jobs, 'nextId'>;
  #batches = 0;

  constructor(clock: SandboxClock, settings: BulkSettings, ids: Pick<Jobs, 'nextId'>) {
    this.#clock = clock;
    this.#settings = settings;
    this.#ids = ids;
  }

  add(user: User, job: NewJob): ClassicJob {
    this.forget();
    const now = this.#clock.now();
    const added: ClassicJob = {
      ...job,
      id: this.#ids.nextId(),
      userId: user.id,
      createdAt: now,
      modifiedAt: now,
      state: 'Open',
      batches: [],
      turn: Promise.resolve(),
    };
    this.#jobs.set(added.id, added);
    return added;
  }

  /** InvalidJob where there is none; others' jobs need Modify All Data. */
  find(user: User, id: string): ClassicJob {
    this.forget();
    const job = this.#jobs.get(normalizeId(id) ?? '');
    if (job === undefined) throw invalidJob(`Unable to find job with id: ${id}`);
    if (job.userId !== user.id && !user.modifyAllData) {
      throw new SalesforceError(400, 'InvalidUser', 'The job was created by another user');
    }
    return job;
  }

  addBatch(job: ClassicJob, request: Buffer): Batch {
    const now = this.#clock.now();
    const number = ++this.#batches;
    const batch: Batch = {
      id: makeId(BATCH_PREFIX, number),
      jobId: job.id,
      resultId: makeId(RESULT_PREFIX, number),
      createdAt: now,
      modifiedAt: now,
      state: 'UploadComplete',
      request,
      lines: [],
      header: [],
      entity: job.object,
      processed: 0,
      failed: 0,
      bytes: request.length,
      settled: Promise.resolve(),
    };
    job.batches.push(batch);
    return batch;
  }

  batch({ batches }: ClassicJob, id: string): Batch {
    const batch = batches.find((each) => each.id === normalizeId(id));
    if (batch === undefined) throw invalidBatch(`Unable to find batch with id: ${id}`);
    return batch;
  }

  changeState(job: ClassicJob, state: ClassicJob['state']): void {
    job.state = state;
    job.modifiedAt = this.#clock.now();
  }

  /** Bytes that requests may take at most, for what is held already. */
  room(): number {
    this.forget();
    return Math.max(0, this.#settings.maxKeptBytes - this.held());
  }

  private held(): number {
    return [...this.#jobs.values()].reduce((sum, job) => sum + bytesOf(job), 0);
  }

  private forget(): void {
    const { retentionMs, maxJobs, maxKeptBytes } = this.#settings;
    const oldest = this.#clock.now() - retentionMs;
    let bytes = this.held();
    for (const job of this.#jobs.values()) {
      const tooMuch = this.#jobs.size >= maxJobs || bytes > maxKeptBytes;
      if (job.createdAt >= oldest && !(tooMuch && isDone(job))) continue;
      bytes -= bytesOf(job);
      this.#jobs.delete(job.id);
    }
  }
}

/** The job takes no more batches, and has none to run. */
function isDone({ state, batches }: ClassicJob): boolean {
  return state !== 'Open' && batches.every(isFinished);
}

function bytesOf({ batches }: ClassicJob): number {
  return batches.reduce((sum, { bytes }) => sum + bytes, 0);
}
