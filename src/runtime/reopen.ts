import type { Clock } from '../foundation/clock.ts';
import { explain, toAppError } from '../foundation/errors.ts';
import { ERROR_POLICY } from './error-policy.ts';
import type { ErrorsConfig } from './errors-config.ts';
import { gaveUp } from './retry.ts';
import type { TaskMetrics } from './task-metrics.ts';
import type { TaskRunner } from './task-runner.ts';

export interface ReopenContext {
  readonly clock: Clock;
  readonly errors: ErrorsConfig;
  readonly metrics: TaskMetrics;
}

/** A task that breaks again and again is reopened once a second at most. */
const REOPEN_DELAY_MS = 1_000;

/**
 * Runs a task's sessions one after another, as long as they end with what a reopening mends. Bounded as a
 * retry is (Invariant 8): an outage lasts until the task was RUNNING steadily again.
 */
export async function reopening(
  stage: 'poll' | 'put',
  runner: TaskRunner,
  { clock, errors, metrics }: ReopenContext,
  session: () => Promise<void>,
): Promise<void> {
  const stopping = runner.stopping.signal;
  let firstFailure: number | undefined;
  while (!stopping.aborted) {
    try {
      await session();
      return;
    } catch (cause) {
      const error = toAppError(cause, 'fatal', 'runtime.unexpected');
      if (stopping.aborted || ERROR_POLICY[stage][error.kind] !== 'reopen') throw error;
      runner.apply({ type: 'trouble', reason: explain(error) });
      runner.apply({ type: 'opening' });
      firstFailure ??= clock.monotonic();
      const outageMs = clock.monotonic() - Math.max(firstFailure, runner.steadyUntil);
      if (outageMs >= errors.retryTimeoutMs) throw gaveUp(error, outageMs);
      metrics.retries.add();
      await clock.sleep(REOPEN_DELAY_MS, stopping).catch(() => undefined);
    }
  }
}
