/**
 * Other people's names for the same metrics. Dashboards ask for what their exporter's rules make of Connect's JMX names;
 * the names here are those two: Confluent's `jmx-monitoring-stacks` (and Strimzi's metrics reporter), and Strimzi's JMX rules.
 */
import type { Labels, Sample } from '../foundation/metrics.ts';

export const NAMINGS = ['confluent', 'strimzi'] as const;
export type Naming = (typeof NAMINGS)[number];

export interface NamedSample extends Sample {
  readonly name: string;
}

/** `metrics.names`: what is shown besides Connect's names. */
export function namingsOf(property: string | undefined): readonly Naming[] {
  const wanted = (property ?? '').split(',').map((each) => each.trim().toLowerCase());
  return NAMINGS.filter((each) => wanted.includes(each));
}

/** The sample under the other name; undefined where that naming has no other for it. */
export function renamed(naming: Naming, sample: NamedSample): NamedSample | undefined {
  const name = naming === 'confluent' ? confluent(sample.name) : strimzi(sample.name);
  if (name === undefined || name === sample.name) return undefined;
  const labels = naming === 'strimzi' ? lowerClient(sample.labels) : sample.labels;
  return { name, labels, value: sample.value };
}

/** Texts share the group's name; exporters of version 1 strip the endings that Prometheus keeps for its own types. */
function confluent(name: string): string | undefined {
  if (!name.startsWith('kafka_')) return undefined;
  if (/^kafka_connect_connector_metrics_\w+_info$/.test(name)) {
    return 'kafka_connect_connector_metrics';
  }
  return name.replace(/_app_info$/, '_app').replace(/_total$/, '');
}

const STRIMZI: readonly (readonly [RegExp, string])[] = [
  [
    /^kafka_connect_connect_(worker|worker_rebalance|coordinator|node)_metrics_/,
    'kafka_connect_$1_',
  ],
  [
    /^kafka_connect_(connector|connector_task|source_task|sink_task|task_error)_metrics_/,
    'kafka_connect_$1_',
  ],
  [/^kafka_admin_client_admin_client_metrics_/, 'kafka_admin_client_'],
  [/^kafka_(?:producer|consumer)_(\w+?)_metrics_/, 'kafka_$1_'],
];

/** `_metrics` and the doubled client's name are left out, and so is `_info` of a text. */
function strimzi(name: string): string | undefined {
  for (const [pattern, with_] of STRIMZI) {
    if (pattern.test(name)) return name.replace(pattern, with_).replace(/_info$/, '');
  }
  return undefined;
}

function lowerClient({ client_id, ...labels }: Labels): Labels {
  return client_id === undefined ? labels : { ...labels, clientid: client_id };
}
