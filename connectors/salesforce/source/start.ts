/** Where a channel's stream starts. */
import type { OffsetReader, SourcePartition } from '../../../src/sdk/index.ts';
import type { Start } from '../pubsub/messages.ts';
import { parseOffset } from './positions.ts';

export interface StartPlan {
  readonly start: Start;
  /** From where to reopen while no position was heard yet: never later than `start` (Invariant 4). */
  readonly unanchored: Start;
  /** Of what EARLIEST gives, only events committed since are wanted; epoch ms. */
  readonly publishFrom: number | undefined;
  /** Commit timestamp of the stored position, epoch ms. */
  readonly lastEventAt: number | undefined;
}

/**
 * A first start has no position for up to 270 s. With `latest` it therefore stores Salesforce's time first: killed
 * meanwhile, it reads from EARLIEST what was committed since, and never anchors at a later LATEST.
 */
export async function planStart(
  offsets: OffsetReader,
  partition: SourcePartition,
  initial: 'latest' | 'all',
  salesforceNow: number,
): Promise<StartPlan> {
  const earliest: Start = { preset: 'EARLIEST' };
  const unknown = { publishFrom: undefined, lastEventAt: undefined };
  const stored = await offsets.read(partition);
  if (stored !== undefined) {
    const position = parseOffset(stored);
    if ('startTimestamp' in position) {
      const publishFrom = position.startTimestamp;
      return { ...unknown, start: earliest, unanchored: earliest, publishFrom };
    }
    const start: Start = { preset: 'CUSTOM', replayId: position.replayId };
    return { ...unknown, start, unanchored: start, lastEventAt: position.commitTimestamp };
  }
  if (initial === 'all') return { ...unknown, start: earliest, unanchored: earliest };
  await offsets.anchor({ partition, offset: { startTimestamp: salesforceNow } });
  const start: Start = { preset: 'LATEST' };
  return { ...unknown, start, unanchored: earliest, publishFrom: salesforceNow };
}
