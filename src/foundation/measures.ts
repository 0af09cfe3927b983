/** Kinds of metrics as Kafka's clients have them: a count with its rate, an average with its maximum. */
import type { Clock } from './clock.ts';
import type { Counter, Gauge, Labels, Metrics } from './metrics.ts';
import { Sampled } from './sampled.ts';

/** Rates, averages and maxima are of the last 30 to 60 seconds. Disposed, all but the counters is gone. */
export class Measures implements Disposable {
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly #gauges = new DisposableStack();

  constructor(metrics: Metrics, clock: Clock) {
    this.metrics = metrics;
    this.clock = clock;
  }

  [Symbol.dispose](): void {
    this.#gauges.dispose();
  }

  /** Until this is disposed. */
  keep(gauge: Disposable): void {
    this.#gauges.use(gauge);
  }

  sampled(): Sampled {
    return new Sampled(this.clock);
  }

  /** Tells how long `run` took, ms, whether it succeeded or not. */
  async timed<T>(tell: (ms: number) => void, run: () => Promise<T>): Promise<T> {
    const started = this.clock.monotonic();
    try {
      return await run();
    } finally {
      tell(this.clock.monotonic() - started);
    }
  }

  gauge(name: string, help: string, read: () => number): void {
    this.#gauges.use(this.metrics.observedGauge(name, help, {}, read));
  }

  /** Says a text: a series of value 1 with the text as the label `of`. */
  fact(name: string, help: string, of: string, text: string): void {
    this.#gauges.use(this.metrics.observedGauge(`${name}_info`, help, { [of]: text }, () => 1));
  }

  /** `<name>_total` and `<name>_rate`. */
  counted(name: string, help: string, labels?: Labels): Counter {
    const counter = this.metrics.counter(`${name}_total`, `${help}.`, labels);
    const sampled = this.sampled();
    this.gauge(`${name}_rate`, `${help}, per second.`, () => sampled.perSecond());
    return {
      add: (count = 1) => {
        counter.add(count);
        sampled.record(count);
      },
    };
  }

  /** `avg` and `max` are whole names: Connect puts them within (`…_avg_time_ms`) or last (`…_avg`). */
  averaged([avg, max]: readonly [string, string], help: string): Gauge {
    const sampled = this.sampled();
    this.gauge(avg, `${help}: the average.`, () => sampled.average());
    this.gauge(max, `${help}: the greatest.`, () => sampled.max());
    return { set: (value) => sampled.record(value) };
  }

  /** `<name>_success_percentage` and `<name>_failure_percentage`: from 0 to 1, as in Connect; 0 while nothing happened. */
  outcomes(name: string, help: string): (succeeded: boolean) => void {
    const share = (end: 'success' | 'failure'): Sampled => {
      const sampled = this.sampled();
      const text = `${help}: the share that ended in ${end}, 0 to 1.`;
      this.gauge(`${name}_${end}_percentage`, text, () => sampled.average());
      return sampled;
    };
    const success = share('success');
    const failure = share('failure');
    return (succeeded) => {
      success.record(succeeded ? 1 : 0);
      failure.record(succeeded ? 0 : 1);
    };
  }
}

/** What is on its way: how much now, and of late on average and at most. */
export class ActiveCount {
  readonly #sampled: Sampled;
  #now = 0;

  constructor(measures: Measures, name: string, help: string) {
    const sampled = measures.sampled();
    this.#sampled = sampled;
    measures.gauge(name, `${help}: now.`, () => this.#now);
    measures.gauge(`${name}_avg`, `${help}: the average.`, () => sampled.average());
    measures.gauge(`${name}_max`, `${help}: the greatest.`, () => sampled.max());
  }

  add(change: number): void {
    this.#now += change;
    this.#sampled.record(this.#now);
  }

  /** Nothing is on its way any more. */
  clear(): void {
    this.add(-this.#now);
  }
}
