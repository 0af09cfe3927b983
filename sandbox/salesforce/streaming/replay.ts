import type { Cursor, EventLog } from '../events/event-log.ts';
import { invalidReplayId, Refusal } from './errors.ts';
import { isObject } from './messages.ts';
import type { Message } from './messages.ts';

const NEW_EVENTS = -1;
const ALL_EVENTS = -2;

/**
 * Where a subscription begins, by the map from channels to replay ids in `ext.replay` of its message: after an event,
 * or with one of the two words for all and for new ones. undefined where the client doesn't say. Throws Refusal for
 * an id that was never given out, or is out of retention.
 */
export function startCursor(log: EventLog, message: Message, channel: string): Cursor | undefined {
  const wanted = replayIdOf(message, channel);
  if (wanted === undefined || wanted === null) return undefined;
  const sequence = typeof wanted === 'string' && wanted.trim() !== '' ? Number(wanted) : wanted;
  if (sequence === NEW_EVENTS) return log.latest();
  if (sequence === ALL_EVENTS) return log.earliest();
  const cursor = typeof sequence === 'number' ? log.after(sequence) : undefined;
  if (cursor !== undefined && Number.isSafeInteger(sequence)) return cursor;
  throw new Refusal(invalidReplayId(typeof wanted === 'string' ? wanted : JSON.stringify(wanted)));
}

/** Clients leave a filter out of the map's key, or don't. */
function replayIdOf({ ext }: Message, channel: string): unknown {
  const replay = isObject(ext) ? ext['replay'] : undefined;
  if (!isObject(replay)) return undefined;
  const [name = ''] = channel.split('?');
  return replay[channel] ?? replay[name];
}
