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
  const stored = await offsets.read(partition);
  if (stored !== undefined) {
    const position = parseOffset(stored);
    if ('startTimestamp' in position) {
      return { start: earliest, unanchored: earliest, publishFrom: position.startTimestamp };
    }
    const start: Start = { preset: 'CUSTOM', replayId: position.replayId };
    return { start, unanchored: start, publishFrom: undefined };
  }
  if (initial === 'all') return { start: earliest, unanchored: earliest, publishFrom: undefined };
  await offsets.anchor({ partition, offset: { startTimestamp: salesforceNow } });
  return { start: { preset: 'LATEST' }, unanchored: earliest, publishFrom: salesforceNow };
}
