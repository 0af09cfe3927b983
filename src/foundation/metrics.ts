/** The metrics port. Names are Prometheus names; `runtime/` and connectors only see this. */
export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  add(value?: number): void;
}
export interface Gauge {
  set(value: number): void;
}
export interface Histogram {
  observe(value: number): void;
}

export interface Metrics {
  counter(name: string, help: string, labels?: Labels): Counter;
  gauge(name: string, help: string, labels?: Labels): Gauge;
  /** A gauge read when it is scraped; disposing removes it. */
  observedGauge(name: string, help: string, labels: Labels, read: () => number): Disposable;
  histogram(name: string, help: string, labels?: Labels): Histogram;
  /** A view that adds `labels` to each series. */
  with(labels: Labels): Metrics;
}

const nothing = { add: () => undefined, set: () => undefined, observe: () => undefined };
export const noMetrics: Metrics = {
  counter: () => nothing,
  gauge: () => nothing,
  observedGauge: () => ({ [Symbol.dispose]: () => undefined }),
  histogram: () => nothing,
  with: () => noMetrics,
};
