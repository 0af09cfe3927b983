/** A channel's position as it is stored: readable and alterable by Connect's offsets API. */
import { AppError } from '../../../src/sdk/index.ts';
import type { Position, SourceOffset, SourcePartition } from '../../../src/sdk/index.ts';
import { CHANNELS } from './config.ts';

/** Exactly one of both: a replay id, or (before there is one) the time from which to publish. */
export type StoredPosition =
  | { readonly replayId: Buffer; readonly commitTimestamp: number | undefined }
  | { readonly startTimestamp: number };

export function partitionOf(org: string, channel: string): SourcePartition {
  return { org, channel };
}

export function positionAt(
  partition: SourcePartition,
  replayId: string,
  commitTimestamp: number,
): Position {
  return { partition, offset: { replayId, commitTimestamp } };
}

/** The stored shape; throws a `config` error that says what is wrong with it. */
export function parseOffset(offset: SourceOffset): StoredPosition {
  const { replayId, commitTimestamp, startTimestamp } = offset;
  if (typeof replayId === 'string') {
    const bytes = Buffer.from(replayId, 'base64');
    const exact = bytes.toString('base64') === replayId;
    if (!exact || (bytes.length !== 8 && bytes.length !== 10)) {
      throw refused(`replayId ${JSON.stringify(replayId)} is not base64 of 8 or 10 bytes`);
    }
    if (commitTimestamp !== undefined && !isTimestamp(commitTimestamp)) {
      throw refused('commitTimestamp must be epoch milliseconds');
    }
    return { replayId: bytes, commitTimestamp };
  }
  if (replayId === undefined && isTimestamp(startTimestamp)) return { startTimestamp };
  throw refused('an offset is {"replayId": "<base64>"} or {"startTimestamp": <epoch ms>}');
}

/** Checks what a user asks to store; `channels` are those of the configuration. */
export function checkAltered(
  partition: SourcePartition,
  offset: SourceOffset | null,
  channels: readonly string[],
): void {
  const { org, channel, ...others } = partition;
  const [stranger] = Object.keys(others);
  if (stranger !== undefined) throw refused(`a partition has org and channel, not ${stranger}`);
  if (typeof org !== 'string' || !/^00D\w{12}(\w{3})?$/.test(org)) {
    throw refused('org must be an org id (00D…)');
  }
  if (typeof channel !== 'string' || !channels.includes(channel)) {
    throw refused(`channel must be one of ${CHANNELS}: ${channels.join(', ')}`);
  }
  if (offset !== null) parseOffset(offset);
}

function isTimestamp(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function refused(what: string): AppError {
  return new AppError('config', 'salesforce.offset', `The offset is refused: ${what}.`, {
    path: 'offsets',
  });
}
