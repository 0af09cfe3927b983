/** The worker's and its connectors' metrics, in the names Connect's dashboards know, read when scraped. */
import type { Labels, Metrics, Sample } from '../foundation/metrics.ts';
import type { RunningConnector } from './connector.ts';

const WORKER = 'kafka_connect_connect_worker_metrics_';
const CONNECTOR = 'kafka_connect_connector_metrics_';
const TASK = 'kafka_connect_connector_task_metrics_';
const SINK = 'kafka_connect_sink_task_metrics_';
const PHASES = ['RUNNING', 'PAUSED', 'FAILED', 'UNASSIGNED', 'RESTARTING'] as const;

export function registerWorkerMetrics(
  metrics: Metrics,
  connectors: () => readonly RunningConnector[],
): void {
  const gauge = (name: string, help: string, read: () => number): void =>
    void metrics.observedGauge(name, help, {}, read);
  gauge(`${WORKER}connector_count`, 'Connectors of this worker.', () => connectors().length);
  gauge(`${WORKER}task_count`, 'Tasks of this worker.', () =>
    connectors().reduce((sum, { runners }) => sum + runners.length, 0),
  );
  const each = (
    name: string,
    help: string,
    labels: readonly string[],
    samples: (connector: RunningConnector) => Iterable<Sample>,
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
  const fact = (name: string, of: (connector: RunningConnector) => string): void =>
    each(`${CONNECTOR}${name}_info`, `A connector's ${name}.`, [name], (connector) => [
      is({ [name]: of(connector) }),
    ]);
  fact('status', (connector) => connector.state().state.toLowerCase());
  fact('connector_class', ({ plugin }) => plugin.class);
  fact('connector_type', ({ plugin }) => plugin.type);
  fact('connector_version', ({ plugin }) => plugin.version);
  each(`${TASK}status_info`, "A task's status.", ['task', 'status'], ({ runners }) =>
    runners.map(({ task, state }) => is({ task: String(task), status: state.phase.toLowerCase() })),
  );
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

/** A series that says a thing by being there. */
function is(labels: Labels): Sample {
  return { labels, value: 1 };
}

function reading(
  connector: RunningConnector,
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
