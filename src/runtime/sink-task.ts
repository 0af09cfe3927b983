import type { RawRecord, SinkRecord, TopicPartition } from '../data/record.ts';
import type { Clock } from '../foundation/clock.ts';
import { toAppError, type AppError } from '../foundation/errors.ts';
import type { Log } from '../foundation/log.ts';
import { turn } from '../foundation/turn.ts';
import type { KafkaConsumer } from '../kafka/port.ts';
import type { Rejection, SinkTask } from '../sdk/index.ts';
import { closeTask } from './closing.ts';
import { convertAgain } from './convert-again.ts';
import type { ErrorReporter } from './dead-letters.ts';
import type { ErrorsConfig } from './errors-config.ts';
import { decode, type Pipeline } from './pipeline.ts';
import { reopening } from './reopen.ts';
import { withRetry, type RetryContext } from './retry.ts';
import type { TaskMetrics } from './task-metrics.ts';
import type { TaskRunner } from './task-runner.ts';

export interface SinkTaskDeps {
  readonly connector: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: TaskMetrics;
  readonly errors: ErrorsConfig;
  readonly pipeline: Pipeline;
  readonly reporter: ErrorReporter;
  openTask(signal: AbortSignal): Promise<SinkTask>;
  openConsumer(callbacks: {
    onAssigned: (
      partitions: readonly TopicPartition[],
    ) => Promise<readonly (TopicPartition & { offset: bigint })[]>;
    onRevoked: (partitions: readonly TopicPartition[]) => Promise<void>;
  }): Promise<KafkaConsumer>;
  onTopic(topic: string): void;
  /** The open task, for queries; undefined when it is closed. */
  onTask(task: SinkTask | undefined): void;
  onConsumer(consumer: KafkaConsumer | undefined): void;
}

/** consumer → converters → transforms → put → dead letters → group offsets. */
export async function runSinkTask(runner: TaskRunner, deps: SinkTaskDeps): Promise<void> {
  await reopening('put', runner, deps, () => runSession(runner, deps));
}

async function runSession(runner: TaskRunner, deps: SinkTaskDeps): Promise<void> {
  const { signal } = runner.stopping;
  const retry: RetryContext = {
    clock: deps.clock,
    errors: deps.errors,
    metrics: deps.metrics,
    report: (from, reason) => {
      runner.apply(
        reason === undefined ? { type: 'well', from } : { type: 'trouble', from, reason },
      );
    },
  };
  const task = await withRetry('put', retry, signal, () => {
    runner.apply({ type: 'well' });
    return deps.openTask(signal);
  });
  try {
    await consume(runner, deps, retry, task);
  } catch (error) {
    runner.broken(error);
    throw error;
  } finally {
    await closeTask(runner, task, deps);
  }
}

async function consume(
  runner: TaskRunner,
  deps: SinkTaskDeps,
  retry: RetryContext,
  task: SinkTask,
): Promise<void> {
  const { signal } = runner.stopping;
  await using consumer = await withRetry('consume', retry, signal, () =>
    deps.openConsumer({
      onAssigned: (partitions) => own(async () => (await task.assign?.(partitions, signal)) ?? []),
      onRevoked: (partitions) => own(async () => await task.revoke?.(partitions)),
    }),
  );
  deps.onTask(task);
  deps.onConsumer(consumer);
  runner.apply({ type: 'opened' });
  const session = new SinkSession(runner, deps, retry, task, consumer);
  try {
    await session.run();
  } finally {
    deps.onTask(undefined);
    deps.onConsumer(undefined);
  }
}

/** What a connector's code throws is its own trouble, not Kafka's, which would be waited for. */
async function own<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toAppError(error, 'fatal', 'runtime.unexpected');
  }
}

/** Records converted between two turns of the event loop: a few milliseconds. */
const SLICE_RECORDS = 500;

/** A batch on its way to `put`. */
interface Gathered {
  readonly raw: RawRecord[];
  /** Of `raw`, what was converted and not filtered. */
  readonly records: SinkRecord[];
}

class SinkSession {
  readonly #runner: TaskRunner;
  readonly #deps: SinkTaskDeps;
  readonly #retry: RetryContext;
  readonly #task: SinkTask;
  readonly #consumer: KafkaConsumer;

  constructor(
    runner: TaskRunner,
    deps: SinkTaskDeps,
    retry: RetryContext,
    task: SinkTask,
    consumer: KafkaConsumer,
  ) {
    this.#runner = runner;
    this.#deps = deps;
    this.#retry = retry;
    this.#task = task;
    this.#consumer = consumer;
  }

  /** While one batch is put, the next is gathered: two batches at most are held (Invariant 8). */
  async run(): Promise<void> {
    const failed = new AbortController();
    const ending = AbortSignal.any([this.#runner.stopping.signal, failed.signal]);
    let failure: AppError | undefined;
    let putting: Promise<void> = Promise.resolve();
    try {
      while (!ending.aborted) {
        const batch = await this.#gather(ending, putting);
        await putting;
        if (failed.signal.aborted) break;
        if (batch.raw.length === 0) continue;
        putting = this.#deliver(batch).catch((error: unknown) => {
          failure ??= toAppError(error, 'fatal', 'runtime.unexpected');
          this.#runner.broken(failure);
          failed.abort(error);
        });
      }
    } catch (error) {
      failure ??= toAppError(error, 'fatal', 'runtime.unexpected');
      this.#runner.broken(failure);
    }
    await putting;
    this.#deps.metrics.active.clear();
    if (failure !== undefined && !this.#runner.stopping.signal.aborted) throw failure;
  }

  /** What one poll brings, and what more comes until `putting` is over. */
  async #gather(ending: AbortSignal, putting: Promise<void>): Promise<Gathered> {
    const { maxRecords, maxWaitMs } = this.#task.batching;
    const over = new AbortController();
    void putting.then(() => over.abort());
    const more = AbortSignal.any([ending, over.signal]);
    const batch: Gathered = { raw: [], records: [] };
    let polled = await withRetry('consume', this.#retry, ending, () =>
      this.#consumer.poll(maxRecords, maxWaitMs, ending),
    );
    while (polled.length > 0) {
      this.#deps.metrics.recordsIn.add(polled.length);
      this.#deps.metrics.active.add(polled.length);
      await this.#convert(polled, batch);
      const room = maxRecords - batch.raw.length;
      if (room === 0 || more.aborted) break;
      // Trouble waits until what is in hand is put: the next batch's poll meets it again.
      polled = await this.#consumer.poll(room, maxWaitMs, more).catch(() => []);
    }
    return batch;
  }

  /** In slices: what waits for the event loop (the batch that is being put, heartbeats) comes between. */
  async #convert(raw: readonly RawRecord[], into: Gathered): Promise<void> {
    for (const [at, one] of raw.entries()) {
      if (at % SLICE_RECORDS === SLICE_RECORDS - 1) await turn();
      into.raw.push(one);
      let record: SinkRecord | undefined | Promise<SinkRecord | undefined>;
      try {
        record = decode(this.#deps.pipeline, one);
        if (record instanceof Promise) record = await record;
      } catch (error) {
        record = await this.#convertAgain(one, error);
      }
      if (record === undefined) continue;
      into.records.push(this.#task.prepare?.(record) ?? record);
    }
  }

  async #convertAgain(raw: RawRecord, error: unknown): Promise<SinkRecord | undefined> {
    const { pipeline, reporter } = this.#deps;
    const deps = { retry: this.#retry, reporter };
    const { signal } = this.#runner.stopping;
    return await convertAgain({ error, original: raw }, () => decode(pipeline, raw), deps, signal);
  }

  /** Group offsets follow only what is durable or dead-lettered (Invariant 1). */
  async #deliver({ raw, records }: Gathered): Promise<void> {
    const { metrics, clock } = this.#deps;
    const { signal } = this.#runner.cutOff;
    if (records.length > 0) {
      const started = clock.monotonic();
      const rejections = await withRetry('put', this.#retry, signal, () =>
        this.#task.put(records, signal),
      );
      metrics.batchMs.observe(clock.monotonic() - started);
      metrics.batchSize.set(records.length);
      metrics.recordsOut.add(records.length);
      for (const { original } of records) metrics.delivered.timestamp(original.timestamp);
      for (const rejection of rejections) await this.reject(rejection);
    }
    for (const topic of new Set(raw.map((record) => record.topic))) this.#deps.onTopic(topic);
    await withRetry('commit', this.#retry, signal, () => this.#commit(raw));
    metrics.active.add(-raw.length);
  }

  async #commit(raw: readonly RawRecord[]): Promise<void> {
    const { metrics, clock } = this.#deps;
    const started = clock.monotonic();
    try {
      await this.#consumer.commit(nextOffsets(raw));
    } catch (error) {
      metrics.commitFailures.add();
      throw error;
    }
    metrics.commits.add();
    metrics.commitMs.set(clock.monotonic() - started);
  }

  async reject({ record, error }: Rejection): Promise<void> {
    await this.#deps.reporter.report({ stage: 'put', error, original: record.original });
  }
}

function nextOffsets(raw: readonly RawRecord[]): readonly (TopicPartition & { offset: bigint })[] {
  const next = new Map<string, TopicPartition & { offset: bigint }>();
  for (const { topic, partition, offset } of raw) {
    next.set(`${topic}-${partition}`, { topic, partition, offset: offset + 1n });
  }
  return [...next.values()];
}
