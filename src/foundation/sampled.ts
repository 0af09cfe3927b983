import type { Clock } from './clock.ts';

/** As Kafka's clients sample: two windows of 30 s (`metrics.num.samples`, `metrics.sample.window.ms`). */
const WINDOW_MS = 30_000;
const WINDOWS = 2;

interface Window {
  readonly start: number;
  count: number;
  sum: number;
  min: number;
  max: number;
}

/** Values of the last 30 to 60 seconds: their rate, average, least and greatest. Nothing seen is 0. */
export class Sampled {
  readonly #clock: Clock;
  #windows: Window[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  record(value: number): void {
    const now = this.#clock.monotonic();
    let window = this.#windows.at(-1);
    if (window === undefined || now - window.start >= WINDOW_MS) {
      window = { start: now, count: 0, sum: 0, min: value, max: value };
      this.#windows = [...this.#windows, window].slice(-WINDOWS);
    }
    window.count += 1;
    window.sum += value;
    window.min = Math.min(window.min, value);
    window.max = Math.max(window.max, value);
  }

  /** The sum per second; over at least one window, so that a first value is no peak. */
  perSecond(): number {
    const recent = this.#recent();
    const [first] = recent;
    if (first === undefined) return 0;
    const elapsed = Math.max(this.#clock.monotonic() - first.start, WINDOW_MS);
    return (total(recent, 'sum') / elapsed) * 1_000;
  }

  average(): number {
    const recent = this.#recent();
    const count = total(recent, 'count');
    return count === 0 ? 0 : total(recent, 'sum') / count;
  }

  max(): number {
    return this.#recent().reduce((most, { max }) => Math.max(most, max), 0);
  }

  min(): number {
    const least = this.#recent().reduce((least, { min }) => Math.min(least, min), Infinity);
    return least === Infinity ? 0 : least;
  }

  #recent(): readonly Window[] {
    const oldest = this.#clock.monotonic() - WINDOWS * WINDOW_MS;
    return this.#windows.filter(({ start }) => start > oldest);
  }
}

function total(windows: readonly Window[], of: 'count' | 'sum'): number {
  return windows.reduce((sum, window) => sum + window[of], 0);
}
