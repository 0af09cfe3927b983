/** The metrics port. Names are Prometheus names; `runtime/` and connectors only see this. */
export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  add(value?: number): void;
}
export interface Gauge {
  set(value: number): void;
}
export interface Histogram {
  /** `count` values that are equal; default 1. */
  observe(value: number, count?: number): void;
}

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface Metrics {
  counter(name: string, help: string, labels?: Labels): Counter;
  gauge(name: string, help: string, labels?: Labels): Gauge;
  /** A gauge read when it is scraped; disposing removes it. */
  observedGauge(name: string, help: string, labels: Labels, read: () => number): Disposable;
  /** Several series, read when they are scraped: they come and go with what `read` returns. */
  observedGauges(
    name: string,
    help: string,
    labelNames: readonly string[],
    read: () => Iterable<Sample>,
  ): Disposable;
  histogram(name: string, help: string, labels?: Labels): Histogram;
  /** A view that adds `labels` to each series. */
  with(labels: Labels): Metrics;
}

const nothing = { add: () => undefined, set: () => undefined, observe: () => undefined };
export const noMetrics: Metrics = {
  counter: () => nothing,
  gauge: () => nothing,
  observedGauge: () => ({ [Symbol.dispose]: () => undefined }),
  observedGauges: () => ({ [Symbol.dispose]: () => undefined }),
  histogram: () => nothing,
  with: () => noMetrics,
};
