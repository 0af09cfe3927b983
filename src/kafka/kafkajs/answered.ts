/**
 * kafkajs bounds each request, and yet some of its calls never end: after a broker broke off, a connection may wait for what
 * nobody will send. Whoever calls has to give up then, and its connections with it (Invariant 8).
 */
import type { Clock } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';

/** Longer than kafkajs' bound on a request (30 s): what it doesn't end by itself then, it never does. */
export const ANSWER_WITHIN_MS = 45_000;
const CLOSE_WITHIN_MS = 5_000;

/** `doing` opens the message: "Reading topic orders". Rejects with `kafka.no_answer` where nothing is heard. */
export async function answered<T>(call: Promise<T>, doing: string, clock: Clock): Promise<T> {
  const message = `${doing}: Kafka hasn't answered for ${ANSWER_WITHIN_MS / 1_000} s.`;
  const late = new AppError('retriable', 'kafka.no_answer', message);
  return await within(call, ANSWER_WITHIN_MS, late, clock);
}

export function isUnanswered(error: unknown): boolean {
  return error instanceof AppError && error.code === 'kafka.no_answer';
}

/** Waits for what is being closed, but not for ever; how it ends doesn't matter. */
export async function closed(closing: Promise<unknown>, clock: Clock): Promise<void> {
  await within(closing, CLOSE_WITHIN_MS, new Error('late'), clock).catch(() => undefined);
}

/** What comes of `promise` after `late` nobody hears. */
async function within<T>(promise: Promise<T>, ms: number, late: Error, clock: Clock): Promise<T> {
  const over = new AbortController();
  const tooLate = clock.sleep(ms, over.signal).then(() => Promise.reject(late));
  tooLate.catch(() => undefined);
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    over.abort();
  }
}
