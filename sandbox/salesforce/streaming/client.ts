import type { Clock } from '../../../src/foundation/clock.ts';
import type { LoggedEvent } from '../events/event-log.ts';
import type { Session, User } from '../org/types.ts';
import type { Subscription } from './subscription.ts';

/** Why a held connect is answered. */
export type HoldEnd =
  /** There are events, or may be. */
  | 'events'
  | 'timeout'
  /** Another connect of the same client came. */
  | 'superseded'
  /** The caller hung up. */
  | 'gone'
  /** The client was removed: it disconnected, or the sandbox ends. */
  | 'closed'
  /** The session isn't valid any more. */
  | 'unauthorized';

export interface HoldOptions {
  readonly timeoutMs: number;
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal;
  readonly checkEveryMs: number;
  /** Whether the session is still valid. */
  readonly isAuthorized: () => boolean;
}

/** One CometD session: subscriptions, the connect that is held, and the time left until the next has to come. */
export class StreamingClient {
  readonly id: string;
  readonly userId: string;
  readonly subscriptions = new Map<string, Subscription>();
  /** Whether a connect came already. */
  hasConnected = false;
  readonly #clock: Clock;
  readonly #onMissed: () => void;
  /** The session that the client showed last; it can be another than the handshake's. */
  session: Pick<Session, 'accessToken' | 'expiresAt'>;
  #expiry: Disposable | undefined;
  #release: ((end: HoldEnd) => void) | undefined;
  #removed = false;

  constructor(id: string, session: Session, clock: Clock, onMissed: () => void) {
    this.id = id;
    this.userId = session.user.id;
    this.session = session;
    this.#clock = clock;
    this.#onMissed = onMissed;
  }

  get isHeld(): boolean {
    return this.#release !== undefined;
  }

  /** The client has this long to connect. */
  expectConnect(ms: number): void {
    this.#expiry?.[Symbol.dispose]();
    if (!this.#removed && !this.isHeld) this.#expiry = this.#clock.timer(ms, this.#onMissed);
  }

  /** Ends a connect that is held, and waits in its place. */
  hold({ timeoutMs, signal, checkEveryMs, isAuthorized }: HoldOptions): Promise<HoldEnd> {
    this.wake('superseded');
    this.#expiry?.[Symbol.dispose]();
    if (this.#removed) return Promise.resolve('closed');
    if (signal.aborted) return Promise.resolve('gone');
    return new Promise((resolve) => {
      const release = (end: HoldEnd): void => {
        this.#release = undefined;
        timeout[Symbol.dispose]();
        check[Symbol.dispose]();
        signal.removeEventListener('abort', onGone);
        resolve(end);
      };
      const onGone = (): void => release('gone');
      const look = (): Disposable =>
        this.#clock.timer(checkEveryMs, () => {
          if (!isAuthorized()) release('unauthorized');
          else check = look();
        });
      const timeout = this.#clock.timer(timeoutMs, () => release('timeout'));
      let check = look();
      signal.addEventListener('abort', onGone, { once: true });
      this.#release = release;
    });
  }

  wake(end: HoldEnd): void {
    this.#release?.(end);
  }

  /** Nothing more comes of it. */
  remove(): void {
    this.#removed = true;
    this.#expiry?.[Symbol.dispose]();
    this.wake('closed');
    this.subscriptions.clear();
  }

  /** Whether there is anything to deliver. Throws LostPosition. */
  hasEvents(user: User): boolean {
    return this.#first(user) !== undefined;
  }

  /**
   * The messages of the next events, in the order in which they happened; together up to `maxBytes`, but one at
   * least. Throws LostPosition.
   */
  takeEvents(user: User, maxBytes: number): string[] {
    const messages: string[] = [];
    let bytes = 0;
    for (let next = this.#first(user); next !== undefined; next = this.#first(user)) {
      if (messages.length > 0 && bytes + next.event.payloadBytes > maxBytes) break;
      const message = next.subscription.take(next.event, user);
      bytes += message.length;
      messages.push(message);
    }
    return messages;
  }

  /** Of all subscriptions the one whose next event is the oldest. */
  #first(user: User): { subscription: Subscription; event: LoggedEvent } | undefined {
    let first: { subscription: Subscription; event: LoggedEvent } | undefined;
    for (const subscription of this.subscriptions.values()) {
      const event = subscription.peek(user);
      if (event === undefined) continue;
      if (first === undefined || isBefore(event, first.event)) first = { subscription, event };
    }
    return first;
  }
}

/** Sequence numbers compare within a log only. */
function isBefore(a: LoggedEvent, b: LoggedEvent): boolean {
  return a.time === b.time ? a.sequence < b.sequence : a.time < b.time;
}
