/** What sources do alike, at least once and exactly once: poll, and convert a record again that failed. */
import type { Position, SourceRecord } from '../data/record.ts';
import type { OutRecord } from '../kafka/port.ts';
import type { SourceBatch, SourceTask } from '../sdk/index.ts';
import { convertAgain } from './convert-again.ts';
import { failedSource } from './failed-record.ts';
import { encode } from './pipeline.ts';
import { withRetry, type RetryContext } from './retry.ts';
import type { SourceTaskDeps } from './source-task.ts';
import type { TaskRunner } from './task-runner.ts';
import type { TopicCreator } from './topic-creator.ts';

/** Records converted between two turns of the event loop: a few milliseconds, in which nobody else is served. */
export const SLICE_RECORDS = 500;

export type Polled = Pick<SourceBatch, 'records' | 'transactionEnds'> & {
  readonly positions: readonly Position[];
};

type Deps = Pick<SourceTaskDeps, 'clock' | 'errors' | 'metrics' | 'pipeline' | 'reporter'>;

export function retryContext(
  runner: TaskRunner,
  { clock, errors, metrics }: Pick<Deps, 'clock' | 'errors' | 'metrics'>,
): RetryContext {
  return {
    clock,
    errors,
    metrics,
    report: (from, reason) => {
      runner.apply(
        reason === undefined ? { type: 'well', from } : { type: 'trouble', from, reason },
      );
    },
  };
}

export async function pollTask(
  task: SourceTask,
  { clock, metrics }: Pick<Deps, 'clock' | 'metrics'>,
  retry: RetryContext,
  signal: AbortSignal,
): Promise<Polled> {
  const started = clock.monotonic();
  const batch = await withRetry('poll', retry, signal, () => task.poll(signal));
  metrics.batchMs.observe(clock.monotonic() - started);
  metrics.recordsIn.add(batch.records.length);
  metrics.active.add(batch.records.length + (batch.positions?.length ?? 0));
  metrics.batchSize.set(batch.records.length);
  const { records, positions = [], transactionEnds } = batch;
  return { records, positions, transactionEnds };
}

/** Each topic of `records`, created before its first record where it isn't there. */
export async function topicsOf(
  records: readonly OutRecord[],
  topics: TopicCreator,
  retry: RetryContext,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const all = new Set(records.map(({ topic }) => topic));
  for (const topic of all) {
    if (!topics.isKnown(topic)) {
      await withRetry('produce', retry, signal, () => topics.ensure(topic));
    }
  }
  return all;
}

/** As `errors.*` say; undefined = it is dealt with, and nothing of it is to be sent. */
export async function encodeAgain(
  record: SourceRecord,
  error: unknown,
  { pipeline, reporter }: Pick<Deps, 'pipeline' | 'reporter'>,
  retry: RetryContext,
  signal: AbortSignal,
): Promise<OutRecord | undefined> {
  const name = `A record for ${record.topic}`;
  const failed = { error, original: failedSource(record), name };
  return await convertAgain(failed, () => encode(pipeline, record), { retry, reporter }, signal);
}
