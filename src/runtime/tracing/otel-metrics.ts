import type * as Sdk from '@opentelemetry/sdk-metrics';
import type { Resource } from '@opentelemetry/resources';
import type { NamedSample } from '../metric-names.ts';
import type { Prometheus } from '../prometheus.ts';

/**
 * What `/metrics` shows, histograms aside, as OpenTelemetry's metrics of the same names: `_total` is a sum, the others are
 * gauges. NaN, which says that there is nothing yet, isn't sent.
 */
export function metricProducer(
  sdk: typeof Sdk,
  prometheus: Prometheus,
  resource: Resource,
  version: string,
): Sdk.MetricProducer {
  const begun = now();
  return {
    collect: async () => {
      const ended = now();
      const byName = new Map<string, NamedSample[]>();
      for (const sample of await prometheus.samples()) {
        if (!Number.isFinite(sample.value)) continue;
        byName.set(sample.name, [...(byName.get(sample.name) ?? []), sample]);
      }
      const metrics = [...byName].map(([name, samples]) => metricOf(name, samples));
      const scope = { name: 'headwater', version };
      return { resourceMetrics: { resource, scopeMetrics: [{ scope, metrics }] }, errors: [] };

      function metricOf(name: string, samples: readonly NamedSample[]): Sdk.MetricData {
        const common = {
          descriptor: { name, description: '', unit: '', valueType: 1 },
          aggregationTemporality: sdk.AggregationTemporality.CUMULATIVE,
          dataPoints: samples.map(({ labels, value }) => ({
            startTime: begun,
            endTime: ended,
            attributes: labels,
            value,
          })),
        };
        return name.endsWith('_total')
          ? { ...common, dataPointType: sdk.DataPointType.SUM, isMonotonic: true }
          : { ...common, dataPointType: sdk.DataPointType.GAUGE };
      }
    },
  };
}

/** Seconds and nanoseconds. */
function now(): [number, number] {
  const ms = performance.timeOrigin + performance.now();
  return [Math.trunc(ms / 1_000), Math.trunc((ms % 1_000) * 1e6)];
}
