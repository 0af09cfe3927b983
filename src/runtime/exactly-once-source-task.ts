import type { Position } from '../data/record.ts';
import { toAppError, type AppError } from '../foundation/errors.ts';
import { turn } from '../foundation/turn.ts';
import type { OutRecord, TransactionalProducer } from '../kafka/port.ts';
import type { SourceTask } from '../sdk/index.ts';
import { closeTask } from './closing.ts';
import { encode } from './pipeline.ts';
import { reopening } from './reopen.ts';
import { withRetry, type RetryContext } from './retry.ts';
import { SegmentQueue } from './segment-queue.ts';
import {
  encodeAgain,
  pollTask,
  retryContext,
  SLICE_RECORDS,
  topicsOf,
  type Polled,
} from './source-steps.ts';
import type { SourceTaskDeps } from './source-task.ts';
import { SourceTransaction } from './source-transaction.ts';
import type { TaskRunner } from './task-runner.ts';
import {
  COMMIT,
  segmentsOf,
  type Boundary,
  type Prepared,
  type Segment,
} from './transaction-segments.ts';

export interface ExactlyOnceDeps extends Omit<
  SourceTaskDeps,
  'offsets' | 'flushIntervalMs' | 'openProducer' | 'openTask'
> {
  readonly boundary: Boundary;
  readonly offsetsTopic: string;
  readonly offsetRecord: (position: Position) => OutRecord;
  /** Keeps a copy of committed offsets elsewhere; never fails. */
  readonly mirror?: ((positions: readonly Position[]) => Promise<void>) | undefined;
  /** Resolves when tasks of an earlier configuration can't write any more, and this one is still to run. */
  readonly fence: (signal: AbortSignal) => Promise<void>;
  /** Throws `fatal` where the task is another worker's by now, or of an earlier configuration. */
  readonly verify: (signal: AbortSignal) => Promise<void>;
  /** Of this task's transactional id; not in hold of it yet. */
  readonly openProducer: () => TransactionalProducer;
  /** `anchor` stores a position at once, by a transaction of its own. */
  openTask(anchor: (position: Position) => Promise<void>, signal: AbortSignal): Promise<SourceTask>;
}

/**
 * poll → transforms → converters → queue → transaction with the offsets (KIP-618). While a transaction is written and
 * committed, the next polls are converted. A broken transaction is aborted and the task opened again from its last
 * committed position; a fenced one has failed.
 */
export async function runExactlyOnceSourceTask(
  runner: TaskRunner,
  deps: ExactlyOnceDeps,
): Promise<void> {
  await reopening('poll', runner, deps, () => new ExactlyOnceSession(runner, deps).run());
}

class ExactlyOnceSession {
  readonly #runner: TaskRunner;
  readonly #deps: ExactlyOnceDeps;
  readonly #retry: RetryContext;
  readonly #queue = new SegmentQueue();
  /** Of the open transaction: what was polled for it, and the newest record's time. */
  #count = 0;
  #newest: number | undefined;
  #task: SourceTask | undefined;

  constructor(runner: TaskRunner, deps: ExactlyOnceDeps) {
    this.#runner = runner;
    this.#deps = deps;
    this.#retry = retryContext(runner, deps);
  }

  async run(): Promise<void> {
    const { signal } = this.#runner.stopping;
    const failed = new AbortController();
    const ending = AbortSignal.any([signal, failed.signal]);
    let failure: AppError | undefined;
    const fail = (error: unknown): void => {
      failure ??= toAppError(error, 'fatal', 'runtime.unexpected');
      this.#runner.broken(failure);
      failed.abort(error);
      this.#queue.close();
    };
    let producer: TransactionalProducer | undefined;
    let [ticking, sending]: (Promise<void> | undefined)[] = [];
    try {
      producer = await this.#takeHold(ending);
      const transaction = new SourceTransaction({ ...this.#deps, producer });
      this.#task = await this.#open(transaction, ending);
      this.#runner.apply({ type: 'opened' });
      ticking = this.#tick(ending);
      sending = this.#sendAll(transaction).catch(fail);
      while (!ending.aborted) {
        const polled = await pollTask(this.#task, this.#deps, this.#retry, ending);
        // A source that answers at once without anything must not keep others from running.
        if (polled.records.length === 0) await turn();
        this.#queue.add(await this.#prepare(polled));
        await this.#queue.room();
      }
    } catch (error) {
      fail(error);
    }
    this.#queue.close();
    // A call that hangs needn't be waited for: whoever takes hold of the id next shuts it out, here or elsewhere.
    await settled(sending, this.#runner.cutOff.signal);
    failed.abort(new Error('closing'));
    await ticking;
    this.#deps.metrics.active.clear();
    await closeTask(this.#runner, this.#task, this.#deps);
    // Aborts what is open.
    await settled(producer?.[Symbol.asyncDispose](), this.#runner.cutOff.signal);
    if (failure === undefined) return;
    if (!signal.aborted) throw failure;
    const { code, message } = failure;
    if (code === 'kafka.fenced') this.#deps.log.warn(message, { code });
  }

  /** From here on nobody else writes as this task; whoever did is fenced, and what it had open is aborted. */
  async #takeHold(signal: AbortSignal): Promise<TransactionalProducer> {
    const { fence, verify, openProducer } = this.#deps;
    return await withRetry('produce', this.#retry, signal, async () => {
      await fence(signal);
      // One that is stopped by now would fence its successor.
      signal.throwIfAborted();
      const producer = openProducer();
      try {
        await settled(producer.init(), signal);
        signal.throwIfAborted();
        await verify(signal);
        return producer;
      } catch (error) {
        await settled(producer[Symbol.asyncDispose](), signal);
        throw error;
      }
    });
  }

  /** After `#takeHold`: the offsets read are the last there will be of others. */
  async #open(transaction: SourceTransaction, signal: AbortSignal): Promise<SourceTask> {
    const anchor = async (position: Position): Promise<void> => {
      await transaction.write([], [position]);
      await transaction.commit();
    };
    return await withRetry('poll', this.#retry, signal, () => {
      // What one that didn't open has told is over with it.
      this.#runner.apply({ type: 'well' });
      return this.#deps.openTask(anchor, signal);
    });
  }

  async #prepare(polled: Polled): Promise<readonly Segment[]> {
    const { signal } = this.#runner.stopping;
    const prepared: Prepared[] = [];
    for (const [at, record] of polled.records.entries()) {
      if (at % SLICE_RECORDS === SLICE_RECORDS - 1) await turn();
      let out: OutRecord | undefined | Promise<OutRecord | undefined>;
      try {
        out = encode(this.#deps.pipeline, record);
        if (out instanceof Promise) out = await out;
      } catch (error) {
        out = await encodeAgain(record, error, this.#deps, this.#retry, signal);
      }
      prepared.push({ out, position: record.position });
    }
    return segmentsOf(this.#deps.boundary, prepared, polled.positions, polled.transactionEnds);
  }

  /** Asks for a commit every `transaction.boundary.interval.ms`, though nothing be polled meanwhile. */
  async #tick(signal: AbortSignal): Promise<void> {
    const { boundary, clock } = this.#deps;
    if (boundary.kind !== 'interval') return;
    while (!signal.aborted) {
      await clock.sleep(boundary.everyMs, signal).catch(() => undefined);
      if (!signal.aborted) this.#queue.add([COMMIT]);
    }
  }

  async #sendAll(transaction: SourceTransaction): Promise<void> {
    const { boundary } = this.#deps;
    for (;;) {
      const segments = await this.#queue.take();
      if (segments === undefined) break;
      for (const [index, segment] of segments.entries()) {
        await this.#write(transaction, segment);
        if (segment.end === 'abort') await transaction.abort();
        // Polls that came while the one before was committed share a transaction: none is ever cut.
        const isShared = boundary.kind === 'poll' && index < segments.length - 1;
        if (segment.end !== 'go-on' && !isShared) await this.#commit(transaction);
      }
    }
    // A connector that says itself where its transactions end has not ended this one.
    if (boundary.kind !== 'connector') await this.#commit(transaction);
  }

  async #write(transaction: SourceTransaction, segment: Segment): Promise<void> {
    const { records, positions, count } = segment;
    const { topics, metrics, onTopic } = this.#deps;
    const { signal } = this.#runner.cutOff;
    const written = await topicsOf(records, topics, this.#retry, signal);
    await transaction.write(records, positions);
    for (const topic of written) onTopic(topic);
    metrics.recordsOut.add(records.length);
    this.#count += count;
    this.#newest = records.at(-1)?.timestamp ?? this.#newest;
  }

  /** The task hears of its positions when they are durable, never before (Invariant 2). */
  async #commit(transaction: SourceTransaction): Promise<void> {
    const { clock, metrics } = this.#deps;
    const { size } = transaction;
    const started = clock.monotonic();
    let positions: readonly Position[];
    try {
      positions = await transaction.commit();
    } catch (error) {
      metrics.commitFailures.add();
      throw error;
    }
    metrics.active.add(-this.#count);
    this.#count = 0;
    if (size === 0 && positions.length === 0) return;
    metrics.commits.add();
    metrics.commitMs.set(clock.monotonic() - started);
    metrics.transactionSize.set(size);
    if (size > 0) metrics.delivered.timestamp(this.#newest);
    if (positions.length === 0 || this.#runner.cutOff.signal.aborted) return;
    await this.#deps.mirror?.(positions);
    await this.#task?.onCommitted?.(positions);
  }
}

/** Resolves, or rejects, with `work`; resolves when it isn't waited for any more: what becomes of it then is nobody's. */
async function settled(
  work: Promise<void> | PromiseLike<void> | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (work === undefined) return;
  if (signal.aborted) {
    void Promise.resolve(work).catch(() => undefined);
    return;
  }
  const aborted = Promise.withResolvers<void>();
  const abort = (): void => aborted.resolve();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
