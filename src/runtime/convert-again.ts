import { toAppError } from '../foundation/errors.ts';
import type { ErrorReporter } from './dead-letters.ts';
import { ERROR_POLICY } from './error-policy.ts';
import type { FailedRecord } from './failed-record.ts';
import { StageError } from './pipeline.ts';
import { withRetry, type RetryContext } from './retry.ts';

export interface FailedOnce {
  /** What the first try threw. */
  readonly error: unknown;
  readonly original: FailedRecord;
  readonly name?: string;
}

/**
 * A record that couldn't be converted or transformed, off the hot path: retries what can be retried; undefined for one that
 * is tolerated and reported. Throws anything else.
 */
export async function convertAgain<T>(
  { error: first, ...failed }: FailedOnce,
  convert: () => T | Promise<T>,
  deps: { readonly retry: RetryContext; readonly reporter: ErrorReporter },
  signal: AbortSignal,
): Promise<T | undefined> {
  if (!(first instanceof StageError)) throw first;
  let pending: StageError | undefined = first;
  try {
    return await withRetry(first.stage, deps.retry, signal, async () => {
      const error = pending;
      pending = undefined;
      try {
        if (error !== undefined) throw error;
        return await convert();
      } catch (cause) {
        throw cause instanceof StageError ? cause.cause : cause;
      }
    });
  } catch (cause) {
    const error = toAppError(cause, 'fatal', 'runtime.unexpected');
    if (ERROR_POLICY[first.stage][error.kind] !== 'tolerate') throw error;
    await deps.reporter.report({ stage: first.stage, error, ...failed });
    return undefined;
  }
}
