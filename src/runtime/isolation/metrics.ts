/** A task's metrics: gathered in its thread, kept by its worker. */
import type {
  Counter,
  Gauge,
  Histogram,
  Labels,
  Metrics,
  Sample,
} from '../../foundation/metrics.ts';

interface Series {
  readonly name: string;
  readonly help: string;
  readonly labels: Labels;
}

export type MetricChange =
  | (Series & { readonly kind: 'counter'; readonly value: number })
  | (Series & { readonly kind: 'gauge'; readonly value: number })
  | (Series & { readonly kind: 'histogram'; readonly values: number[] })
  | (Series & {
      readonly kind: 'observed';
      readonly id: number;
      readonly labelNames: readonly string[];
      /** undefined = it is gone. */
      readonly samples: readonly Sample[] | undefined;
    });

/** Observations between two messages; more are left out: they are a sample then. */
const MAX_OBSERVATIONS = 10_000;

/** In the thread. */
export class GatheredMetrics {
  readonly #changes = new Map<string, MetricChange>();
  readonly #observed = new Map<number, () => MetricChange>();
  #lastId = 0;

  /** What has changed since the last call. */
  take(): readonly MetricChange[] {
    const taken = [
      ...this.#changes.values(),
      ...[...this.#observed.values()].map((read) => read()),
    ];
    this.#changes.clear();
    return taken;
  }

  view(own: Labels = {}): Metrics {
    const series = (name: string, help: string, labels: Labels = {}): Series => ({
      name,
      help,
      labels: { ...own, ...labels },
    });
    return {
      counter: (name, help, labels) => this.#counter(series(name, help, labels)),
      gauge: (name, help, labels) => this.#gauge(series(name, help, labels)),
      histogram: (name, help, labels) => this.#histogram(series(name, help, labels)),
      observedGauge: (name, help, labels, read) =>
        this.#observe(series(name, help, own), Object.keys(labels), () => [
          { labels, value: read() },
        ]),
      observedGauges: (name, help, labelNames, read) =>
        this.#observe(series(name, help, own), labelNames, () => [...read()]),
      with: (labels) => this.view({ ...own, ...labels }),
    };
  }

  #counter(series: Series): Counter {
    const key = keyOf('counter', series);
    return {
      add: (value = 1) => {
        const before = this.#changes.get(key);
        const sum = (before?.kind === 'counter' ? before.value : 0) + value;
        this.#changes.set(key, { ...series, kind: 'counter', value: sum });
      },
    };
  }

  #gauge(series: Series): Gauge {
    const key = keyOf('gauge', series);
    return { set: (value) => void this.#changes.set(key, { ...series, kind: 'gauge', value }) };
  }

  #histogram(series: Series): Histogram {
    const key = keyOf('histogram', series);
    return {
      observe: (value, count = 1) => {
        const before = this.#changes.get(key);
        const values = before?.kind === 'histogram' ? before.values : [];
        const room = Math.min(count, MAX_OBSERVATIONS - values.length);
        for (let i = 0; i < room; i += 1) values.push(value);
        this.#changes.set(key, { ...series, kind: 'histogram', values });
      },
    };
  }

  #observe(
    series: Series,
    labelNames: readonly string[],
    read: () => readonly Sample[],
  ): Disposable {
    const id = (this.#lastId += 1);
    const change = (samples: readonly Sample[] | undefined): MetricChange => ({
      ...series,
      kind: 'observed',
      id,
      labelNames,
      samples,
    });
    this.#observed.set(id, () => change(read()));
    return {
      [Symbol.dispose]: () => {
        this.#observed.delete(id);
        this.#changes.set(`gone ${id}`, change(undefined));
      },
    };
  }
}

/** In the worker. Disposed, the task's observed gauges are gone. */
export class KeptMetrics implements Disposable {
  readonly #metrics: Metrics;
  readonly #observed = new Map<
    number,
    { samples: readonly Sample[]; readonly shown: Disposable }
  >();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  apply(changes: readonly MetricChange[]): void {
    for (const change of changes) {
      const { name, help, labels } = change;
      if (change.kind === 'counter') this.#metrics.counter(name, help, labels).add(change.value);
      else if (change.kind === 'gauge') this.#metrics.gauge(name, help, labels).set(change.value);
      else if (change.kind === 'observed') this.#observe(change);
      else {
        const histogram = this.#metrics.histogram(name, help, labels);
        for (const value of change.values) histogram.observe(value);
      }
    }
  }

  [Symbol.dispose](): void {
    for (const { shown } of this.#observed.values()) shown[Symbol.dispose]();
    this.#observed.clear();
  }

  #observe({
    id,
    name,
    help,
    labels,
    labelNames,
    samples,
  }: MetricChange & { kind: 'observed' }): void {
    const known = this.#observed.get(id);
    if (samples === undefined) {
      known?.shown[Symbol.dispose]();
      this.#observed.delete(id);
    } else if (known !== undefined) known.samples = samples;
    else {
      const read = (): readonly Sample[] => this.#observed.get(id)?.samples ?? [];
      const shown = this.#metrics.with(labels).observedGauges(name, help, labelNames, read);
      this.#observed.set(id, { samples, shown });
    }
  }
}

function keyOf(kind: string, { name, labels }: Series): string {
  return JSON.stringify([
    kind,
    name,
    ...Object.keys(labels)
      .toSorted()
      .map((each) => [each, labels[each]]),
  ]);
}
