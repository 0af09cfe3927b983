/** Exponential backoff with full jitter, bounded. Pure: randomness is handed in. */
export interface BackoffOptions {
  /** First delay's upper bound, ms. */
  readonly initialMs: number;
  /** No delay is longer, ms. */
  readonly maxMs: number;
  /** Returns [0, 1). */
  readonly random?: () => number;
}

/** Delay in ms before attempt `attempt` (1 = the first retry): half fixed, half jitter. */
export function backoffMs(attempt: number, options: BackoffOptions): number {
  const random = options.random ?? Math.random;
  const ceiling = Math.min(options.maxMs, options.initialMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
