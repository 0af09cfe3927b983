import type { Labels } from '../foundation/metrics.ts';

/** From one millisecond to ten seconds. */
const BUCKETS_MS = [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];
/** From a tenth of a second to the three days Salesforce keeps events. */
const BUCKETS_SECONDS = [
  0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400, 259_200,
];

interface Series {
  readonly labels: Labels;
  readonly counts: number[];
  sum: number;
  count: number;
}

/**
 * A histogram for prom-client's registry. Its own takes a microsecond for each value: too much for every record, and
 * it can't take many equal ones at once. Buckets follow the unit in the name: `_seconds`, else milliseconds.
 */
export class BucketHistogram {
  readonly name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  constructor(name: string, help: string) {
    this.name = name;
    this.#help = help;
    this.#bounds = name.endsWith('_seconds') ? BUCKETS_SECONDS : BUCKETS_MS;
  }

  with(labels: Labels): (value: number, count?: number) => void {
    const key = JSON.stringify(
      Object.keys(labels)
        .toSorted()
        .map((name) => [name, labels[name]]),
    );
    const series = this.#series.get(key) ?? this.#create(key, labels);
    return (value, count = 1) => {
      let at = 0;
      while (at < this.#bounds.length && value > (this.#bounds[at] ?? 0)) at += 1;
      series.counts[at] = (series.counts[at] ?? 0) + count;
      series.sum += value * count;
      series.count += count;
    };
  }

  /** As prom-client asks its metrics. */
  get(): Promise<object> {
    const values = [...this.#series.values()].flatMap((series) => this.#samples(series));
    const { name } = this;
    return Promise.resolve({
      name,
      help: this.#help,
      type: 'histogram',
      values,
      aggregator: 'sum',
    });
  }

  #create(key: string, labels: Labels): Series {
    const counts = this.#bounds.map(() => 0);
    const series = { labels, counts: [...counts, 0], sum: 0, count: 0 };
    this.#series.set(key, series);
    return series;
  }

  #samples({ labels, counts, sum, count }: Series): readonly object[] {
    let below = 0;
    const buckets = [...this.#bounds, '+Inf'].map((le, i) => {
      below += counts[i] ?? 0;
      return { metricName: `${this.name}_bucket`, labels: { le, ...labels }, value: below };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: count },
    ];
  }
}
