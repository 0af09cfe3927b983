/** The worker's and its connectors' metrics, in the names Connect's dashboards know, read when scraped. */
import type { Labels, Metrics, Sample } from '../foundation/metrics.ts';
import type { KafkaConsumer } from '../kafka/port.ts';
import type { TaskRunner } from '../runtime/task-runner.ts';
import type { PluginDescriptor } from '../sdk/index.ts';

const WORKER = 'kafka_connect_connect_worker_metrics_';
const CONNECTOR = 'kafka_connect_connector_metrics_';
const TASK = 'kafka_connect_connector_task_metrics_';
const SINK = 'kafka_connect_sink_task_metrics_';
const PHASES = ['RUNNING', 'PAUSED', 'FAILED', 'UNASSIGNED', 'RESTARTING'] as const;

/** What of a connector runs on this worker. */
export interface RunningHere {
  readonly name: string;
  /** undefined: this worker doesn't know its class. */
  readonly plugin: Pick<PluginDescriptor, 'class' | 'type' | 'version'> | undefined;
  readonly runners: readonly TaskRunner[];
  /** Of its instance; undefined: another worker of the group has it. */
  state(): { readonly state: string } | undefined;
  consumer(task: number): KafkaConsumer | undefined;
}

export function registerWorkerMetrics(
  metrics: Metrics,
  connectors: () => readonly RunningHere[],
): void {
  const gauge = (name: string, help: string, read: () => number): void =>
    void metrics.observedGauge(name, help, {}, read);
  gauge(
    `${WORKER}connector_count`,
    'Connectors of this worker.',
    () => connectors().filter((connector) => connector.state() !== undefined).length,
  );
  gauge(`${WORKER}task_count`, 'Tasks of this worker.', () =>
    connectors().reduce((sum, { runners }) => sum + runners.length, 0),
  );
  const each = (
    name: string,
    help: string,
    labels: readonly string[],
    samples: (connector: RunningHere) => Iterable<Sample>,
  ): void =>
    void metrics.observedGauges(name, help, ['connector', ...labels], () =>
      connectors().flatMap((connector) =>
        [...samples(connector)].map(({ labels: own, value }) => ({
          labels: { connector: connector.name, ...own },
          value,
        })),
      ),
    );
  each(`${WORKER}connector_total_task_count`, 'Tasks of a connector.', [], ({ runners }) => [
    { labels: {}, value: runners.length },
  ]);
  for (const phase of PHASES) {
    const name = `${WORKER}connector_${phase.toLowerCase()}_task_count`;
    each(name, `Tasks of a connector that are ${phase}.`, [], ({ runners }) => [
      { labels: {}, value: runners.filter(({ state }) => state.phase === phase).length },
    ]);
  }
  each(
    `${WORKER}connector_destroyed_task_count`,
    'Always 0: a task that is gone is not counted.',
    [],
    () => [{ labels: {}, value: 0 }],
  );
  const fact = (name: string, of: (connector: RunningHere) => string | undefined): void =>
    each(`${CONNECTOR}${name}_info`, `A connector's ${name}.`, [name], (connector) => {
      const value = connector.state() === undefined ? undefined : of(connector);
      return value === undefined ? [] : [is({ [name]: value })];
    });
  fact('status', (connector) => connector.state()?.state.toLowerCase());
  fact('connector_class', ({ plugin }) => plugin?.class);
  fact('connector_type', ({ plugin }) => plugin?.type);
  fact('connector_version', ({ plugin }) => plugin?.version);
  each(`${TASK}status_info`, "A task's status.", ['task', 'status'], ({ runners }) =>
    runners.map(({ task, state }) => is({ task: String(task), status: state.phase.toLowerCase() })),
  );
  for (const [name, phase] of [
    ['running', 'RUNNING'],
    ['pause', 'PAUSED'],
  ] as const) {
    const help = `The share of its life that a task was ${phase}, 0 to 1.`;
    each(`${TASK}${name}_ratio`, help, ['task'], ({ runners }) =>
      runners.map(({ task, times }) => ({
        labels: { task: String(task) },
        value: times.ratio(phase),
      })),
    );
  }
  each(
    `${SINK}sink_record_lag_max`,
    'Records behind, of the partition furthest behind.',
    ['task'],
    (connector) => reading(connector, ({ lag }) => greatest(lag)),
  );
  each(`${SINK}partition_count`, 'Partitions a sink task reads.', ['task'], (connector) =>
    reading(connector, ({ partitions }) => partitions),
  );
}

/** What of its group a worker has: Connect's `connect-coordinator-metrics`. */
export function registerAssignment(
  metrics: Metrics,
  clientId: string,
  connectors: () => readonly RunningHere[],
): void {
  const name = 'kafka_connect_connect_coordinator_metrics_assigned';
  const labels = { client_id: clientId };
  const instances = (): number => connectors().filter((each) => each.state() !== undefined).length;
  const tasks = (): number => connectors().reduce((sum, { runners }) => sum + runners.length, 0);
  metrics.observedGauge(`${name}_connectors`, 'Connectors of this worker.', labels, instances);
  metrics.observedGauge(`${name}_tasks`, 'Tasks of this worker.', labels, tasks);
}

/** A series that says a thing by being there. */
function is(labels: Labels): Sample {
  return { labels, value: 1 };
}

function reading(
  connector: RunningHere,
  value: (of: { lag: Iterable<bigint>; partitions: number }) => number,
): readonly Sample[] {
  return connector.runners.flatMap(({ task }) => {
    const consumer = connector.consumer(task);
    if (consumer === undefined) return [];
    const of = { lag: consumer.lag().values(), partitions: consumer.assignment().length };
    return [{ labels: { task: String(task) }, value: value(of) }];
  });
}

function greatest(numbers: Iterable<bigint>): number {
  return Number([...numbers].reduce((most, each) => (each > most ? each : most), 0n));
}
