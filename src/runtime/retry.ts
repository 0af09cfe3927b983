import { backoffMs } from '../foundation/backoff.ts';
import type { Clock } from '../foundation/clock.ts';
import { AppError, explain, toAppError } from '../foundation/errors.ts';
import { ERROR_POLICY, type Stage } from './error-policy.ts';
import type { ErrorsConfig } from './errors-config.ts';
import type { TaskMetrics } from './task-metrics.ts';

export interface RetryContext {
  readonly clock: Clock;
  readonly errors: ErrorsConfig;
  readonly metrics: TaskMetrics;
  /** Why the task isn't moving; undefined = this stage is well again (Invariant 10). */
  report(from: Stage, reason: string | undefined): void;
}

/** Connect's first delay; doubled up to errors.retry.delay.max.ms. */
const INITIAL_DELAY_MS = 300;

/**
 * Calls `run` until it succeeds, fails for good, or the bound is over. What isn't to be retried is
 * thrown as it came, as an AppError.
 */
export async function withRetry<T>(
  stage: Stage,
  context: RetryContext,
  signal: AbortSignal,
  run: () => T | Promise<T>,
): Promise<T> {
  const { clock, errors, metrics } = context;
  const started = clock.monotonic();
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await run();
      if (attempt > 1) context.report(stage, undefined);
      return result;
    } catch (cause) {
      if (signal.aborted) throw cause;
      const error = toAppError(cause, 'fatal', 'runtime.unexpected');
      if (ERROR_POLICY[stage][error.kind] !== 'retry') {
        if (attempt > 1) context.report(stage, undefined);
        throw error;
      }
      const waited = clock.monotonic() - started;
      if (waited >= errors.retryTimeoutMs) throw gaveUp(error, waited);
      metrics.retries.add();
      context.report(stage, explain(error));
      const delay = backoffMs(attempt, {
        initialMs: INITIAL_DELAY_MS,
        maxMs: errors.retryDelayMaxMs,
      });
      await clock.sleep(Math.max(delay, error.waitMs ?? 0), signal);
    }
  }
}

/** What an error becomes when the bound on waiting for it is over: it still is of the kind that a later start may mend. */
export function gaveUp(error: AppError, waitedMs: number): AppError {
  const seconds = Math.round(waitedMs / 1000);
  return new AppError('retriable', error.code, `${error.message} (tried for ${seconds} s)`, {
    cause: error,
    path: error.path,
    suggestion:
      error.suggestion ??
      'Restart the task when it is mended; task.outage.timeout.ms is the bound.',
  });
}
