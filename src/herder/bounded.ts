import { abortReason, type Clock } from '../foundation/clock.ts';
import { AppError, messageOf } from '../foundation/errors.ts';
import { runAs, type Owner } from '../foundation/owner.ts';

/** Connect's own bound on what a request waits for. */
export const CONNECTOR_CALL_MS = 90_000;

/**
 * A call into a connector's own code, which may heed its signal or not: ends with `signal`, or as
 * `retriable` after `CONNECTOR_CALL_MS` (Invariant 8), or with what its code throws meanwhile where nobody could catch it.
 * `what` begins the message: "Checking orders".
 */
export async function bounded<T>(
  what: string,
  clock: Clock,
  signal: AbortSignal,
  call: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  const late = new AbortController();
  using _bound = clock.timer(CONNECTOR_CALL_MS, () =>
    late.abort(
      new AppError(
        'retriable',
        'connector.slow',
        `${what} took longer than ${CONNECTOR_CALL_MS / 1_000} s.`,
      ),
    ),
  );
  const ending = AbortSignal.any([signal, late.signal]);
  const ended = Promise.withResolvers<never>();
  const end = (): void => ended.reject(abortReason(ending));
  if (ending.aborted) end();
  else ending.addEventListener('abort', end, { once: true });
  let isOver = false;
  const owner: Owner = {
    name: what,
    uncaught: (error) => {
      if (!isOver) ended.reject(uncaughtIn(what, error));
      return !isOver;
    },
  };
  try {
    return await Promise.race([ended.promise, runAs(owner, async () => await call(ending))]);
  } finally {
    isOver = true;
    ending.removeEventListener('abort', end);
  }
}

function uncaughtIn(what: string, cause: unknown): AppError {
  const message = `${what}: the connector's code threw where nobody could catch it: ${messageOf(cause)}`;
  return new AppError('fatal', 'connector.uncaught', message, { cause });
}
