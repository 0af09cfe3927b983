/** What a worker tells of itself besides `/metrics`. The `otel.*` names and defaults are OpenTelemetry's own. */
import type { ConfigDef, ConfigKey } from './definition.ts';

const EXPORTERS = ['otlp', 'none'];

function key(
  name: string,
  type: ConfigKey['type'],
  documentation: string,
  rest: Partial<ConfigKey>,
): ConfigKey {
  const shown = { group: 'Telemetry', displayName: name, importance: 'LOW' } as const;
  return { name, type, documentation, ...shown, ...rest };
}

export const TELEMETRY_KEYS: ConfigDef = [
  key(
    'metrics.names',
    'LIST',
    "Under whose names /metrics shows Kafka's and Connect's metrics besides Connect's own: confluent (Confluent's jmx-monitoring-stacks and Strimzi's metrics reporter), strimzi (Strimzi's rules for the JMX exporter). Their stock dashboards then work as they are.",
    { default: null, values: ['confluent', 'strimzi'] },
  ),
  key(
    'otel.exporter.otlp.endpoint',
    'STRING',
    'Where OpenTelemetry traces and metrics go, as OTLP over HTTP (http://collector:4318); the environment may say it as OTEL_EXPORTER_OTLP_ENDPOINT. Empty: nowhere, and nothing is loaded.',
    { default: '' },
  ),
  key(
    'otel.exporter.otlp.headers',
    'PASSWORD',
    'Headers for that endpoint: name=value, separated by commas.',
    { default: '' },
  ),
  key('otel.service.name', 'STRING', 'How the worker is called there.', { default: 'headwater' }),
  key('otel.traces.exporter', 'STRING', 'Whether traces are sent.', {
    default: 'otlp',
    values: EXPORTERS,
  }),
  key('otel.metrics.exporter', 'STRING', 'Whether metrics are sent.', {
    default: 'otlp',
    values: EXPORTERS,
  }),
  key('otel.metric.export.interval', 'LONG', 'How often metrics are sent, ms.', {
    default: '60000',
    min: 100,
  }),
  key(
    'otel.traces.sampler.arg',
    'DOUBLE',
    'The share of traces that are kept, 0 to 1, where the record brings no decision of its own.',
    { default: '1', min: 0, max: 1 },
  ),
];
