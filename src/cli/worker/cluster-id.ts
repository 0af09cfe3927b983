import { backoffMs } from '../../foundation/backoff.ts';
import type { Clock } from '../../foundation/clock.ts';
import { errorFields, explain } from '../../foundation/errors.ts';
import type { Log } from '../../foundation/log.ts';
import type { Kafka } from '../../kafka/port.ts';

const BACKOFF = { initialMs: 500, maxMs: 30_000 } as const;

/**
 * Asks for the cluster's id until the broker answers or `signal` aborts: a worker starts, answers REST and
 * says what is wrong while its broker is away.
 */
export async function learnClusterId(
  kafka: Kafka,
  clock: Clock,
  log: Log,
  signal: AbortSignal,
): Promise<string | null> {
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      return await kafka.admin.clusterId();
    } catch (error) {
      log.warn(`The Kafka cluster can't be reached yet: ${explain(error)}`, {
        attempt,
        ...errorFields(error),
      });
    }
    await clock.sleep(backoffMs(attempt, BACKOFF), signal).catch(() => undefined);
  }
  return null;
}
