/** Where a channel's stream starts. */
import type { Clock, OffsetReader, SourcePartition } from '../../../src/sdk/index.ts';
import type { Session } from '../auth/session.ts';
import type { Start } from '../pubsub/messages.ts';
import type { Subscription } from '../pubsub/subscription.ts';
import { parseOffset } from './positions.ts';

export interface StartPlan {
  readonly start: Start;
  /** A first start at `latest`: it has no position, nor a time, to go back to. */
  readonly isFirst: boolean;
  /** Of what EARLIEST gives, only events committed since are wanted; epoch ms. */
  readonly publishFrom: number | undefined;
  /** Commit timestamp of the stored position, epoch ms. */
  readonly lastEventAt: number | undefined;
}

const EARLIEST: Start = { preset: 'EARLIEST' };
/** Commit timestamps come in whole seconds, cut off. */
const COMMIT_UNIT_MS = 1_000;

/** Goes on where the stored offset says; without one, where `initial` says. */
export async function planStart(
  offsets: OffsetReader,
  partition: SourcePartition,
  initial: 'latest' | 'all',
): Promise<StartPlan> {
  const plan = { isFirst: false, publishFrom: undefined, lastEventAt: undefined };
  const stored = await offsets.read(partition);
  if (stored !== undefined) {
    const position = parseOffset(stored);
    if ('startTimestamp' in position) {
      return { ...plan, start: EARLIEST, publishFrom: position.startTimestamp };
    }
    const { replayId, commitTimestamp } = position;
    return { ...plan, start: { preset: 'CUSTOM', replayId }, lastEventAt: commitTimestamp };
  }
  if (initial === 'all') return { ...plan, start: EARLIEST };
  return { ...plan, start: { preset: 'LATEST' }, isFirst: true };
}

export interface AnchorDeps {
  readonly subscription: Subscription;
  readonly partition: SourcePartition;
  readonly offsets: OffsetReader;
  readonly session: Session;
  readonly clock: Clock;
}

/**
 * A first start has no position for up to 270 s, and a later LATEST would skip what is committed until then (Invariant 4).
 * So it stores a time of Salesforce's clock, once Salesforce listens and not before: all that is committed since is
 * received, now or (killed, or cut off) from EARLIEST. Resolves with that time when it has come.
 */
export async function anchorStart(deps: AnchorDeps, signal: AbortSignal): Promise<number> {
  const { subscription, partition, offsets, session, clock } = deps;
  await abortable(subscription.accepted, signal);
  const from = Math.ceil(session.serverTime().latest / COMMIT_UNIT_MS) * COMMIT_UNIT_MS;
  subscription.reopenFrom(EARLIEST);
  await offsets.anchor({ partition, offset: { startTimestamp: from } });
  const left = from - session.serverTime().earliest;
  if (left > 0) await clock.sleep(left, signal);
  return from;
}

/** Waits no longer than until aborted. */
async function abortable(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
