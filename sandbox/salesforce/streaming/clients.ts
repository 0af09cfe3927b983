import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../src/foundation/clock.ts';
import type { Session } from '../org/types.ts';
import { StreamingClient } from './client.ts';
import { ERRORS, Refusal } from './errors.ts';
import type { StreamingSettings } from './settings.ts';
import type { Subscription } from './subscription.ts';

/** Random bytes of a client's id, which is its only secret. */
const ID_BYTES = 17;

/** Everybody who shook hands and hasn't gone since. */
export class Clients {
  readonly #settings: StreamingSettings;
  readonly #clock: Clock;
  readonly #byId = new Map<string, StreamingClient>();

  constructor(settings: StreamingSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Throws Refusal where there are too many. */
  open(session: Session): StreamingClient {
    if (this.#byId.size >= this.#settings.maxClients) throw new Refusal(ERRORS.tooManyClients);
    const id = BigInt(`0x${randomBytes(ID_BYTES).toString('hex')}`).toString(36);
    const client = new StreamingClient(id, session, this.#clock, () => this.remove(client));
    this.#byId.set(id, client);
    client.expectConnect(this.#settings.maxIntervalMs);
    return client;
  }

  find(id: string): StreamingClient | undefined {
    return this.#byId.get(id);
  }

  remove(client: StreamingClient): void {
    this.#byId.delete(client.id);
    client.remove();
  }

  /** Those with a connect that is held. */
  held(): StreamingClient[] {
    return [...this.#byId.values()].filter((client) => client.isHeld);
  }

  /** Throws Refusal where the client, or the topic, has all the subscriptions it may. */
  subscribe(client: StreamingClient, subscription: Subscription): void {
    const { maxSubscriptionsPerClient, maxSubscribersPerTopic } = this.#settings;
    const { channel, feed } = subscription;
    const isNew = !client.subscriptions.has(channel);
    const topicIsFull =
      feed.countedAs !== undefined &&
      this.#subscribers(feed.countedAs).filter((each) => each !== client).length >=
        maxSubscribersPerTopic;
    if (isNew && (topicIsFull || client.subscriptions.size >= maxSubscriptionsPerClient)) {
      throw new Refusal(ERRORS.tooManySubscribers);
    }
    client.subscriptions.set(channel, subscription);
  }

  /** Ids of the users with a subscription to the channel, each once. */
  usersOf(channel: string): string[] {
    return [...new Set(this.#subscribers(channel).map((client) => client.userId))];
  }

  close(): void {
    for (const client of this.#byId.values()) this.remove(client);
  }

  #subscribers(countedAs: string): StreamingClient[] {
    return [...this.#byId.values()].filter((client) =>
      [...client.subscriptions.values()].some(({ feed }) => feed.countedAs === countedAs),
    );
  }
}
