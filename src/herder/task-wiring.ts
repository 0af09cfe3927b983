/** From a connector's properties to the loops in `src/runtime`: everything one task works with. */
import { findClass } from '../config/classes.ts';
import { Config } from '../config/config.ts';
import type { Properties } from '../config/definition.ts';
import { createConverter, createHeaderConverter } from '../converters/catalog.ts';
import type { SourcePartition } from '../data/record.ts';
import type { KafkaConsumer } from '../kafka/port.ts';
import { ErrorReporter, type ReporterOptions } from '../runtime/dead-letters.ts';
import type { Stage } from '../runtime/error-policy.ts';
import { errorsConfig } from '../runtime/errors-config.ts';
import { partitionKey } from '../runtime/partition-key.ts';
import type { Pipeline } from '../runtime/pipeline.ts';
import { runSinkTask } from '../runtime/sink-task.ts';
import { runExactlyOnceSourceTask } from '../runtime/exactly-once-source-task.ts';
import { runSourceTask } from '../runtime/source-task.ts';
import { taskMetrics } from '../runtime/task-metrics.ts';
import type { TaskRunner } from '../runtime/task-runner.ts';
import { TopicCreator } from '../runtime/topic-creator.ts';
import type {
  ConnectorContext,
  PluginDescriptor,
  SinkTask,
  SinkTaskContext,
  SourceTaskContext,
  TaskConfig,
  TaskContext,
} from '../sdk/index.ts';
import { buildTransformChain } from '../transforms/chain.ts';
import { throwerOf } from '../transforms/thrower.ts';
import type { Claims } from './claims.ts';
import { clientConfig, groupIdOf, sinkTopics } from './client-config.ts';
import type { StandaloneHerderDeps } from './deps.ts';
import { offsetsOf } from './connector-offsets.ts';
import { exactlyOnceDeps, type ExactlyOnceWiring } from './exactly-once-wiring.ts';
import { taskFacts, type NamedVersion, type TaskFacts } from './task-facts.ts';
import { openSink, openSource } from './task-opening.ts';
import { BUILT_IN_CLASSES, type PluginClasses } from './plugin-classes.ts';

/** Connect's default for keys and values. */
const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter';
/** And for headers. */
const SIMPLE_HEADER_CONVERTER = 'org.apache.kafka.connect.storage.SimpleHeaderConverter';

export interface TaskWiring {
  readonly connector: string;
  readonly plugin: PluginDescriptor;
  /** The connector's properties, references resolved. */
  readonly resolved: Properties;
  readonly taskConfig: TaskConfig;
  readonly task: number;
  readonly deps: StandaloneHerderDeps;
  readonly claims: Claims;
  /** Where sources run exactly once. */
  readonly exactlyOnce?: ExactlyOnceWiring | undefined;
  /** Notes a topic that was read or written. */
  readonly onTopic: (topic: string) => void;
  /** The sink's task while it is open, and its consumer; undefined when they are closed. */
  readonly onSinkTask: (task: SinkTask | undefined) => void;
  readonly onConsumer: (consumer: KafkaConsumer | undefined) => void;
}

/** What a connector sees of its worker. */
export function connectorContext(connector: string, deps: StandaloneHerderDeps): ConnectorContext {
  const { log, metrics, clock, kafka, properties } = deps;
  return {
    connector,
    log: log.child({ connector }),
    metrics: metrics.with({ connector }),
    clock,
    topicConfig: (topic) => kafka.admin.topicConfig(topic),
    workerValueConverter: properties['value.converter'],
  };
}

/** Runs a task until it is told to stop; throws what makes it FAILED. */
export async function runTask(runner: TaskRunner, wiring: TaskWiring): Promise<void> {
  const { connector, plugin, resolved, task, deps } = wiring;
  const { clock, log, kafka, metrics, properties } = deps;
  const labels = { connector, task: String(task) };
  const errors = errorsConfig(resolved, properties);
  using counters = taskMetrics(metrics.with(labels), plugin.type, clock);
  const classes = deps.classes ?? BUILT_IN_CLASSES;
  using _facts = taskFacts(metrics.with(labels), clock, {
    plugin,
    resolved,
    converters: convertersOf(resolved, properties),
    classes,
  });
  await using reporter = new ErrorReporter({
    connector,
    connectorClass: plugin.class,
    classOf: classOf(convertersOf(resolved, properties), classes),
    connectorVersion: plugin.version,
    task,
    errors,
    kafka,
    log,
    metrics: counters,
    now: () => clock.now(),
    redact: deps.redact,
  });
  const shared: Shared = {
    clock,
    metrics: counters,
    errors,
    reporter,
    pipeline: pipelineOf(resolved, properties, classes),
    config: new Config(plugin.config, { ...resolved, ...wiring.taskConfig }),
    context: {
      ...connectorContext(connector, deps),
      metrics: metrics.with(labels),
      task,
      report: (reason) => {
        runner.apply(reason === undefined ? { type: 'well' } : { type: 'trouble', reason });
      },
    },
  };
  await (plugin.type === 'source'
    ? source(runner, { ...wiring, plugin }, shared)
    : sink(runner, { ...wiring, plugin }, shared));
}

interface Shared extends Pick<
  Parameters<typeof runSinkTask>[1],
  'clock' | 'metrics' | 'errors' | 'reporter' | 'pipeline'
> {
  readonly config: Config;
  readonly context: TaskContext;
}

function source(
  runner: TaskRunner,
  wiring: Parameters<typeof openSource>[1],
  { config, context, ...shared }: Shared,
): Promise<void> {
  const { connector, resolved, task, deps, claims, onTopic } = wiring;
  const { log, kafka, properties } = deps;
  const offsets = offsetsOf(resolved, deps);
  const creates = properties['topic.creation.enable']?.trim().toLowerCase() !== 'false';
  const sourceContext: SourceTaskContext = {
    ...context,
    latestValueSchema: async (topic) => await shared.pipeline.valueConverter.latest?.(topic),
    valueSchemas: async (topic) => (await shared.pipeline.valueConverter.versions?.(topic)) ?? [],
    offsets: {
      read: async (partition: SourcePartition) => {
        const wanted = partitionKey(partition);
        const stored = await offsets.read(connector);
        return stored.find((entry) => partitionKey(entry.partition) === wanted)?.offset;
      },
      claim: (key, value) => claims.claim(key, value),
      anchor: (position) => offsets.write(connector, [position]),
    },
  };
  const common = {
    ...shared,
    connector,
    log,
    topics: new TopicCreator(kafka.admin, resolved, creates),
    onTopic,
  };
  if (wiring.exactlyOnce !== undefined) {
    return runExactlyOnceSourceTask(runner, {
      ...common,
      ...exactlyOnceDeps(wiring.exactlyOnce, connector, task, resolved, deps),
      openTask: (anchor, signal) => {
        const own = { ...sourceContext, offsets: { ...sourceContext.offsets, anchor } };
        return openSource(runner, wiring, config, own, signal);
      },
    });
  }
  return runSourceTask(runner, {
    ...common,
    offsets,
    flushIntervalMs: Number(properties['offset.flush.interval.ms'] ?? '60000'),
    openProducer: () =>
      kafka.producer({
        clientId: `connector-producer-${connector}-${task}`,
        overrides: clientConfig('producer', resolved, properties),
      }),
    openTask: (signal) => openSource(runner, wiring, config, sourceContext, signal),
  });
}

function sink(
  runner: TaskRunner,
  wiring: Parameters<typeof openSink>[1],
  { config, context, ...shared }: Shared,
): Promise<void> {
  const { connector, resolved, task, deps, onTopic, onSinkTask, onConsumer } = wiring;
  const overrides = clientConfig('consumer', resolved, deps.properties);
  return runSinkTask(runner, {
    ...shared,
    connector,
    log: deps.log,
    onTopic,
    onTask: onSinkTask,
    onConsumer,
    openTask: async (signal) => {
      const reject = ({ record, error }: Parameters<SinkReject>[0]): Promise<void> =>
        shared.reporter.report({ stage: 'put', error, original: record.original });
      return await openSink(runner, wiring, config, { ...context, reject }, signal);
    },
    openConsumer: (callbacks) =>
      deps.kafka.consumer({
        groupId: groupIdOf(connector, resolved, deps.properties),
        clientId: `connector-consumer-${connector}-${task}`,
        topics: sinkTopics(resolved),
        autoOffsetReset: overrides['auto.offset.reset'] === 'latest' ? 'latest' : 'earliest',
        overrides,
        ...callbacks,
      }),
  });
}

type SinkReject = SinkTaskContext['reject'];

function pipelineOf(connector: Properties, worker: Properties, classes: PluginClasses): Pipeline {
  const key = converterProperties('key.converter', connector, worker);
  const value = converterProperties('value.converter', connector, worker);
  const header = converterProperties('header.converter', connector, worker);
  return {
    transform: buildTransformChain(connector, classes),
    keyConverter: createConverter(
      key.className ?? JSON_CONVERTER,
      { isKey: true, ...key },
      {},
      { ...classes, version: key.version },
    ),
    valueConverter: createConverter(
      value.className ?? JSON_CONVERTER,
      { isKey: false, ...value },
      {},
      { ...classes, version: value.version },
    ),
    headerConverter: createHeaderConverter(header.className, header.properties, {
      ...classes,
      version: header.version,
    }),
  };
}

/** Who fails at a stage, by the name that Connect gives it in a dead letter. */
function classOf(
  { key, value, header }: TaskFacts['converters'],
  { converters, headerConverters }: PluginClasses,
): ReporterOptions['classOf'] {
  const classes: Partial<Record<Stage, string>> = {
    'convert-key': findClass(converters, key.className)?.class ?? key.className,
    'convert-value': findClass(converters, value.className)?.class ?? value.className,
    'convert-header': findClass(headerConverters, header.className)?.class ?? header.className,
  };
  return (stage, error) => (stage === 'transform' ? throwerOf(error) : classes[stage]);
}

function convertersOf(connector: Properties, worker: Properties): TaskFacts['converters'] {
  const of = (kind: 'key' | 'value' | 'header', fallback: string): NamedVersion => {
    const { className, version } = converterProperties(`${kind}.converter`, connector, worker);
    return { className: className ?? fallback, version };
  };
  return {
    key: of('key', JSON_CONVERTER),
    value: of('value', JSON_CONVERTER),
    header: of('header', SIMPLE_HEADER_CONVERTER),
  };
}

/** A converter named by the connector replaces the worker's wholly, options and all. */
function converterProperties(
  property: 'key.converter' | 'value.converter' | 'header.converter',
  connector: Properties,
  worker: Properties,
): {
  readonly className: string | undefined;
  readonly version: string | undefined;
  readonly properties: Properties;
} {
  const from = connector[property] === undefined ? worker : connector;
  const prefix = `${property}.`;
  const options = Object.entries(from).filter(
    ([name]) => name.startsWith(prefix) && name !== `${prefix}plugin.version`,
  );
  return {
    className: from[property]?.trim(),
    version: from[`${property}.plugin.version`],
    properties: Object.fromEntries(
      options.map(([name, each]) => [name.slice(prefix.length), each]),
    ),
  };
}
