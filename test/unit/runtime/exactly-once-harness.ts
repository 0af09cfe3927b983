/** The real exactly-once loop over a scripted source and transactions in memory. */
import type { Position } from '../../../src/data/record.ts';
import { recordingLog, type LogLine } from '../../support/recording-log.ts';
import { runExactlyOnceSourceTask } from '../../../src/runtime/exactly-once-source-task.ts';
import type { TaskRunner } from '../../../src/runtime/task-runner.ts';
import { TopicCreator } from '../../../src/runtime/topic-creator.ts';
import type { Boundary } from '../../../src/runtime/transaction-segments.ts';
import type { SourceBatch } from '../../../src/sdk/index.ts';
import { toOffsetRecord } from '../../../src/storage/offset-kafka.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import type { MemoryKafka } from '../../support/memory-kafka.ts';
import type { MemoryTransactions } from '../../support/memory-transactions.ts';
import { errors, metrics, pipeline, reporter, runner, text } from './harness.ts';
import { numberOf, TOPIC } from './source-harness.ts';

export const OFFSETS = 'connect-offsets';

export interface ExactlyOnceSetup {
  readonly kafka: MemoryKafka;
  readonly transactions: MemoryTransactions;
  readonly clock?: ManualClock;
  readonly boundary?: Boundary;
  readonly lines?: LogLine[];
  readonly transform?: ReturnType<typeof pipeline>;
  fence?(): void | Promise<void>;
  verify?(): void | Promise<void>;
  onOpen?(anchor: (position: Position) => Promise<void>): void | Promise<void>;
  poll(signal: AbortSignal): Promise<SourceBatch> | SourceBatch;
  onCommitted?(positions: readonly Position[]): void;
  onTopic?(topic: string): void;
}

export function exactlyOnceTask(setup: ExactlyOnceSetup): TaskRunner {
  const { kafka, transactions, clock = new ManualClock(), boundary = { kind: 'poll' } } = setup;
  const settings = errors();
  return runner(clock, (self) =>
    runExactlyOnceSourceTask(self, {
      connector: 'orders',
      clock,
      log: recordingLog(setup.lines ?? []),
      metrics,
      errors: settings,
      pipeline: setup.transform ?? pipeline(),
      reporter: reporter(kafka, settings),
      topics: new TopicCreator(kafka.admin, {}, true),
      onTopic: (topic) => setup.onTopic?.(topic),
      boundary,
      offsetsTopic: OFFSETS,
      offsetRecord: (position) => toOffsetRecord(OFFSETS, 'orders', position),
      fence: async () => await setup.fence?.(),
      verify: async () => await setup.verify?.(),
      openProducer: () => transactions.producer('group-orders-0'),
      openTask: async (anchor) => {
        await setup.onOpen?.(anchor);
        return {
          poll: async (signal) => await setup.poll(signal),
          onCommitted: (positions) => {
            setup.onCommitted?.(positions);
            return Promise.resolve();
          },
          [Symbol.asyncDispose]: () => Promise.resolve(),
        };
      },
    }),
  );
}

/** What a reader of committed records finds. */
export const published = (kafka: MemoryKafka): readonly string[] =>
  kafka.records(TOPIC).map(({ value }) => text(value));

/** The position that a next task starts from; -1: none. */
export function storedPosition(kafka: MemoryKafka): number {
  const last = kafka.records(OFFSETS).at(-1);
  if (last === undefined) return -1;
  return numberOf({ offset: JSON.parse(text(last.value)) as { n: number } });
}
