/** What a worker tells of itself: metrics of its parts and of its Kafka clients. */
import type { Properties } from '../../config/definition.ts';
import type { Clock } from '../../foundation/clock.ts';
import { registerApp } from '../../herder/app-info.ts';
import { CONNECT_VERSION } from '../../herder/plugins.ts';
import { metered } from '../../kafka/metered/index.ts';
import type { GroupKafka } from '../../kafka/port.ts';
import { namingsOf } from '../../runtime/metric-names.ts';
import { createPrometheus, type Prometheus } from '../../runtime/prometheus.ts';
import { tracedKafka } from '../../runtime/tracing/traced.ts';
import type { Tracing } from '../../runtime/tracing/tracing.ts';

export interface Telemetry extends AsyncDisposable {
  readonly prometheus: Prometheus;
  /** undefined: nothing is traced. */
  readonly tracing: Tracing | undefined;
  /** The same, with metrics of its clients, and traces of what they send. */
  observed(kafka: GroupKafka): GroupKafka;
}

export interface TelemetryOptions {
  readonly properties: Properties;
  readonly workerId: string;
  /** Headwater's own. */
  readonly version: string;
  readonly clock: Clock;
}

/** OpenTelemetry is loaded only where `otel.exporter.otlp.endpoint`, or the environment, names where to send to. */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { properties, workerId, version, clock } = options;
  const prometheus = createPrometheus(namingsOf(properties['metrics.names']));
  const { metrics } = prometheus;
  const named = properties['client.id'] ?? '';
  const clientId = named === '' ? `connect-${workerId}` : named;
  const startedAtMs = clock.now();
  registerApp(metrics, { clientId, connectVersion: CONNECT_VERSION, version, startedAtMs });
  const endpoint = endpointOf(properties);
  const otel =
    endpoint === ''
      ? undefined
      : await (
          await import('../../runtime/tracing/otel.ts')
        ).openOtel({
          ...options,
          endpoint,
          prometheus,
        });
  const tracing = otel?.tracing;
  return {
    prometheus,
    tracing,
    observed: (kafka) => {
      const measured = metered(kafka, metrics, clock, clientId);
      return tracing === undefined ? measured : tracedKafka(measured, tracing);
    },
    [Symbol.asyncDispose]: async () => await otel?.[Symbol.asyncDispose](),
  };
}

/** The worker's file, else the environment as OpenTelemetry names it; without a slash at its end. */
function endpointOf(properties: Properties): string {
  const written = properties['otel.exporter.otlp.endpoint'] ?? '';
  const given = written === '' ? (process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') : written;
  return given.trim().replace(/\/+$/, '');
}
