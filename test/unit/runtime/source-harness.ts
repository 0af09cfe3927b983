/** A source over a fixed list of events, an offset store to break, and one run of the real loop. */
import type { Position, SourceRecord } from '../../../src/data/record.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import type { ErrorsConfig } from '../../../src/runtime/errors-config.ts';
import { runSourceTask } from '../../../src/runtime/source-task.ts';
import type { TaskRunner } from '../../../src/runtime/task-runner.ts';
import { TopicCreator } from '../../../src/runtime/topic-creator.ts';
import type { SourceBatch, SourceTask } from '../../../src/sdk/index.ts';
import type { OffsetStore, StoredOffset } from '../../../src/storage/offset-store.ts';
import type { ManualClock } from '../../support/manual-clock.ts';
import type { MemoryKafka } from '../../support/memory-kafka.ts';
import { errors, metrics, pipeline, reporter, runner } from './harness.ts';

export const TOPIC = 'crm.Account';
export const PARTITION = { channel: '/data/AccountChangeEvent' };
export const numberOf = (position: { readonly offset: StoredOffset['offset'] | null }): number =>
  Number(position.offset?.['n'] ?? -1);
export const position = (n: number): Position => ({ partition: PARTITION, offset: { n } });

/** Event `n` as `size` records, the last of which carries the event's position. */
export function event(n: number, size = 1): readonly SourceRecord[] {
  return Array.from({ length: size }, (_, part) => ({
    topic: TOPIC,
    key: String(n),
    value: `${n}.${part}`,
    headers: [],
    position: part === size - 1 ? position(n) : undefined,
  }));
}

/** Offsets of one connector in memory; `before` and `after` may throw. */
export class TestOffsets implements OffsetStore {
  stored: StoredOffset | undefined;
  /** Every position ever written, in order. */
  readonly history: number[] = [];
  before: (n: number) => void | Promise<void> = () => undefined;
  after: (n: number) => void = () => undefined;

  get n(): number {
    return this.stored === undefined ? -1 : numberOf(this.stored);
  }

  read(): Promise<readonly StoredOffset[]> {
    return Promise.resolve(this.stored === undefined ? [] : [this.stored]);
  }

  async write(
    _connector: string,
    offsets: readonly {
      partition: StoredOffset['partition'];
      offset: StoredOffset['offset'] | null;
    }[],
  ): Promise<void> {
    for (const { partition, offset } of offsets) {
      const n = numberOf({ offset });
      await this.before(n);
      this.history.push(n);
      this.stored = offset === null ? undefined : { partition, offset };
      this.after(n);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

export interface SourceSetup {
  readonly clock: ManualClock;
  readonly kafka: MemoryKafka;
  readonly offsets: TestOffsets;
  readonly errors?: Partial<ErrorsConfig>;
  readonly transform?: ReturnType<typeof pipeline>;
  poll: (signal: AbortSignal) => Promise<SourceBatch> | SourceBatch;
  onOpen?(): void | Promise<void>;
  onCommitted?(positions: readonly Position[]): void;
  onTopic?(topic: string): void;
}

/** The real loop over `setup`; offsets are flushed once a second. */
export function sourceTask(setup: SourceSetup): TaskRunner {
  const { clock, kafka, offsets } = setup;
  const settings = errors(setup.errors);
  const task: SourceTask = {
    poll: async (signal) => await setup.poll(signal),
    onCommitted: (positions) => {
      setup.onCommitted?.(positions);
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return runner(clock, (self) =>
    runSourceTask(self, {
      connector: 'orders',
      clock,
      log: silentLog,
      metrics,
      errors: settings,
      pipeline: setup.transform ?? pipeline(),
      reporter: reporter(kafka, settings),
      topics: new TopicCreator(kafka.admin, {}, true),
      offsets,
      flushIntervalMs: 1_000,
      openTask: async () => {
        await setup.onOpen?.();
        return task;
      },
      openProducer: () => kafka.producer(),
      onTopic: (topic) => setup.onTopic?.(topic),
    }),
  );
}

/** A poll that has nothing more to say: it waits for the end. */
export function quiet(signal: AbortSignal): Promise<SourceBatch> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve({ records: [] });
    signal.addEventListener('abort', () => resolve({ records: [] }), { once: true });
  });
}

/** A poll that gives `batches` one after another, then is quiet. */
export function scripted(batches: readonly SourceBatch[]): SourceSetup['poll'] {
  let next = 0;
  return (signal) => batches[next++] ?? quiet(signal);
}
