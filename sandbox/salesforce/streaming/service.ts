import type { Clock } from '../../../src/foundation/clock.ts';
import type { Org } from '../org/types.ts';
import type { HoldEnd, StreamingClient } from './client.ts';
import type { Clients } from './clients.ts';
import { ERRORS, invalidConnectionType, missingCookie, Refusal } from './errors.ts';
import { feedOf } from './feeds.ts';
import type { FeedSources } from './feeds.ts';
import { failed, isObject, succeeded, textOf } from './messages.ts';
import type { Advice, Message } from './messages.ts';
import { startCursor } from './replay.ts';
import { Sessions } from './sessions.ts';
import type { StreamingFaults, StreamingSettings } from './settings.ts';
import { LostPosition, Subscription } from './subscription.ts';

export interface ServiceDeps {
  readonly org: Org;
  readonly sources: FeedSources;
  readonly clients: Clients;
  readonly settings: StreamingSettings;
  readonly faults: StreamingFaults;
  readonly clock: Clock;
}

/** One HTTP request's messages, and who sends them. */
export interface BayeuxRequest {
  readonly messages: readonly Message[];
  /** Of the Authorization header. */
  readonly token: string | undefined;
  /** Why no client can be had under this address: `400::Unsupported API version …`. */
  readonly refused: string | undefined;
  /** Name of a cookie that should have come and didn't. */
  readonly lacksCookie: string | undefined;
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal;
}

export interface BayeuxAnswer {
  /** 408 for a connect that gives way to a newer one of the same client. */
  readonly status: 200 | 408;
  /** JSON, one for each message and event. */
  readonly messages: readonly string[];
  /** Whether a handshake succeeded. */
  readonly opened: boolean;
}

const LONG_POLLING = 'long-polling';
const SHAKE_HANDS: Advice = { reconnect: 'handshake', interval: 0 };
const GIVE_UP: Advice = { reconnect: 'none', interval: 0 };
const TRY_AGAIN: Advice = { reconnect: 'retry', interval: 5000 };

/** Answers Bayeux messages. What is wrong with a message is said in its reply. */
export class StreamingService implements Disposable {
  readonly #deps: ServiceDeps;
  readonly #sessions: Sessions;
  readonly #listening: readonly Disposable[];

  constructor(deps: ServiceDeps) {
    this.#deps = deps;
    this.#sessions = new Sessions(deps.org, deps.settings.expiryEndsClients);
    const { events, notifications } = deps.sources;
    this.#listening = [events.log, notifications.log].map((log) =>
      log.onAppend(() => this.#wakeReaders()),
    );
  }

  /** In order. A connect is held only where it is alone in its request. */
  async answer(request: BayeuxRequest): Promise<BayeuxAnswer> {
    const messages: string[] = [];
    let opened = false;
    for (const message of request.messages) {
      if (message['channel'] === '/meta/connect') {
        const replies = await this.#connect(message, request);
        if (replies === undefined) return { status: 408, messages: [], opened };
        messages.push(...replies);
      } else {
        const reply = this.#reply(message, request);
        opened ||= message['channel'] === '/meta/handshake' && reply.includes('"clientId"');
        messages.push(reply);
      }
    }
    return { status: 200, messages, opened };
  }

  [Symbol.dispose](): void {
    for (const each of this.#listening) each[Symbol.dispose]();
    this.#deps.clients.close();
  }

  #reply(message: Message, request: BayeuxRequest): string {
    switch (message['channel']) {
      case '/meta/handshake':
        return this.#handshake(message, request);
      case '/meta/subscribe':
        return this.#withClient(message, request, (client) => this.#subscribe(client, message));
      case '/meta/unsubscribe':
        return this.#withClient(message, request, (client) => {
          for (const channel of channelsOf(message)) client.subscriptions.delete(channel);
          const { subscription } = message;
          return succeeded(message, { clientId: client.id, subscription });
        });
      case '/meta/disconnect':
        return this.#withClient(message, request, (client) => {
          this.#deps.clients.remove(client);
          return succeeded(message, { clientId: client.id });
        });
      default:
        return failed(message, refusalOfChannel(message['channel']));
    }
  }

  #handshake(message: Message, { token, refused }: BayeuxRequest): string {
    const types = message['supportedConnectionTypes'];
    try {
      if (refused !== undefined) throw new Refusal(refused);
      if (Array.isArray(types) && !types.includes(LONG_POLLING)) {
        throw new Refusal(invalidConnectionType(types.join(', ')));
      }
      if (takeFault(this.#deps.faults, 'unavailable')) throw new Refusal(ERRORS.busy);
      const client = this.#deps.clients.open(this.#sessions.open(token));
      return succeeded(message, {
        ext: { replay: true, 'payload.format': true },
        minimumVersion: '1.0',
        clientId: client.id,
        supportedConnectionTypes: [LONG_POLLING],
        version: '1.0',
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const ext = { sfdc: { failureReason: error.message }, replay: true };
      const advice = error.message === ERRORS.busy ? TRY_AGAIN : { reconnect: 'none' };
      return failed(message, ERRORS.handshakeDenied, { ext, advice });
    }
  }

  #subscribe(client: StreamingClient, message: Message): string {
    const { sources, clients, faults } = this.#deps;
    const channels = channelsOf(message);
    if (channels.length === 0) throw new Refusal(ERRORS.noChannel);
    if (takeFault(faults, 'unavailable')) throw new Refusal(ERRORS.busy);
    const user = this.#sessions.userOf(client);
    if (user === undefined) throw new Refusal(ERRORS.authenticationInvalid);
    const subscriptions = channels.map((channel) => {
      const feed = feedOf(sources, channel, user);
      const cursor = startCursor(feed.log, message, channel);
      return {
        again: cursor === undefined,
        made: new Subscription(channel, feed, cursor ?? feed.log.latest()),
      };
    });
    for (const { again, made } of subscriptions) {
      // Without a position an old subscription is simply kept.
      if (!again || !client.subscriptions.has(made.channel)) clients.subscribe(client, made);
    }
    this.#wake(client);
    return succeeded(message, { clientId: client.id, subscription: message['subscription'] });
  }

  /** The events and the reply; undefined where a newer connect of the client took its place. */
  async #connect(message: Message, request: BayeuxRequest): Promise<readonly string[] | undefined> {
    const { settings, faults, clients } = this.#deps;
    let client: StreamingClient | undefined;
    try {
      client = this.#clientOf(message, request);
      if (takeFault(faults, 'unknownClient')) throw new LostPosition();
      this.#sessions.check(client, request.token);
      if (takeFault(faults, 'unavailable')) throw new Refusal(ERRORS.busy);
      if (faults.eventLimitExceeded) throw new Refusal(ERRORS.tooManyEvents);
      const type = message['connectionType'];
      if (type !== LONG_POLLING) throw new Refusal(invalidConnectionType(String(type)));
      const end = await this.#wait(client, message, request);
      if (end === 'superseded') return undefined;
      if (end === 'unauthorized') throw new Refusal(ERRORS.authenticationInvalid);
      const clientId = client.id;
      if (end === 'closed') return [succeeded(message, { clientId, advice: GIVE_UP })];
      const events = end === 'gone' ? [] : this.#takeEvents(client);
      client.expectConnect(settings.maxIntervalMs);
      const advice: Advice = { reconnect: 'retry', interval: 0, timeout: settings.timeoutMs };
      return [...events, succeeded(message, { clientId, advice })];
    } catch (error) {
      if (error instanceof LostPosition && client !== undefined) {
        clients.remove(client);
        return [failed(message, ERRORS.unknownClient, { advice: SHAKE_HANDS })];
      }
      if (!(error instanceof Refusal)) throw error;
      return [this.#refuse(message, error, client)];
    }
  }

  /** Until there are events, at most as long as the client wants, and only where its connect is alone. */
  #wait(client: StreamingClient, message: Message, request: BayeuxRequest): Promise<HoldEnd> {
    const { settings } = this.#deps;
    client.wake('superseded');
    const { advice } = message;
    const wanted = isObject(advice) ? advice['timeout'] : undefined;
    const timeoutMs =
      typeof wanted === 'number' && wanted >= 0
        ? Math.min(wanted, settings.timeoutMs)
        : settings.timeoutMs;
    const alone = request.messages.length === 1;
    if (!alone || timeoutMs === 0 || this.#hasEvents(client)) return Promise.resolve('timeout');
    return client.hold({
      timeoutMs,
      signal: request.signal,
      checkEveryMs: settings.sessionCheckMs,
      isAuthorized: () => this.#sessions.userOf(client) !== undefined,
    });
  }

  #hasEvents(client: StreamingClient): boolean {
    const user = this.#sessions.userOf(client);
    return user !== undefined && client.hasEvents(user);
  }

  #takeEvents(client: StreamingClient): string[] {
    const user = this.#sessions.userOf(client);
    if (user === undefined) throw new Refusal(ERRORS.authenticationInvalid);
    return client.takeEvents(user, this.#deps.settings.maxResponseBytes);
  }

  #wakeReaders(): void {
    for (const client of this.#deps.clients.held()) this.#wake(client);
  }

  /** A position that was lost is told by the connect, too. */
  #wake(client: StreamingClient): void {
    if (!client.isHeld) return;
    try {
      if (this.#hasEvents(client)) client.wake('events');
    } catch (error) {
      if (!(error instanceof LostPosition)) throw error;
      client.wake('events');
    }
  }

  #withClient(
    message: Message,
    request: BayeuxRequest,
    work: (client: StreamingClient) => string,
  ): string {
    let client: StreamingClient | undefined;
    try {
      client = this.#clientOf(message, request);
      this.#sessions.check(client, request.token);
      return work(client);
    } catch (error) {
      if (error instanceof Refusal) return this.#refuse(message, error, client);
      throw error;
    }
  }

  #clientOf(message: Message, request: BayeuxRequest): StreamingClient {
    if (request.refused !== undefined) throw new Refusal(request.refused);
    const id = textOf(message['clientId']);
    if (id === undefined) throw new Refusal(ERRORS.noHandshake);
    const client = this.#deps.clients.find(id);
    if (client === undefined) throw new Refusal(ERRORS.unknownClient);
    if (request.lacksCookie !== undefined) {
      throw new Refusal(missingCookie(id, request.lacksCookie));
    }
    return client;
  }

  #refuse(message: Message, { message: error }: Refusal, client?: StreamingClient): string {
    const revoked = error === ERRORS.authenticationInvalid;
    if (revoked && client !== undefined) this.#deps.clients.remove(client);
    else if (message['channel'] === '/meta/connect') {
      client?.expectConnect(this.#deps.settings.maxIntervalMs);
    }
    const { subscription } = message;
    return failed(message, error, {
      ...(error === ERRORS.busy ? { ext: { sfdc: { failureReason: error } } } : {}),
      ...(client === undefined ? {} : { clientId: client.id }),
      ...(subscription === undefined ? {} : { subscription }),
      ...adviceOn(error, message),
    });
  }
}

/** True, and one less from now on, while the fault is due. */
function takeFault(faults: StreamingFaults, fault: 'unavailable' | 'unknownClient'): boolean {
  if (faults[fault] <= 0) return false;
  faults[fault]--;
  return true;
}

/** Without advice a client takes what it was told last. */
function adviceOn(error: string, { channel }: Message): { readonly advice?: Advice } {
  const unknown = error === ERRORS.unknownClient || error === ERRORS.noHandshake;
  if (unknown) return { advice: SHAKE_HANDS };
  if (error.startsWith('401:') || error === ERRORS.otherUser) return { advice: GIVE_UP };
  if (channel !== '/meta/connect') return {};
  return { advice: error === ERRORS.busy || error === ERRORS.tooManyEvents ? TRY_AGAIN : GIVE_UP };
}

function channelsOf({ subscription }: Message): string[] {
  const channels: readonly unknown[] = Array.isArray(subscription) ? subscription : [subscription];
  return channels.flatMap((channel) => textOf(channel) ?? []);
}

/** Nobody publishes over the Streaming API; there are no other meta channels. */
function refusalOfChannel(channel: unknown): string {
  const name = textOf(channel);
  if (name === undefined) return ERRORS.noChannel;
  return name.startsWith('/meta/') ? ERRORS.unknownChannel : ERRORS.publishDenied;
}
