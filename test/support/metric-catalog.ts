/** Every metric there is, as the product itself registers it: names, types, labels and meanings. */
import { watchMemory } from '../../src/cli/worker/memory.ts';
import { observe } from '../../connectors/salesforce/source/metrics.ts';
import { sinkCounters } from '../../connectors/salesforce/sink/metrics.ts';
import { duckDbCounters } from '../../connectors/warehouse/duckdb/metrics.ts';
import { silentLog } from '../../src/foundation/log.ts';
import type { Metrics } from '../../src/foundation/metrics.ts';
import { turn } from '../../src/foundation/turn.ts';
import { registerApp } from '../../src/herder/app-info.ts';
import { RebalanceMetrics } from '../../src/herder/distributed/rebalance-metrics.ts';
import { BUILT_IN_CLASSES } from '../../src/herder/plugin-classes.ts';
import { startupMetrics } from '../../src/herder/startups.ts';
import { taskFacts } from '../../src/herder/task-facts.ts';
import { registerAssignment, registerWorkerMetrics } from '../../src/herder/worker-metrics.ts';
import { metered } from '../../src/kafka/metered/index.ts';
import type { GroupKafka, TransactionalProducer } from '../../src/kafka/port.ts';
import type { Naming } from '../../src/runtime/metric-names.ts';
import { createPrometheus } from '../../src/runtime/prometheus.ts';
import { taskMetrics } from '../../src/runtime/task-metrics.ts';
import { TaskRunner } from '../../src/runtime/task-runner.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryKafka } from './memory-kafka.ts';

export interface CatalogEntry {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
}

const clock = new ManualClock();

/** As `/metrics` would show them on a worker that runs everything. */
export async function everyMetric(namings: readonly Naming[] = []): Promise<string> {
  const prometheus = createPrometheus(namings);
  const { metrics } = prometheus;
  workerMetrics(metrics);
  tasks(metrics);
  await clients(metrics);
  connectors(metrics.with({ connector: 'c', task: '0' }));
  // What is asked for asynchronously has come then.
  await turn();
  return (await prometheus.render()).text;
}

export function entriesOf(text: string): readonly CatalogEntry[] {
  const found = new Map<string, { help: string; type: string; labels: Set<string> }>();
  for (const line of text.split('\n')) {
    const [, what, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (what === 'HELP') found.set(name, { help: rest, type: '', labels: new Set() });
    const entry = found.get(name) ?? { help: '', type: '', labels: new Set<string>() };
    if (what === 'TYPE') found.set(name, { ...entry, type: rest });
    const [, sample = '', labels = ''] = /^([a-z_0-9]+)(?:\{(.*)\})? /.exec(line) ?? [];
    const of = found.get(sample) ?? found.get(sample.replace(/_(bucket|sum|count)$/, ''));
    for (const [, label = ''] of labels.matchAll(/([a-z_]+)="/g)) of?.labels.add(label);
  }
  return [...found].map(([name, { labels, ...entry }]) => ({
    name,
    ...entry,
    labels: [...labels].filter((label) => label !== 'le'),
  }));
}

/** Names of the series, as a query asks for them. */
export function seriesIn(text: string): ReadonlySet<string> {
  const names = text.split('\n').flatMap((line) => /^[a-z]\w*/.exec(line) ?? []);
  return new Set(names);
}

function workerMetrics(metrics: Metrics): void {
  registerApp(metrics, { clientId: 'w', connectVersion: '4', version: '0', startedAtMs: 0 });
  watchMemory({ clock, log: silentLog, metrics });
  startupMetrics(metrics, clock);
  const rebalances = new RebalanceMetrics(metrics, clock);
  rebalances.ended({ generation: 1 } as Parameters<RebalanceMetrics['ended']>[0], 'http://w/');
  const options = { connector: 'c', task: 0, clock, log: silentLog, gracefulMs: 0 };
  const here = {
    name: 'c',
    plugin: { class: 'C', type: 'sink', version: '1' } as const,
    runners: [new TaskRunner(options, () => Promise.resolve())],
    state: () => ({ state: 'RUNNING' }),
    consumer: () => ({
      poll: () => Promise.resolve([]),
      commit: () => Promise.resolve(),
      assignment: () => [],
      lag: () => new Map(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
  };
  registerWorkerMetrics(metrics, () => [here]);
  registerAssignment(metrics, 'w', () => [here]);
}

function tasks(metrics: Metrics): void {
  const of = metrics.with({ connector: 'c', task: '0' });
  taskMetrics(of, 'source', clock).transactionSize.set(1);
  taskMetrics(of, 'sink', clock).deadLettered('put', 'c');
  const json = { className: 'JsonConverter', version: undefined };
  taskFacts(of, clock, {
    plugin: { class: 'C', type: 'source', version: '1' },
    resolved: {
      transforms: 't',
      'transforms.t.type': 'HoistField$Value',
      predicates: 'p',
      'predicates.p.type': 'RecordIsTombstone',
    },
    converters: { key: json, value: json, header: json },
    classes: BUILT_IN_CLASSES,
  });
}

async function clients(metrics: Metrics): Promise<void> {
  const nothing = (): Promise<void> => Promise.resolve();
  const transactions: TransactionalProducer = {
    init: nothing,
    send: nothing,
    commit: nothing,
    abort: nothing,
    [Symbol.asyncDispose]: nothing,
  };
  const memory = new MemoryKafka();
  memory.addTopic('t');
  const whole = Object.assign(memory, { transactionalProducer: () => transactions });
  const kafka = metered(whole as unknown as GroupKafka, metrics, clock, 'w');
  await kafka.producer({ clientId: 'p' });
  kafka.transactionalProducer({ clientId: 'x', transactionalId: 'x', timeoutMs: 1 });
  await kafka.consumer({
    groupId: 'g',
    clientId: 'r',
    topics: ['t'],
    autoOffsetReset: 'earliest',
    onAssigned: () => Promise.resolve([]),
    onRevoked: nothing,
  });
}

function connectors(metrics: Metrics): void {
  sinkCounters(metrics);
  duckDbCounters(metrics);
  const context = { metrics, clock, log: silentLog } as unknown as Parameters<typeof observe>[0];
  const stream = {
    channel: '/data/AccountChangeEvent',
    lastEventAt: 0,
    subscription: { silenceMs: 0, reopenings: 0 },
    positionAgeMs: () => 0,
  } as unknown as Parameters<typeof observe>[1][number];
  observe(context, [stream], { deliveriesLeft: () => Promise.resolve(1) });
}
