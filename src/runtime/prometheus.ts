import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Labels, Metrics } from '../foundation/metrics.ts';

export interface Prometheus {
  readonly metrics: Metrics;
  render(): Promise<{ contentType: string; text: string }>;
}

/** Milliseconds from one to ten seconds. */
const BUCKETS_MS = [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** The metrics port on prom-client, with Node's own (event-loop lag, memory, CPU). */
export function createPrometheus(): Prometheus {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    metrics: metricsOn(registry, {}),
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
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
      const observed = observedGauges(registry, name, help, Object.keys(own));
      const entry = { labels: own, read };
      observed.add(entry);
      return { [Symbol.dispose]: () => void observed.delete(entry) };
    },
    histogram: (name, help, labels) => {
      const own = all(labels);
      const metric = once(
        registry,
        name,
        () =>
          new Histogram({
            name,
            help,
            labelNames: Object.keys(own),
            buckets: BUCKETS_MS,
            registers: [registry],
          }),
      );
      return { observe: (value) => metric.observe(own, value) };
    },
    with: (labels) => metricsOn(registry, all(labels)),
  };
}

interface Observed {
  readonly labels: Labels;
  readonly read: () => number;
}

const observers = new WeakMap<Gauge, Set<Observed>>();

function observedGauges(
  registry: Registry,
  name: string,
  help: string,
  labelNames: string[],
): Set<Observed> {
  const observed = new Set<Observed>();
  const gauge = once(registry, name, () => {
    const created: Gauge = new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      collect: () => {
        created.reset();
        for (const { labels, read } of observers.get(created) ?? []) created.set(labels, read());
      },
    });
    observers.set(created, observed);
    return created;
  });
  return observers.get(gauge) ?? observed;
}

function once<M>(registry: Registry, name: string, create: () => M): M {
  return (registry.getSingleMetric(name) as M | undefined) ?? create();
}
