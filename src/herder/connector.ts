import { Config } from '../config/config.ts';
import type { Properties } from '../config/definition.ts';
import { createConverter, createHeaderConverter } from '../converters/catalog.ts';
import type { SourcePartition } from '../data/record.ts';
import { explain, toAppError } from '../foundation/errors.ts';
import type { KafkaConsumer } from '../kafka/port.ts';
import { ErrorReporter } from '../runtime/dead-letters.ts';
import { errorsConfig } from '../runtime/errors-config.ts';
import { partitionKey } from '../runtime/partition-key.ts';
import type { Pipeline } from '../runtime/pipeline.ts';
import { runSinkTask } from '../runtime/sink-task.ts';
import { runSourceTask } from '../runtime/source-task.ts';
import { taskMetrics } from '../runtime/task-metrics.ts';
import { TaskRunner } from '../runtime/task-runner.ts';
import { TopicCreator } from '../runtime/topic-creator.ts';
import type {
  ConnectorContext,
  PluginDescriptor,
  SinkConnector,
  SinkTask,
  SourceConnector,
  TaskConfig,
  TaskContext,
} from '../sdk/index.ts';
import { buildTransformChain } from '../transforms/chain.ts';
import type { Claims } from './claims.ts';
import type { StandaloneHerderDeps } from './deps.ts';
import type { ConnectorState, InitialState } from './herder.ts';

/** One connector of this worker: its instance, its tasks, its target state. */
export class RunningConnector {
  readonly name: string;
  readonly plugin: PluginDescriptor;
  /** As written: references unresolved. */
  readonly written: Properties;
  readonly topics = new Set<string>();
  target: InitialState;
  taskConfigs: readonly TaskConfig[] = [];
  readonly #deps: StandaloneHerderDeps;
  readonly #claims: Claims;
  readonly #resolved: Properties;
  #runners: TaskRunner[] = [];
  #openTasks: (SinkTask | undefined)[] = [];
  #consumers: (KafkaConsumer | undefined)[] = [];
  #disposables: AsyncDisposable[] = [];
  #failure: string | undefined;
  #starting = false;

  constructor(options: {
    name: string;
    plugin: PluginDescriptor;
    written: Properties;
    resolved: Properties;
    target: InitialState;
    deps: StandaloneHerderDeps;
    claims: Claims;
  }) {
    this.name = options.name;
    this.plugin = options.plugin;
    this.written = options.written;
    this.target = options.target;
    this.#resolved = options.resolved;
    this.#deps = options.deps;
    this.#claims = options.claims;
  }

  get runners(): readonly TaskRunner[] {
    return this.#runners;
  }

  state(): { state: ConnectorState; trace: string | undefined } {
    if (this.target === 'STOPPED') return { state: 'STOPPED', trace: undefined };
    if (this.#failure !== undefined) return { state: 'FAILED', trace: this.#failure };
    if (this.target === 'PAUSED') return { state: 'PAUSED', trace: undefined };
    return { state: this.#starting ? 'RESTARTING' : 'RUNNING', trace: undefined };
  }

  /** Plans tasks and starts them, as far as the target state asks. */
  async start(signal: AbortSignal): Promise<void> {
    this.#failure = undefined;
    if (this.target === 'STOPPED') return;
    this.#starting = true;
    try {
      const connector = await this.instance();
      const tasksMax = Number(this.#resolved['tasks.max'] ?? '1');
      this.taskConfigs = await connector.plan(tasksMax, signal);
      this.#runners = this.taskConfigs.map((_, index) => this.#runner(index));
      for (const runner of this.#runners) {
        if (this.target === 'PAUSED') runner.apply({ type: 'paused' });
        else runner.start();
      }
    } catch (error) {
      const stack = error instanceof Error ? `\n${error.stack ?? ''}` : '';
      this.#failure = explain(error) + stack;
      this.#deps.log.error(`Connector failed: ${explain(error)}`, { connector: this.name });
    } finally {
      this.#starting = false;
    }
  }

  async stop(as: 'stopped' | 'paused' = 'stopped'): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.stop(as)));
    for (const held of this.#disposables) await held[Symbol.asyncDispose]();
    this.#disposables = [];
    if (as === 'stopped') {
      this.#runners = [];
      this.taskConfigs = [];
    }
  }

  async restartTask(task: number): Promise<void> {
    await this.#runners[task]?.stop();
    const runner = this.#runner(task);
    this.#runners[task] = runner;
    runner.start();
  }

  instance(): Promise<SourceConnector | SinkConnector> {
    const config = new Config(this.plugin.config, this.#resolved);
    return this.plugin.load().then((plugin) => plugin.create(config, this.#context()));
  }

  /** The open task that can answer a query. */
  queryTask(): SinkTask | undefined {
    return this.#openTasks.find((task) => task?.query !== undefined);
  }

  lag(task: number): bigint {
    const lags = [...(this.#consumers[task]?.lag().values() ?? [])];
    return lags.reduce((most, lag) => (lag > most ? lag : most), 0n);
  }

  #context(): ConnectorContext {
    const { log, metrics, clock, kafka } = this.#deps;
    return {
      connector: this.name,
      log: log.child({ connector: this.name }),
      metrics: metrics.with({ connector: this.name }),
      clock,
      topicConfig: (topic) => kafka.admin.topicConfig(topic),
    };
  }

  #runner(index: number): TaskRunner {
    const { clock, log, properties } = this.#deps;
    return new TaskRunner(
      {
        connector: this.name,
        task: index,
        clock,
        log,
        gracefulMs: Number(properties['task.shutdown.graceful.timeout.ms'] ?? '5000'),
      },
      (runner) => this.#run(runner, index),
    );
  }

  async #run(runner: TaskRunner, index: number): Promise<void> {
    const { clock, log, kafka, metrics, offsets, properties } = this.#deps;
    const labels = { connector: this.name, task: String(index) };
    const errors = errorsConfig(this.#resolved, properties);
    const counters = taskMetrics(metrics.with(labels), this.plugin.type);
    const pipeline = this.#pipeline();
    await using reporter = new ErrorReporter({
      connector: this.name,
      connectorClass: this.plugin.class,
      connectorVersion: this.plugin.version,
      task: index,
      errors,
      kafka,
      log,
      metrics: counters,
      now: () => clock.now(),
    });
    const config = new Config(this.plugin.config, {
      ...this.#resolved,
      ...this.taskConfigs[index],
    });
    const context: TaskContext = {
      ...this.#context(),
      metrics: metrics.with(labels),
      task: index,
      report: (reason) => {
        runner.apply(reason === undefined ? { type: 'well' } : { type: 'trouble', reason });
      },
    };
    const onTopic = (topic: string): void => void this.topics.add(topic);
    const { plugin } = this;
    if (plugin.type === 'source') {
      await runSourceTask(runner, {
        connector: this.name,
        clock,
        log,
        metrics: counters,
        errors,
        pipeline,
        reporter,
        offsets,
        flushIntervalMs: Number(properties['offset.flush.interval.ms'] ?? '60000'),
        topics: new TopicCreator(
          kafka.admin,
          this.#resolved,
          properties['topic.creation.enable']?.trim().toLowerCase() !== 'false',
        ),
        onTopic,
        openProducer: () =>
          kafka.producer({
            clientId: `connector-producer-${this.name}-${index}`,
            overrides: this.#clientOverrides('producer'),
          }),
        openTask: async (signal) =>
          await (
            await plugin.load()
          ).openTask(
            config,
            {
              ...context,
              latestValueSchema: async (topic) => await pipeline.valueConverter.latest?.(topic),
              offsets: {
                read: (partition) => this.#readOffset(partition),
                claim: (key, value) => this.#claims.claim(key, value),
                anchor: (position) => offsets.write(this.name, [position]),
              },
            },
            signal,
          ),
      });
      return;
    }
    await runSinkTask(runner, {
      clock,
      metrics: counters,
      errors,
      pipeline,
      reporter,
      onTopic,
      onTask: (task) => (this.#openTasks[index] = task),
      onConsumer: (consumer) => (this.#consumers[index] = consumer),
      openTask: async (signal) =>
        await (
          await plugin.load()
        ).openTask(
          config,
          {
            ...context,
            reject: ({ record, error }) =>
              reporter.report({ stage: 'put', error, original: record.original }),
          },
          signal,
        ),
      openConsumer: (callbacks) =>
        kafka.consumer({
          groupId: this.groupId,
          clientId: `connector-consumer-${this.name}-${index}`,
          topics: this.#topics(),
          autoOffsetReset:
            this.#resolved['consumer.override.auto.offset.reset'] === 'latest'
              ? 'latest'
              : 'earliest',
          overrides: this.#clientOverrides('consumer'),
          ...callbacks,
        }),
    });
  }

  get groupId(): string {
    return this.#resolved['consumer.override.group.id'] ?? `connect-${this.name}`;
  }

  #topics(): readonly string[] | RegExp {
    const pattern = this.#resolved['topics.regex']?.trim() ?? '';
    if (pattern !== '') return new RegExp(`^(?:${pattern})$`);
    return (this.#resolved['topics'] ?? '')
      .split(',')
      .map((topic) => topic.trim())
      .filter((topic) => topic !== '');
  }

  #pipeline(): Pipeline {
    const worker = this.#deps.properties;
    const own = this.#resolved;
    const converter = (side: 'key' | 'value'): ReturnType<typeof createConverter> => {
      const property = `${side}.converter`;
      // A converter named by the connector replaces the worker's wholly, options and all.
      const from = own[property] === undefined ? worker : own;
      const properties = Object.fromEntries(
        Object.entries(from)
          .filter(([name]) => name.startsWith(`${property}.`))
          .map(([name, value]) => [name.slice(property.length + 1), value]),
      );
      const className = from[property] ?? 'org.apache.kafka.connect.json.JsonConverter';
      return createConverter(className.trim(), { isKey: side === 'key', properties });
    };
    return {
      transform: buildTransformChain(own),
      keyConverter: converter('key'),
      valueConverter: converter('value'),
      headerConverter: createHeaderConverter(own['header.converter'] ?? worker['header.converter']),
    };
  }

  #clientOverrides(client: 'producer' | 'consumer'): Properties {
    const overrides: Record<string, string> = {};
    for (const [source, prefix] of [
      [this.#deps.properties, `${client}.`],
      [this.#resolved, `${client}.override.`],
    ] as const) {
      for (const [name, value] of Object.entries(source)) {
        if (name.startsWith(prefix)) overrides[name.slice(prefix.length)] = value;
      }
    }
    return overrides;
  }

  async #readOffset(
    partition: SourcePartition,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    const wanted = partitionKey(partition);
    const stored = await this.#deps.offsets.read(this.name);
    return stored.find((entry) => partitionKey(entry.partition) === wanted)?.offset;
  }
}

/** A check that couldn't reach the outside world is no finding: the task will wait and say why. */
export function isOutage(error: unknown): boolean {
  const { kind } = toAppError(error, 'fatal', 'runtime.unexpected');
  return kind === 'retriable' || kind === 'reconnect';
}
