/** What the checks stand on: bounds, contexts that remember, offsets in memory. */
import { inspect } from 'node:util';
import { Config } from '../../src/config/config.ts';
import { systemClock } from '../../src/foundation/clock.ts';
import { noMetrics } from '../../src/foundation/metrics.ts';
import type {
  Log,
  PluginDescriptor,
  Position,
  Properties,
  Rejection,
  SinkTask,
  SinkTaskContext,
  SourceOffset,
  SourceTask,
  SourceTaskContext,
} from '../../src/sdk/index.ts';
import type { Subject } from './types.ts';

const BOUND_MS = 5_000;

/** Fails the clause with a sentence. */
export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

export function boundMs({ world }: Subject): number {
  return world.boundMs ?? BOUND_MS;
}

/** The promise's value; fails the clause when it takes longer than the bound. */
export async function within<T>(subject: Subject, what: string, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const ms = boundMs(subject);
  using _timer = keepingTimer(ms, () =>
    late.reject(new Error(`${what} took longer than ${ms} ms.`)),
  );
  return await Promise.race([promise, late.promise]);
}

/** Keeps the process alive, or a hanging connector would end the test run quietly. */
function keepingTimer(ms: number, run: () => void): Disposable {
  const done = new AbortController();
  void systemClock.sleep(ms, done.signal).then(run, () => undefined);
  return { [Symbol.dispose]: () => done.abort() };
}

export interface Line {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: object;
}

/** What a connector has said, and what was asked of its surroundings. */
export class Surroundings {
  readonly lines: Line[] = [];
  readonly reports: (string | undefined)[] = [];
  readonly rejected: Rejection[] = [];
  readonly offsets = new Map<string, SourceOffset>();
  readonly #claims = new Map<string, string>();

  commit({ partition, offset }: Position): void {
    this.offsets.set(keyOf(partition), offset);
  }

  /** Everything said, as text. */
  said(): string {
    return inspect([this.lines, this.reports, this.rejected], { depth: 12 });
  }

  context(): SourceTaskContext & SinkTaskContext {
    return {
      connector: 'conformance',
      task: 0,
      log: this.#log(),
      metrics: noMetrics,
      clock: systemClock,
      topicConfig: () => Promise.resolve(undefined),
      report: (reason) => void this.reports.push(reason),
      reject: async (rejection) => void this.rejected.push(rejection),
      latestValueSchema: () => Promise.resolve(undefined),
      valueSchemas: () => Promise.resolve([]),
      offsets: {
        read: (partition) => Promise.resolve(this.offsets.get(keyOf(partition))),
        claim: (key, value) => {
          const standing = this.#claims.get(key) ?? value;
          this.#claims.set(key, standing);
          return Promise.resolve(standing);
        },
        anchor: (position) => Promise.resolve(this.commit(position)),
      },
    };
  }

  #log(): Log {
    const at =
      (level: Line['level']) =>
      (message: string, fields: object = {}): void =>
        void this.lines.push({ level, message, fields });
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: () => this.#log(),
    };
  }
}

/** Independent of the order of its fields. */
export function keyOf(partition: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(partition).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

type Source = Extract<PluginDescriptor, { type: 'source' }>;
type Sink = Extract<PluginDescriptor, { type: 'sink' }>;

export async function openSource(
  subject: Subject & { plugin: Source },
  around: Surroundings,
  properties: Properties = subject.world.properties,
): Promise<SourceTask> {
  const plugin = await subject.plugin.load();
  const config = new Config(subject.plugin.config, properties);
  const signal = new AbortController().signal;
  return await within(subject, 'Opening a task', plugin.openTask(config, around.context(), signal));
}

export async function openSink(
  subject: Subject & { plugin: Sink },
  around: Surroundings,
  properties: Properties = subject.world.properties,
): Promise<SinkTask> {
  const plugin = await subject.plugin.load();
  const config = new Config(subject.plugin.config, properties);
  const signal = new AbortController().signal;
  return await within(subject, 'Opening a task', plugin.openTask(config, around.context(), signal));
}

/** A task of either kind, for what both must do. */
export function openTask(
  subject: Subject,
  around: Surroundings,
  properties?: Properties,
): Promise<SourceTask | SinkTask> {
  const { plugin } = subject;
  return plugin.type === 'source'
    ? openSource({ ...subject, plugin }, around, properties)
    : openSink({ ...subject, plugin }, around, properties);
}

export async function close(subject: Subject, task: AsyncDisposable): Promise<void> {
  await within(subject, 'Closing a task', Promise.resolve(task[Symbol.asyncDispose]()));
}
