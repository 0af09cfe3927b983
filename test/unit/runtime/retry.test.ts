/** Goal: a retry is bounded in time and in delay (Invariant 8), and is shown while it lasts (Invariant 10). */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/foundation/errors.ts';
import { withRetry, type RetryContext } from '../../../src/runtime/retry.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { errors, metrics } from './harness.ts';

const away = (waitMs?: number): AppError =>
  new AppError('retriable', 'target.away', 'The target is away.', { waitMs });

function context(overrides: Parameters<typeof errors>[0] = {}): {
  clock: ManualClock;
  reasons: string[];
  retry: RetryContext;
} {
  const clock = new ManualClock();
  const reasons: string[] = [];
  const retry = {
    clock,
    errors: errors(overrides),
    metrics,
    report: (from: string, reason: string | undefined) => {
      reasons.push(reason === undefined ? `${from} is well` : reason);
    },
  };
  return { clock, reasons, retry };
}

const never = new AbortController().signal;

describe('a retry', () => {
  it('gives up as a failure when the bound is over, and says how long it tried', async () => {
    const { clock, retry } = context({ retryTimeoutMs: 60_000, retryDelayMaxMs: 10_000 });
    let calls = 0;
    const outcome = withRetry('put', retry, never, () => {
      calls++;
      throw away();
    }).catch((error: unknown) => error);
    await clock.advance(80_000);
    const error = (await outcome) as AppError;
    expect({ kind: error.kind, code: error.code }).toEqual({
      kind: 'retriable',
      code: 'target.away',
    });
    expect(error.message).toMatch(/tried for (6\d|70) s/);
    expect(calls).toBeGreaterThanOrEqual(8);
    expect(clock.pending).toBe(0);
  });

  it('never waits longer than errors.retry.delay.max.ms', async () => {
    const { clock, retry } = context({ retryTimeoutMs: Infinity, retryDelayMaxMs: 1_000 });
    const times: number[] = [];
    const stop = new AbortController();
    const outcome = withRetry('put', retry, stop.signal, () => {
      times.push(clock.monotonic());
      throw away();
    }).catch((error: unknown) => error);
    await clock.advance(20_000);
    stop.abort(new Error('enough'));
    expect(await outcome).toEqual(new Error('enough'));
    const waits = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    expect(Math.max(...waits)).toBeLessThanOrEqual(1_000);
    expect(waits.length).toBeGreaterThan(18);
  });

  it('waits as long as the other side asked', async () => {
    const { clock, retry } = context();
    let calls = 0;
    const outcome = withRetry('put', retry, never, () => {
      if (++calls === 1) throw away(30_000);
      return 'done';
    });
    await clock.advance(29_999);
    expect(calls).toBe(1);
    await clock.advance(1);
    expect(await outcome).toBe('done');
  });

  it('shows the reason while it lasts and takes it back when the call succeeds', async () => {
    const { clock, reasons, retry } = context();
    let calls = 0;
    const outcome = withRetry('poll', retry, never, () => {
      if (++calls < 3) throw away();
    });
    await clock.advance(5_000);
    await outcome;
    expect(reasons).toEqual(['The target is away.', 'The target is away.', 'poll is well']);
  });

  it('takes the reason back, too, when what comes then is not to be retried', async () => {
    const { clock, reasons, retry } = context();
    const bad = new AppError('data', 'record.bad', 'The record is bad.');
    let calls = 0;
    const outcome = withRetry('convert-value', retry, never, () => {
      throw ++calls === 1 ? away() : bad;
    }).catch((error: unknown) => error);
    await clock.advance(5_000);
    expect(await outcome).toBe(bad);
    expect(reasons).toEqual(['The target is away.', 'convert-value is well']);
  });

  it('throws at once what waiting does not mend', async () => {
    const { reasons, retry } = context();
    const refused = new AppError('auth', 'auth.refused', 'The password is wrong.');
    const outcome = withRetry('poll', retry, never, () => Promise.reject(refused));
    await expect(outcome).rejects.toBe(refused);
    expect(reasons).toEqual([]);
  });
});
