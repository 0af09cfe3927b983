import type { Clock } from '../foundation/clock.ts';
import { explain, toAppError, type AppError } from '../foundation/errors.ts';
import type { Log } from '../foundation/log.ts';
import { turn } from '../foundation/turn.ts';
import type { KafkaProducer, OutRecord } from '../kafka/port.ts';
import type { SourceTask } from '../sdk/index.ts';
import type { OffsetStore } from '../storage/offset-store.ts';
import { closeTask } from './closing.ts';
import type { ErrorReporter } from './dead-letters.ts';
import { ERROR_POLICY } from './error-policy.ts';
import type { ErrorsConfig } from './errors-config.ts';
import { failedOut } from './failed-record.ts';
import { OffsetLedger } from './offset-ledger.ts';
import { emptyBatch, Outbox, type OutBatch } from './outbox.ts';
import { encode, type Pipeline } from './pipeline.ts';
import { reopening } from './reopen.ts';
import { withRetry, type RetryContext } from './retry.ts';
import {
  encodeAgain,
  pollTask,
  retryContext,
  SLICE_RECORDS,
  topicsOf,
  type Polled,
} from './source-steps.ts';
import type { TaskMetrics } from './task-metrics.ts';
import type { TaskRunner } from './task-runner.ts';
import type { TopicCreator } from './topic-creator.ts';

export interface SourceTaskDeps {
  readonly connector: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: TaskMetrics;
  readonly errors: ErrorsConfig;
  readonly pipeline: Pipeline;
  readonly reporter: ErrorReporter;
  readonly topics: TopicCreator;
  readonly offsets: OffsetStore;
  /** `offset.flush.interval.ms`. */
  readonly flushIntervalMs: number;
  openTask(signal: AbortSignal): Promise<SourceTask>;
  openProducer(): Promise<KafkaProducer>;
  /** Notes a topic that was written to (`GET /connectors/x/topics`), at each write: it may have been forgotten meanwhile. */
  onTopic(topic: string): void;
}

/**
 * poll → transforms → converters → outbox → producer → ledger → offset store. One batch is in flight at a
 * time, while the next is polled and encoded; order is that of the polls (Invariant 5).
 */
export async function runSourceTask(runner: TaskRunner, deps: SourceTaskDeps): Promise<void> {
  await reopening('poll', runner, deps, () => new SourceSession(runner, deps).run());
}

class SourceSession {
  readonly #runner: TaskRunner;
  readonly #deps: SourceTaskDeps;
  readonly #ledger = new OffsetLedger();
  readonly #retry: RetryContext;
  #producer: KafkaProducer | undefined;
  #task: SourceTask | undefined;
  readonly #outbox = new Outbox();
  #flushing: Promise<void> = Promise.resolve();
  #lastFlush: number;

  constructor(runner: TaskRunner, deps: SourceTaskDeps) {
    this.#runner = runner;
    this.#deps = deps;
    this.#lastFlush = deps.clock.monotonic();
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
      this.#outbox.close();
    };
    const flusher = this.#flushRegularly(ending).catch(fail);
    let sender: Promise<void> | undefined;
    try {
      // First: from then on the task misses nothing, though Kafka be away.
      this.#task = await withRetry('poll', this.#retry, signal, () => {
        // What one that didn't open has told is over with it.
        this.#runner.apply({ type: 'well' });
        return this.#deps.openTask(ending);
      });
      this.#producer = await withRetry('produce', this.#retry, signal, () =>
        this.#deps.openProducer(),
      );
      this.#runner.apply({ type: 'opened' });
      sender = this.#sendAll().catch(fail);
      while (!ending.aborted) {
        const polled = await pollTask(this.#task, this.#deps, this.#retry, ending);
        // A source that answers at once without anything must not keep others from running.
        if (polled.records.length === 0) await turn();
        await this.#handOver(polled, ending);
      }
    } catch (error) {
      fail(error);
    }
    this.#outbox.close();
    await sender;
    await this.#close(flusher, failed);
    if (failure !== undefined && !signal.aborted) throw failure;
  }

  /**
   * In slices, each when there is room: a poll may bring a million records, and is encoded as they leave (Invariant 8). What isn't handed
   * over when the task ends is polled again.
   */
  async #handOver({ records, positions }: Polled, ending: AbortSignal): Promise<void> {
    let at = 0;
    do {
      if (at > 0) await turn();
      const slice = records.slice(at, at + SLICE_RECORDS);
      at += SLICE_RECORDS;
      const isLast = at >= records.length;
      this.#outbox.add(await this.#prepare({ records: slice, positions: isLast ? positions : [] }));
      await this.#outbox.room();
    } while (at < records.length && !ending.aborted);
  }

  async #prepare({ records, positions }: Polled): Promise<OutBatch> {
    const prepared = emptyBatch();
    const { signal } = this.#runner.stopping;
    for (const record of records) {
      const ticket = this.#ledger.submit(record.position);
      let out: OutRecord | undefined | Promise<OutRecord | undefined>;
      try {
        out = encode(this.#deps.pipeline, record);
        if (out instanceof Promise) out = await out;
      } catch (error) {
        out = await encodeAgain(record, error, this.#deps, this.#retry, signal);
      }
      if (out === undefined) {
        prepared.done.push(ticket);
      } else {
        prepared.records.push(out);
        prepared.tickets.push(ticket);
      }
    }
    for (const position of positions) prepared.done.push(this.#ledger.submit(position));
    return prepared;
  }

  async #sendAll(): Promise<void> {
    for (;;) {
      const batch = await this.#outbox.take();
      if (batch === undefined) return;
      await this.#send(batch);
    }
  }

  async #send(prepared: OutBatch): Promise<void> {
    const { topics, metrics } = this.#deps;
    const { signal } = this.#runner.cutOff;
    const written = await topicsOf(prepared.records, topics, this.#retry, signal);
    if (prepared.records.length > 0) await this.#sendOrSplit(prepared.records);
    for (const topic of written) this.#deps.onTopic(topic);
    metrics.recordsOut.add(prepared.records.length);
    metrics.active.add(-prepared.tickets.length - prepared.done.length);
    for (const { timestamp } of prepared.records) metrics.delivered.timestamp(timestamp);
    for (const ticket of prepared.tickets) this.#ledger.ack(ticket);
    for (const ticket of prepared.done) this.#ledger.ack(ticket);
  }

  /** Halves a batch Kafka refuses until the bad record is alone; the order stays. */
  async #sendOrSplit(records: readonly OutRecord[]): Promise<void> {
    const producer = this.#producer;
    if (producer === undefined) return;
    try {
      await withRetry('produce', this.#retry, this.#runner.cutOff.signal, () =>
        producer.send(records),
      );
    } catch (cause) {
      const error = toAppError(cause, 'fatal', 'runtime.unexpected');
      if (ERROR_POLICY.produce[error.kind] !== 'tolerate') throw error;
      const [only] = records;
      if (records.length === 1 && only !== undefined) {
        await this.#deps.reporter.report({
          stage: 'produce',
          error,
          original: failedOut(only),
          name: nameOf(only),
        });
        return;
      }
      const half = Math.ceil(records.length / 2);
      await this.#sendOrSplit(records.slice(0, half));
      await this.#sendOrSplit(records.slice(half));
    }
  }

  async #flushRegularly(signal: AbortSignal): Promise<void> {
    const { clock, flushIntervalMs } = this.#deps;
    while (!signal.aborted) {
      const left = this.#lastFlush + flushIntervalMs - clock.monotonic();
      if (left > 0) await clock.sleep(left, signal).catch(() => undefined);
      if (signal.aborted) return;
      await withRetry('commit', this.#retry, signal, () => this.#flush());
    }
  }

  /** Commits what is acked, then tells the task: never before it is durable (Invariant 2). */
  #flush(): Promise<void> {
    const flush = async (): Promise<void> => {
      this.#lastFlush = this.#deps.clock.monotonic();
      const positions = this.#ledger.takeCommittable();
      if (positions.length === 0) return;
      const { clock, metrics } = this.#deps;
      const started = clock.monotonic();
      try {
        await this.#deps.offsets.write(this.#deps.connector, positions);
      } catch (error) {
        this.#ledger.giveBack(positions);
        metrics.commitFailures.add();
        throw toAppError(error, 'retriable', 'runtime.offsets');
      }
      metrics.commits.add();
      metrics.commitMs.set(clock.monotonic() - started);
      await this.#task?.onCommitted?.(positions);
    };
    const next = this.#flushing.catch(() => undefined).then(flush);
    this.#flushing = next;
    return next;
  }

  /** Commits what is acked, gives everything back. */
  async #close(flusher: Promise<void>, failed: AbortController): Promise<void> {
    this.#deps.metrics.active.clear();
    failed.abort(new Error('closing'));
    await flusher;
    await this.#flush().catch((error: unknown) => {
      this.#deps.log.warn(`Offsets were not committed at the end: ${explain(error)}`, {
        connector: this.#deps.connector,
      });
    });
    await closeTask(this.#runner, this.#task, this.#deps);
    await Promise.resolve(this.#producer?.[Symbol.asyncDispose]()).catch(() => undefined);
  }
}

/** The header in which a source tells which record it is of: `001Hs000012abcdIAA`. */
const RECORD_ID = 'headwater.record.id';

function nameOf({ topic, headers }: OutRecord): string {
  const id = headers.find(({ key }) => key === RECORD_ID)?.value;
  return id === undefined || id === null
    ? `A record for ${topic}`
    : `Record ${Buffer.from(id).toString()}`;
}
