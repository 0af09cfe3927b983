/** A standalone herder over a Kafka in memory, and tiny connectors whose tasks a test holds in its hand. */
import { createConfigProviders } from '../../../src/config/providers.ts';
import type { ConfigDef, Properties } from '../../../src/config/definition.ts';
import { noMetrics } from '../../../src/foundation/metrics.ts';
import type { StandaloneHerderDeps } from '../../../src/herder/deps.ts';
import { createStandaloneHerder, type StandaloneHerder } from '../../../src/herder/standalone.ts';
import type { PluginDescriptor, SinkTask, SourceTask } from '../../../src/sdk/index.ts';
import { openOffsetMemory } from '../../../src/storage/offset-memory.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';
import { recordingLog, type LogLine } from '../../support/recording-log.ts';

const STRINGS = 'org.apache.kafka.connect.storage.StringConverter';

export interface Harness extends AsyncDisposable {
  readonly herder: StandaloneHerder;
  readonly clock: ManualClock;
  readonly kafka: MemoryKafka;
  readonly lines: LogLine[];
  stateOf(name: string, task?: number): string | undefined;
}

export async function startHerder(
  plugins: readonly PluginDescriptor[],
  properties: Properties = {},
  deps: Partial<StandaloneHerderDeps> = {},
): Promise<Harness> {
  const clock = new ManualClock();
  const kafka = new MemoryKafka();
  const lines: LogLine[] = [];
  const worker = { 'key.converter': STRINGS, 'value.converter': STRINGS, ...properties };
  const herder = createStandaloneHerder({
    properties: worker,
    kafka,
    offsets: openOffsetMemory(),
    plugins,
    providers: createConfigProviders(worker),
    clock,
    log: recordingLog(lines),
    metrics: noMetrics,
    workerId: '127.0.0.1:8083',
    ...deps,
  });
  await herder.start([]);
  return {
    herder,
    clock,
    kafka,
    lines,
    stateOf: (name, task = 0) => herder.status(name).tasks[task]?.state,
    [Symbol.asyncDispose]: async () => {
      const disposed = herder[Symbol.asyncDispose]();
      await clock.advance(10_000);
      await disposed;
    },
  };
}

/** A source whose tasks wait quietly; what `open` does is the test's. */
export function sourcePlugin(
  open: (task: number) => Promise<Partial<SourceTask>> | Partial<SourceTask>,
  rest: { config?: ConfigDef; plan?: (signal: AbortSignal) => Promise<Properties[]> } = {},
): PluginDescriptor {
  return {
    class: 'TestSource',
    type: 'source',
    version: '1.0.0',
    config: rest.config ?? [],
    load: () =>
      Promise.resolve({
        create: () => ({
          plan: (_tasksMax, signal) => rest.plan?.(signal) ?? Promise.resolve([{}]),
        }),
        openTask: async (_config, context) => ({
          poll: (signal) =>
            new Promise((resolve) => {
              signal.addEventListener('abort', () => resolve({ records: [] }), { once: true });
            }),
          [Symbol.asyncDispose]: () => Promise.resolve(),
          ...(await open(context.task)),
        }),
      }),
  };
}

/** A sink that keeps the texts it is given. */
export function sinkPlugin(received: string[]): PluginDescriptor {
  return {
    class: 'TestSink',
    type: 'sink',
    version: '1.0.0',
    config: [],
    load: () =>
      Promise.resolve({
        create: () => ({ plan: () => Promise.resolve([{}]) }),
        openTask: (): Promise<SinkTask> =>
          Promise.resolve({
            batching: { maxRecords: 10, maxWaitMs: 0 },
            put: (batch) => {
              received.push(...batch.map(({ value }) => String(value)));
              return Promise.resolve([]);
            },
            [Symbol.asyncDispose]: () => Promise.resolve(),
          }),
      }),
  };
}

export const SOURCE = { 'connector.class': 'TestSource' };
export const SINK = { 'connector.class': 'TestSink', topics: 'letters' };
