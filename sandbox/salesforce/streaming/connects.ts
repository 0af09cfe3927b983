import type { EventLog } from '../events/event-log.ts';
import { leftOf, spend } from '../faults/allocations.ts';
import type { HoldEnd, StreamingClient } from './client.ts';
import type { Clients } from './clients.ts';
import { ERRORS, invalidConnectionType, Refusal } from './errors.ts';
import { GIVE_UP, isObject, LONG_POLLING, succeeded } from './messages.ts';
import type { Advice, BayeuxRequest, Message } from './messages.ts';
import type { Sessions } from './sessions.ts';
import { takeFault } from './settings.ts';
import type { StreamingFaults, StreamingSettings } from './settings.ts';
import { LostPosition } from './subscription.ts';

const ALLOCATION = 'events.deliveryAllocation';

export interface ConnectDeps {
  readonly clients: Clients;
  readonly sessions: Sessions;
  readonly settings: StreamingSettings;
  readonly faults: StreamingFaults;
}

/** A newer connect of the same client took this one's place. */
export class Superseded extends Error {}

/** Long polling: a connect waits for events, which come before its reply. */
export class Connects {
  readonly #deps: ConnectDeps;

  constructor(deps: ConnectDeps) {
    this.#deps = deps;
  }

  /** The events and the reply. Throws Refusal, Superseded. */
  async answer(
    client: StreamingClient,
    message: Message,
    request: BayeuxRequest,
  ): Promise<readonly string[]> {
    const { settings, faults } = this.#deps;
    if (takeFault(faults, 'unknownClient')) throw new Refusal(ERRORS.unknownClient);
    if (takeFault(faults, 'unavailable')) throw new Refusal(ERRORS.busy);
    const { board } = faults;
    if (faults.eventLimitExceeded || leftOf(board, ALLOCATION) === 0) {
      throw new Refusal(ERRORS.tooManyEvents);
    }
    const type = message['connectionType'];
    if (type !== LONG_POLLING) throw new Refusal(invalidConnectionType(String(type)));
    try {
      const end = await this.#wait(client, message, request);
      if (end === 'superseded') throw new Superseded();
      if (end === 'unauthorized') throw new Refusal(ERRORS.authenticationInvalid);
      const clientId = client.id;
      if (end === 'closed') return [succeeded(message, { clientId, advice: GIVE_UP })];
      const events = end === 'gone' ? [] : this.#takeEvents(client);
      const left = leftOf(board, ALLOCATION);
      // An answer on its way is finished.
      if (left !== undefined) spend(board, ALLOCATION, Math.min(left, events.length));
      client.expectConnect(settings.maxIntervalMs);
      const advice: Advice = { reconnect: 'retry', interval: 0, timeout: settings.timeoutMs };
      return [...events, succeeded(message, { clientId, advice })];
    } catch (error) {
      throw error instanceof LostPosition ? new Refusal(ERRORS.unknownClient) : error;
    }
  }

  /** Answers the connects that wait for events of the log, whenever there are any. */
  listen(log: EventLog): Disposable {
    return log.onAppend(() => {
      for (const client of this.#deps.clients.held()) this.wake(client);
    });
  }

  /** Where there is something to deliver, or to say: that a position was lost. */
  wake(client: StreamingClient): void {
    if (!client.isHeld) return;
    try {
      if (this.#hasEvents(client)) client.wake('events');
    } catch (error) {
      if (!(error instanceof LostPosition)) throw error;
      client.wake('events');
    }
  }

  /** Until there are events, at most as long as the client wants, and only where its connect is alone and not the first. */
  #wait(client: StreamingClient, message: Message, request: BayeuxRequest): Promise<HoldEnd> {
    const { settings, sessions } = this.#deps;
    client.wake('superseded');
    const timeoutMs = Math.min(wantedTimeout(message) ?? Infinity, settings.timeoutMs);
    const isAlone = request.messages.length === 1;
    // The first is answered at once, as CometD does: some clients wait for it before they subscribe.
    const mayHold = isAlone && timeoutMs > 0 && client.hasConnected;
    client.hasConnected = true;
    if (!mayHold || this.#hasEvents(client)) return Promise.resolve('timeout');
    return client.hold({
      timeoutMs,
      signal: request.signal,
      checkEveryMs: settings.sessionCheckMs,
      isAuthorized: () => sessions.userOf(client) !== undefined,
    });
  }

  #hasEvents(client: StreamingClient): boolean {
    const user = this.#deps.sessions.userOf(client);
    return user !== undefined && client.hasEvents(user);
  }

  #takeEvents(client: StreamingClient): string[] {
    const user = this.#deps.sessions.userOf(client);
    if (user === undefined) throw new Refusal(ERRORS.authenticationInvalid);
    return client.takeEvents(user, this.#deps.settings.maxResponseBytes);
  }
}

function wantedTimeout({ advice }: Message): number | undefined {
  const wanted = isObject(advice) ? advice['timeout'] : undefined;
  return typeof wanted === 'number' && wanted >= 0 ? wanted : undefined;
}
