import type { Metrics } from '../foundation/metrics.ts';

export interface App {
  /** `client.id`, else as the worker names itself to its group. */
  readonly clientId: string;
  /** Of the Connect whose API this is. */
  readonly connectVersion: string;
  /** Headwater's own. */
  readonly version: string;
  readonly startedAtMs: number;
}

/** Connect's `app-info`, in one series, and what this worker really is. */
export function registerApp(metrics: Metrics, app: App): void {
  const labels = {
    client_id: app.clientId,
    version: app.connectVersion,
    commit_id: 'unknown',
    start_time_ms: String(app.startedAtMs),
  };
  const help = 'The Connect whose API the worker speaks, and when it was started.';
  metrics.observedGauge('kafka_connect_app_info', help, labels, () => 1);
  const build = { version: app.version, node: process.version };
  metrics.observedGauge('headwater_build_info', "Headwater's and Node's versions.", build, () => 1);
}
