import type { Cursor, LoggedEvent } from '../events/event-log.ts';
import type { User } from '../org/types.ts';
import type { Feed } from './feeds.ts';
import { eventMessage } from './messages.ts';

/** What a subscription had still to deliver was purged: its client has to start over. */
export class LostPosition extends Error {}

/** One client's place in a feed. The log is the queue: a slow reader takes no memory but its cursor. */
export class Subscription {
  /** As the client named it, a filter included: it finds its listeners by this. */
  readonly channel: string;
  readonly feed: Feed;
  readonly #cursor: Cursor;
  #next: LoggedEvent | undefined;

  constructor(channel: string, feed: Feed, cursor: Cursor) {
    this.channel = channel;
    this.feed = feed;
    this.#cursor = cursor;
  }

  /** The event to be delivered next. Throws LostPosition. */
  peek(user: User): LoggedEvent | undefined {
    const { log } = this.feed;
    if (log.isLost(this.#cursor)) throw new LostPosition();
    this.#next ??= log.next(this.#cursor, (event) => this.feed.wanted(event, user));
    return this.#next;
  }

  /** The message of the event that `peek` shows to this user; the next one comes after it. */
  take(event: LoggedEvent, user: User): string {
    this.#next = undefined;
    return eventMessage(this.channel, this.feed.data(event, user));
  }
}
