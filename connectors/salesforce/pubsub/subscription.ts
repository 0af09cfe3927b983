/** The I/O around `machine.ts`: one channel's stream, reopened from its last position, into a bounded buffer. */
import type { Clock } from '../../../src/sdk/index.ts';
import type { FetchStream, PubSubClient } from './client.ts';
import { PubSubError } from './errors.ts';
import { begin, step } from './machine.ts';
import type { Action, Bounded, Event, State } from './machine.ts';
import type { FetchResponse, Start, WireEvent } from './messages.ts';

/** "Up to here, and there is nothing more": a position without an event. */
export interface Keepalive {
  readonly keepalive: true;
  readonly replayId: Buffer;
}

export type Received = WireEvent | Keepalive;

export interface SubscriptionOptions {
  readonly client: Pick<PubSubClient, 'subscribe' | 'isConnected'>;
  readonly topic: string;
  readonly start: Start;
  readonly clock: Clock;
  /** Most events held; a full buffer asks for no more, and drops nothing (Invariant 8). */
  readonly capacity: number;
  /** Delay in ms before the reopening. */
  readonly backoff: (attempt: number, pace: Bounded) => number;
  /** Makes the client's identity valid again, or throws. */
  readonly refresh: () => Promise<void>;
  /** Something was received, or `failure` or `reason` changed. */
  readonly changed: () => void;
}

/**
 * Silence with credit outstanding that means a dead peer (Invariant 10): Salesforce's keepalives come within 270 s.
 * A connection that doesn't answer pings is found much earlier, by the client.
 */
export const WATCHDOG_MS = 300_000;
/**
 * A stream that a connected server neither refused nor confirmed for so many seconds is taken up: it may send no headers
 * before its first message.
 */
export const ACCEPTS_WITHIN_S = 5;
const SECOND_MS = 1_000;

export class Subscription implements Disposable {
  readonly #options: SubscriptionOptions;
  readonly #queue: Received[] = [];
  #state: State;
  #stream: FetchStream | undefined;
  /** Streams opened so far: what a former one still says is not heard. */
  #epoch = 0;
  #position: Buffer | undefined;
  #from: Start;
  readonly #accepted = Promise.withResolvers<void>();
  #watchdog: Disposable | undefined;
  #patience: Disposable | undefined;
  #backoff: Disposable | undefined;
  #failure: PubSubError | undefined;
  #lastError: PubSubError | undefined;
  #lastMessageAt: number;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    this.#from = options.start;
    this.#accepted.promise.catch(() => undefined);
    this.#lastMessageAt = options.clock.monotonic();
    const { state, actions } = begin(options.capacity);
    this.#state = state;
    for (const action of actions) this.#perform(action);
  }

  /** Why it isn't streaming, or undefined. */
  get reason(): string | undefined {
    return this.#state.reason;
  }

  /** What ended it for good. */
  get failure(): PubSubError | undefined {
    return this.#failure;
  }

  /** Streams opened after the first. */
  get reopenings(): number {
    return Math.max(0, this.#epoch - 1);
  }

  /** Resolves once Salesforce listens: from then on no event is missed. Rejects with `failure`. */
  get accepted(): Promise<void> {
    return this.#accepted.promise;
  }

  /** From where to reopen while there is no position yet. */
  reopenFrom(start: Start): void {
    this.#from = start;
  }

  /** Milliseconds since the last message, keepalives included. */
  get silenceMs(): number {
    return this.#options.clock.monotonic() - this.#lastMessageAt;
  }

  /** What was received first, at most `max`, left in place until `advance`. */
  peek(max: number): readonly Received[] {
    return this.#queue.slice(0, max);
  }

  /** Drops the first `count`: they are in the caller's hands. */
  advance(count: number): void {
    this.#queue.splice(0, count);
    this.#dispatch({ type: 'room', room: this.#options.capacity - this.#queue.length });
  }

  [Symbol.dispose](): void {
    this.#dispatch({ type: 'stop' });
    this.#watchdog?.[Symbol.dispose]();
    this.#patience?.[Symbol.dispose]();
    this.#backoff?.[Symbol.dispose]();
  }

  #dispatch(event: Event): void {
    const before = this.#state.reason;
    const { state, actions } = step(this.#state, event);
    this.#state = state;
    for (const action of actions) this.#perform(action);
    if (state.reason !== before) this.#options.changed();
  }

  #perform(action: Action): void {
    switch (action.type) {
      case 'open':
        return this.#open(action.credit);
      case 'request':
        this.#watch();
        return this.#stream?.request(action.credit);
      case 'cancel':
        this.#watchdog?.[Symbol.dispose]();
        this.#patience?.[Symbol.dispose]();
        this.#stream?.cancel();
        this.#stream = undefined;
        return undefined;
      case 'wait': {
        const delay = this.#options.backoff(action.attempt, action.pace);
        this.#backoff = this.#options.clock.timer(delay, () => this.#dispatch({ type: 'due' }));
        return undefined;
      }
      case 'refresh':
        void this.#refresh();
        return undefined;
      case 'fail':
        this.#failure = this.#lastError ?? new PubSubError(action.class, 'closed', action.reason);
        this.#accepted.reject(this.#failure);
        this.#options.changed();
        return undefined;
    }
  }

  #open(credit: number): void {
    const { client, topic } = this.#options;
    const epoch = ++this.#epoch;
    this.#watch();
    this.#awaitAcceptance(0);
    this.#stream = client.subscribe(topic, this.#start(), credit, {
      accepted: () => {
        if (epoch === this.#epoch) this.#onAccepted();
      },
      message: (response) => {
        if (epoch === this.#epoch) this.#onMessage(response);
      },
      ended: (error) => {
        if (epoch === this.#epoch) this.#onEnded(error);
      },
    });
  }

  /** Invariant 3: what was received is in the buffer and will be delivered; go on after it. */
  #start(): Start {
    if (this.#position === undefined) return this.#from;
    return { preset: 'CUSTOM', replayId: this.#position };
  }

  #awaitAcceptance(seconds: number): void {
    const { client, clock } = this.#options;
    this.#patience?.[Symbol.dispose]();
    this.#patience = clock.timer(SECOND_MS, () => {
      const connected = client.isConnected ? seconds + 1 : 0;
      if (connected === ACCEPTS_WITHIN_S) this.#onAccepted();
      else this.#awaitAcceptance(connected);
    });
  }

  #onAccepted(): void {
    this.#patience?.[Symbol.dispose]();
    this.#accepted.resolve();
    this.#dispatch({ type: 'accepted' });
  }

  #onMessage({ events, latestReplayId }: FetchResponse): void {
    this.#lastMessageAt = this.#options.clock.monotonic();
    this.#lastError = undefined;
    this.#watch();
    this.#onAccepted();
    for (const event of events) this.#queue.push(event);
    const last = events.at(-1)?.replayId ?? latestReplayId;
    if (last.length > 0) this.#position = Buffer.from(last);
    if (events.length === 0 && this.#position !== undefined) this.#keepalive(this.#position);
    this.#dispatch({ type: 'message', events: events.length });
    this.#options.changed();
  }

  /** Only the newest of several keepalives counts: they take no place in the buffer. */
  #keepalive(replayId: Buffer): void {
    const last = this.#queue.at(-1);
    if (last !== undefined && 'keepalive' in last) this.#queue.pop();
    this.#queue.push({ keepalive: true, replayId });
  }

  #onEnded(error: PubSubError | undefined): void {
    this.#stream = undefined;
    this.#patience?.[Symbol.dispose]();
    this.#lastError = error;
    if (error === undefined) this.#dispatch({ type: 'ended' });
    else this.#dispatch({ type: 'error', class: error.class, reason: error.message });
  }

  #watch(): void {
    this.#watchdog?.[Symbol.dispose]();
    this.#watchdog = this.#options.clock.timer(WATCHDOG_MS, () =>
      this.#dispatch({ type: 'silent' }),
    );
  }

  async #refresh(): Promise<void> {
    try {
      await this.#options.refresh();
      this.#dispatch({ type: 'refreshed' });
    } catch (error) {
      const failed =
        error instanceof PubSubError
          ? error
          : new PubSubError(
              'auth',
              'login',
              error instanceof Error ? error.message : 'login failed',
              error,
            );
      this.#lastError = failed;
      this.#dispatch({ type: 'error', class: failed.class, reason: failed.message });
    }
  }
}
