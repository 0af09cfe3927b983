import type { Org, User } from '../org/types.ts';
import { Callers } from './callers.ts';
import type { StreamingClient } from './client.ts';
import type { Clients } from './clients.ts';
import { Connects, Superseded } from './connects.ts';
import { ERRORS, invalidConnectionType, Refusal } from './errors.ts';
import { feedOf } from './feeds.ts';
import type { FeedSources } from './feeds.ts';
import { failed, LONG_POLLING, succeeded, textOf, TRY_AGAIN } from './messages.ts';
import type { BayeuxRequest, Message } from './messages.ts';
import { startCursor } from './replay.ts';
import { Sessions } from './sessions.ts';
import { takeFault } from './settings.ts';
import type { StreamingFaults, StreamingSettings } from './settings.ts';
import { Subscription } from './subscription.ts';

export interface ServiceDeps {
  readonly org: Org;
  readonly sources: FeedSources;
  readonly clients: Clients;
  readonly settings: StreamingSettings;
  readonly faults: StreamingFaults;
}

export interface BayeuxAnswer {
  /** 408 for a connect that gives way to a newer one of the same client. */
  readonly status: 200 | 408;
  /** JSON, one for each message and event. */
  readonly messages: readonly string[];
  /** Whether a handshake succeeded. */
  readonly opened: boolean;
}

/** Answers Bayeux messages. What is wrong with a message is said in its reply. */
export class StreamingService implements Disposable {
  readonly #deps: ServiceDeps;
  readonly #sessions: Sessions;
  readonly #callers: Callers;
  readonly #connects: Connects;
  readonly #listening: readonly Disposable[];

  constructor(deps: ServiceDeps) {
    const { org, sources, clients, settings } = deps;
    this.#deps = deps;
    this.#sessions = new Sessions(org, settings.expiryEndsClients);
    this.#callers = new Callers(clients, this.#sessions, settings.maxIntervalMs);
    this.#connects = new Connects({ ...deps, sessions: this.#sessions });
    const { events, notifications } = sources;
    this.#listening = [events.log, notifications.log].map((log) => this.#connects.listen(log));
  }

  /** In order. A connect is held only where it is alone in its request. */
  async answer(request: BayeuxRequest): Promise<BayeuxAnswer> {
    const replies: string[] = [];
    let opened = false;
    try {
      for (const message of request.messages) {
        if (message['channel'] === '/meta/handshake') {
          const { reply, successful } = this.#handshake(message, request);
          replies.push(reply);
          opened ||= successful;
        } else {
          replies.push(...(await this.#reply(message, request)));
        }
      }
    } catch (error) {
      if (error instanceof Superseded) return { status: 408, messages: [], opened };
      throw error;
    }
    return { status: 200, messages: replies, opened };
  }

  [Symbol.dispose](): void {
    for (const each of this.#listening) each[Symbol.dispose]();
    this.#deps.clients.close();
  }

  #reply(message: Message, request: BayeuxRequest): Promise<readonly string[]> {
    const serve = (work: Parameters<Callers['serve']>[2]): Promise<readonly string[]> =>
      this.#callers.serve(message, request, work);
    switch (message['channel']) {
      case '/meta/connect':
        return serve((client) => this.#connects.answer(client, message, request));
      case '/meta/subscribe':
        return serve((client, user) => [this.#subscribe(client, user, message)]);
      case '/meta/unsubscribe':
        return serve((client) => [unsubscribe(client, message)]);
      case '/meta/disconnect':
        return serve((client) => {
          this.#deps.clients.remove(client);
          return [succeeded(message, { clientId: client.id })];
        });
      default:
        return Promise.resolve([failed(message, refusalOfChannel(message['channel']))]);
    }
  }

  #handshake(
    message: Message,
    { token, refused }: BayeuxRequest,
  ): { readonly reply: string; readonly successful: boolean } {
    const { clients, faults } = this.#deps;
    const types = message['supportedConnectionTypes'];
    try {
      if (refused !== undefined) throw new Refusal(refused);
      if (Array.isArray(types) && !types.includes(LONG_POLLING)) {
        throw new Refusal(invalidConnectionType(types.join(', ')));
      }
      if (takeFault(faults, 'unavailable')) throw new Refusal(ERRORS.busy);
      const client = clients.open(this.#sessions.open(token));
      const reply = succeeded(message, {
        ext: { replay: true, 'payload.format': true },
        minimumVersion: '1.0',
        clientId: client.id,
        supportedConnectionTypes: [LONG_POLLING],
        version: '1.0',
      });
      return { reply, successful: true };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const ext = { sfdc: { failureReason: error.message }, replay: true };
      const advice = error.message === ERRORS.busy ? TRY_AGAIN : { reconnect: 'none' };
      const reply = failed(message, ERRORS.handshakeDenied, { ext, advice });
      return { reply, successful: false };
    }
  }

  #subscribe(client: StreamingClient, user: User, message: Message): string {
    const { sources, clients, faults } = this.#deps;
    const channels = channelsOf(message);
    if (channels.length === 0) throw new Refusal(ERRORS.noChannel);
    if (takeFault(faults, 'unavailable')) throw new Refusal(ERRORS.busy);
    const subscriptions = channels.map((channel) => {
      const feed = feedOf(sources, channel, user);
      const cursor = startCursor(feed.log, message, channel);
      // Without a position the subscription that there is is kept.
      const kept = cursor === undefined ? client.subscriptions.get(channel) : undefined;
      return kept ?? new Subscription(channel, feed, cursor ?? feed.log.latest());
    });
    for (const subscription of subscriptions) clients.subscribe(client, subscription);
    this.#connects.wake(client);
    return succeeded(message, { clientId: client.id, subscription: message['subscription'] });
  }
}

function unsubscribe(client: StreamingClient, message: Message): string {
  for (const channel of channelsOf(message)) client.subscriptions.delete(channel);
  return succeeded(message, { clientId: client.id, subscription: message['subscription'] });
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
