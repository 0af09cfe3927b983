import { Counter, Gauge, Registry, collectDefaultMetrics, type Histogram } from 'prom-client';
import type { Labels, Metrics, Sample } from '../foundation/metrics.ts';
import { BucketHistogram } from './bucket-histogram.ts';
import type { NamedSample, Naming } from './metric-names.ts';
import { samplesOf, textIn } from './metric-text.ts';

export interface Prometheus {
  readonly metrics: Metrics;
  /** Everything but histograms. */
  samples(): Promise<readonly NamedSample[]>;
  render(): Promise<{ contentType: string; text: string }>;
}

/**
 * The metrics port on prom-client, with Node's own (event-loop lag, memory, CPU). `namings`: other names under which
 * metrics are shown besides.
 */
export function createPrometheus(namings: readonly Naming[] = []): Prometheus {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    metrics: metricsOn(registry, {}),
    samples: () => samplesOf(registry),
    render: async () => {
      const text = await registry.metrics();
      const others = namings.length === 0 ? '' : textIn(namings, await samplesOf(registry));
      return {
        contentType: registry.contentType,
        text: others === '' ? text : `${text}\n${others}`,
      };
    },
  };
}

function metricsOn(registry: Registry, fixed: Labels): Metrics {
  const all = (labels: Labels | undefined): Labels => ({ ...fixed, ...labels });
  return {
    counter: (name, help, labels) => {
      const own = all(labels);
      const metric = once(
        registry,
        name,
        () => new Counter({ name, help, labelNames: Object.keys(own), registers: [registry] }),
      );
      metric.inc(own, 0);
      return { add: (value = 1) => metric.inc(own, value) };
    },
    gauge: (name, help, labels) => {
      const own = all(labels);
      const metric = once(
        registry,
        name,
        () => new Gauge({ name, help, labelNames: Object.keys(own), registers: [registry] }),
      );
      return { set: (value) => metric.set(own, value) };
    },
    observedGauge: (name, help, labels, read) => {
      const own = all(labels);
      const sample = (): Sample[] => [{ labels: own, value: read() }];
      return observe(registry, name, help, Object.keys(own), sample);
    },
    observedGauges: (name, help, labelNames, read) =>
      observe(registry, name, help, [...Object.keys(fixed), ...labelNames], () =>
        [...read()].map(({ labels, value }) => ({ labels: all(labels), value })),
      ),
    histogram: (name, help, labels) => {
      const histogram = once(registry, name, () => {
        const created = new BucketHistogram(name, help);
        registry.registerMetric(created as unknown as Histogram);
        return created;
      });
      return { observe: histogram.with(all(labels)) };
    },
    with: (labels) => metricsOn(registry, all(labels)),
  };
}

type Observer = () => readonly Sample[];

const observers = new WeakMap<Gauge, Set<Observer>>();

function observe(
  registry: Registry,
  name: string,
  help: string,
  labelNames: string[],
  read: Observer,
): Disposable {
  const gauge = once(registry, name, () => {
    const created: Gauge = new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      collect: () => {
        created.reset();
        for (const observer of observers.get(created) ?? []) {
          for (const { labels, value } of observer()) created.set(labels, value);
        }
      },
    });
    observers.set(created, new Set());
    return created;
  });
  const own: Observer = () => read();
  observers.get(gauge)?.add(own);
  return { [Symbol.dispose]: () => void observers.get(gauge)?.delete(own) };
}

function once<M>(registry: Registry, name: string, create: () => M): M {
  return (registry.getSingleMetric(name) as M | undefined) ?? create();
}
