/**
 * Notifications of PushTopics and generic channels. They live in a log like that of change events, with a retention
 * of their own: ordered, read by cursors, found again by replay id.
 */
import { EventLog, payloadOf } from '../events/event-log.ts';
import type { LoggedEvent } from '../events/event-log.ts';
import { DEFAULT_EVENT_SETTINGS } from '../events/settings.ts';
import type { Random } from '../org/random.ts';
import type { Org } from '../org/types.ts';
import type { StreamingSettings } from './settings.ts';

export interface Notification {
  /** `/topic/InvoiceUpdates`, `/u/notifications`. */
  readonly channel: string;
  /** Object it is about; of a generic channel empty. */
  readonly entity: string;
  /** Ids of the users it is for; undefined for all. */
  readonly audience?: readonly string[] | undefined;
  /** `createdDate`, and of a PushTopic `type`; the replay id joins them when it is delivered. */
  readonly event: Readonly<Record<string, string>>;
  /** `sobject` or `payload`. */
  readonly content: Readonly<Record<string, unknown>>;
}

type Stored = Pick<Notification, 'audience' | 'event' | 'content'>;

export class Notifications {
  readonly log: EventLog;
  readonly #read = new WeakMap<LoggedEvent, Stored>();

  constructor(org: Org, random: Random, settings: StreamingSettings) {
    const { retentionMs, maxRetainedBytes } = settings;
    const limits = { ...DEFAULT_EVENT_SETTINGS, retentionMs, maxRetainedBytes };
    // As for change events: above all that an earlier run gave out, so that an old position is refused.
    this.log = new EventLog(org.clock, limits, random, Math.max(0, Math.floor(org.clock.now())));
  }

  add(notifications: readonly Notification[]): void {
    this.log.append(
      notifications.map(({ channel, entity, ...stored }) => {
        const payload = Buffer.from(JSON.stringify(stored satisfies Stored));
        return { topic: channel, entity, schemaId: '', id: '', payload };
      }),
    );
  }

  audience(event: LoggedEvent): readonly string[] | undefined {
    return this.#stored(event).audience;
  }

  content(event: LoggedEvent): Readonly<Record<string, unknown>> {
    return this.#stored(event).content;
  }

  /** `data` of a message, as JSON. */
  data(logged: LoggedEvent): string {
    const { event, content } = this.#stored(logged);
    const { createdDate, ...rest } = event;
    const about = { createdDate, replayId: logged.sequence, ...rest };
    return JSON.stringify({ event: about, ...content });
  }

  #stored(event: LoggedEvent): Stored {
    let stored = this.#read.get(event);
    if (stored === undefined) {
      stored = JSON.parse(payloadOf(event).toString()) as Stored;
      this.#read.set(event, stored);
    }
    return stored;
  }
}
