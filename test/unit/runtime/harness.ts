/** What the tests of the task loops share: a pipeline over plain text and a place to run a task. */
import { createConverter, createHeaderConverter } from '../../../src/converters/catalog.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { noMetrics } from '../../../src/foundation/metrics.ts';
import { ErrorReporter } from '../../../src/runtime/dead-letters.ts';
import type { ErrorsConfig } from '../../../src/runtime/errors-config.ts';
import type { Pipeline } from '../../../src/runtime/pipeline.ts';
import { taskMetrics } from '../../../src/runtime/task-metrics.ts';
import { TaskRunner } from '../../../src/runtime/task-runner.ts';
import type { ManualClock } from '../../support/manual-clock.ts';
import type { MemoryKafka } from '../../support/memory-kafka.ts';

export const metrics = taskMetrics(noMetrics, 'source', systemClock);

export function errors(overrides: Partial<ErrorsConfig> = {}): ErrorsConfig {
  return {
    tolerate: false,
    retryTimeoutMs: 60_000,
    retryDelayMaxMs: 10_000,
    log: false,
    logMessages: false,
    deadLetterTopic: undefined,
    deadLetterReplication: 1,
    deadLetterHeaders: true,
    ...overrides,
  };
}

const STRINGS = 'org.apache.kafka.connect.storage.StringConverter';

/** Text in, text out; a transform hook for what a test wants to break. */
export function pipeline(
  transform: Pipeline['transform'] = { apply: (record) => record },
): Pipeline {
  return {
    transform,
    keyConverter: createConverter(STRINGS, { isKey: true, properties: {} }),
    valueConverter: createConverter(STRINGS, { isKey: false, properties: {} }),
    headerConverter: createHeaderConverter(undefined),
  };
}

export function reporter(kafka: MemoryKafka, config: ErrorsConfig): ErrorReporter {
  return new ErrorReporter({
    connector: 'orders',
    connectorClass: 'DuckDbSink',
    connectorVersion: '1.2.3',
    task: 0,
    errors: config,
    kafka,
    log: silentLog,
    metrics,
    now: () => 0,
  });
}

export function runner(clock: ManualClock, run: (self: TaskRunner) => Promise<void>): TaskRunner {
  return new TaskRunner(
    { connector: 'orders', task: 0, clock, log: silentLog, gracefulMs: 5_000 },
    run,
  );
}

export const text = (bytes: Uint8Array | null | undefined): string =>
  Buffer.from(bytes ?? []).toString('utf8');
