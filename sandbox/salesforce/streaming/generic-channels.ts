import { SalesforceError } from '../org/types.ts';
import type { Org, RecordValues } from '../org/types.ts';
import type { Notifications } from './notifications.ts';

/** Of one event that REST pushes to a generic channel. */
export interface PushEvent {
  readonly payload: string;
  /** Empty: for all subscribers. */
  readonly userIds: readonly string[];
}

export interface PushResult {
  /** Subscribed users it went to; -1 where it was for all. */
  readonly fanoutCount: number;
  readonly userOnlineStatus: Readonly<Record<string, boolean>>;
}

/** What REST's push resource asks of the Streaming API. */
export interface GenericStreaming {
  push(channel: string, events: readonly PushEvent[]): readonly PushResult[];
  /** Ids of the users with a subscription to the channel. */
  onlineUsers(channel: string): readonly string[];
}

/** Characters of a payload. */
const MAX_PAYLOAD = 3000;
/** `/u/` and one or more segments. */
const NAME = /^\/u(?:\/[\w.$@!~-]+)+$/;

/** Generic streaming: channels are StreamingChannel records, events are texts that somebody pushes. */
export class GenericChannels implements GenericStreaming, Disposable {
  readonly #org: Org;
  readonly #notifications: Notifications;
  readonly #online: (channel: string) => readonly string[];
  readonly #listening: Disposable;

  constructor(
    org: Org,
    notifications: Notifications,
    online: (channel: string) => readonly string[],
    maxChannels: number,
  ) {
    this.#org = org;
    this.#notifications = notifications;
    this.#online = online;
    this.#listening = org.onSave('StreamingChannel', (record, before) => {
      checkName(String(record['Name']));
      const count = [...org.records('StreamingChannel')].length;
      if (before !== null || count < maxChannels) return;
      const message = `The org has ${maxChannels} streaming channels, which is the limit.`;
      throw new SalesforceError(400, 'LIMIT_EXCEEDED', message);
    });
  }

  /** Names differ by case, but no two channels differ by case alone: `exact` says whether it is this one. */
  find(name: string): { readonly exact: boolean } | undefined {
    const found: RecordValues | undefined = this.#org.findBy('StreamingChannel', 'Name', name)[0];
    return found === undefined ? undefined : { exact: found['Name'] === name };
  }

  onlineUsers(channel: string): readonly string[] {
    return this.#online(channel);
  }

  push(channel: string, events: readonly PushEvent[]): readonly PushResult[] {
    const long = events.find(({ payload }) => payload.length > MAX_PAYLOAD);
    if (long !== undefined) {
      const message = `The payload has ${long.payload.length} characters; ${MAX_PAYLOAD} are allowed.`;
      throw new SalesforceError(400, 'STRING_TOO_LONG', message);
    }
    const createdDate = new Date(this.#org.clock.now()).toISOString();
    const online = new Set(this.#online(channel));
    this.#notifications.add(
      events.map(({ payload, userIds }) => ({
        channel,
        entity: '',
        audience: userIds.length === 0 ? undefined : userIds,
        event: { createdDate },
        content: { payload },
      })),
    );
    return events.map(({ userIds }) => resultOf(userIds, online));
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
  }
}

function resultOf(userIds: readonly string[], online: ReadonlySet<string>): PushResult {
  if (userIds.length === 0) {
    return { fanoutCount: online.size === 0 ? 0 : -1, userOnlineStatus: {} };
  }
  const userOnlineStatus = Object.fromEntries(userIds.map((id) => [id, online.has(id)]));
  return { fanoutCount: userIds.filter((id) => online.has(id)).length, userOnlineStatus };
}

function checkName(name: string): void {
  if (NAME.test(name)) return;
  const message = `Streaming Channel Name: must start with /u/ and have no spaces: ${name}`;
  throw new SalesforceError(400, 'INVALID_INPUT', message, ['Name']);
}
