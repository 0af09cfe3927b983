import type { Metrics } from '../foundation/metrics.ts';
import type { RunningConnector } from './connector.ts';

const STATES = ['RUNNING', 'PAUSED', 'FAILED', 'UNASSIGNED', 'RESTARTING'] as const;

/** Connect's worker and connector metrics, read when they are scraped. */
export function registerWorkerMetrics(
  metrics: Metrics,
  connectors: () => readonly RunningConnector[],
): void {
  const worker = 'kafka_connect_connect_worker_metrics_';
  metrics.observedGauge(
    `${worker}connector_count`,
    'Connectors of this worker.',
    {},
    () => connectors().length,
  );
  metrics.observedGauge(`${worker}task_count`, 'Tasks of this worker.', {}, () =>
    connectors().reduce((sum, { runners }) => sum + runners.length, 0),
  );
  for (const state of STATES) {
    metrics.observedGauge(
      `${worker}connector_${state.toLowerCase()}_task_count`,
      `Tasks that are ${state}.`,
      {},
      () =>
        connectors()
          .flatMap(({ runners }) => runners)
          .filter((runner) => runner.state.phase === state).length,
    );
  }
}
