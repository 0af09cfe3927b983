/** What a worker tells of itself: metrics of its parts and of its Kafka clients. */
import type { Properties } from '../../config/definition.ts';
import type { Clock } from '../../foundation/clock.ts';
import { registerApp } from '../../herder/app-info.ts';
import { CONNECT_VERSION } from '../../herder/plugins.ts';
import { metered } from '../../kafka/metered/index.ts';
import type { GroupKafka } from '../../kafka/port.ts';
import { namingsOf } from '../../runtime/metric-names.ts';
import { createPrometheus, type Prometheus } from '../../runtime/prometheus.ts';

export interface Telemetry {
  readonly prometheus: Prometheus;
  /** The same, with metrics of its clients. */
  observed(kafka: GroupKafka): GroupKafka;
}

export interface TelemetryOptions {
  readonly properties: Properties;
  readonly workerId: string;
  /** Headwater's own. */
  readonly version: string;
  readonly clock: Clock;
}

export function openTelemetry(options: TelemetryOptions): Telemetry {
  const { properties, workerId, version, clock } = options;
  const prometheus = createPrometheus(namingsOf(properties['metrics.names']));
  const { metrics } = prometheus;
  const named = properties['client.id'] ?? '';
  const clientId = named === '' ? `connect-${workerId}` : named;
  const startedAtMs = clock.now();
  registerApp(metrics, { clientId, connectVersion: CONNECT_VERSION, version, startedAtMs });
  return { prometheus, observed: (kafka) => metered(kafka, metrics, clock, clientId) };
}
