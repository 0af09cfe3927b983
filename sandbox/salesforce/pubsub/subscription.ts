import { Metadata } from '@grpc/grpc-js';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Clock } from '../../../src/foundation/clock.ts';
import { mayRead } from '../events/channels.ts';
import type { Channel } from '../events/channels.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Cursor, LoggedEvent } from '../events/event-log.ts';
import { decodeReplayId, encodeReplayId } from '../events/replay-id.ts';
import type { User } from '../org/types.ts';
import { maySubscribe, requireChannel } from './access.ts';
import type { Caller } from './access.ts';
import { PubSubError, toServiceError } from './errors.ts';
import type { Rpc } from './errors.ts';
import { IdleTimer } from './idle-timer.ts';
import type { FetchAnswer, FetchRequest } from './messages.ts';
import type { PubSubFaults, PubSubSettings } from './settings.ts';

export interface SubscriptionDeps {
  readonly events: EventBus;
  readonly clock: Clock;
  readonly settings: PubSubSettings;
  readonly faults: PubSubFaults;
}

/**
 * One Subscribe stream. The first FetchRequest says from where; each adds credit; events go out in the log's order
 * as long as there is credit and the transport takes them. Whatever goes wrong ends the stream with one error.
 */
export class Subscription {
  readonly #deps: SubscriptionDeps;
  readonly #call: ServerDuplexStream<FetchRequest, FetchAnswer>;
  readonly #caller: Caller;
  readonly #rpc: Rpc;
  readonly #listening: Disposable;
  readonly #idle: IdleTimer;
  #reading: { readonly channel: Channel; readonly cursor: Cursor } | undefined;
  #credit = 0;
  #blocked = false;
  #ended = false;

  constructor(
    deps: SubscriptionDeps,
    call: ServerDuplexStream<FetchRequest, FetchAnswer>,
    caller: Caller,
    rpc: Rpc,
  ) {
    this.#deps = deps;
    this.#call = call;
    this.#caller = caller;
    this.#rpc = rpc;
    this.#idle = new IdleTimer(deps.clock, () => this.#onIdle());
    this.#idle.restart(deps.settings.zeroCreditMs);
    this.#listening = deps.events.log.onAppend(() => this.#guard(() => this.#deliver()));
    call.on('data', (request: FetchRequest) => this.#guard(() => this.#onRequest(request)));
    call.on('drain', () => {
      this.#blocked = false;
      this.#guard(() => this.#deliver());
    });
    call.on('end', () => this.#finish());
    call.on('cancelled', () => this.dispose());
    call.on('close', () => this.dispose());
  }

  /** Stops working for the stream; it is ended elsewhere. */
  dispose(): void {
    this.#ended = true;
    this.#listening[Symbol.dispose]();
    this.#idle.stop();
  }

  #onRequest(request: FetchRequest): void {
    const { settings, faults } = this.#deps;
    this.#reading ??= this.#open(request);
    const { topic } = this.#reading.channel;
    if (request.topic_name !== '' && request.topic_name !== topic) {
      throw new PubSubError(
        'subscription.fetch.topic.mismatch',
        `The topic name ${request.topic_name} doesn't match ${topic} of the first request.`,
      );
    }
    const wanted = request.num_requested;
    if (wanted <= 0) {
      throw new PubSubError(
        'subscription.fetch.requested.events.invalid',
        `The number of requested events must be greater than 0, but it is ${wanted}.`,
      );
    }
    if (faults.refuseOverflow && this.#credit + wanted > settings.maxCredit) {
      throw new PubSubError(
        'subscription.fetch.overflow',
        `More than ${settings.maxCredit} events are requested at a time.`,
      );
    }
    if (this.#credit === 0) this.#idle.restart(settings.keepaliveMs);
    this.#credit = Math.min(settings.maxCredit, this.#credit + wanted);
    this.#deliver();
  }

  #open(request: FetchRequest): { channel: Channel; cursor: Cursor } {
    const channel = requireChannel(this.#deps.events.channels, request.topic_name);
    this.#authorized(channel);
    if (this.#deps.faults.deliveryLimitExceeded) {
      const message = 'You have exceeded the event delivery limit for your org.';
      throw new PubSubError('subscription.limit.exceeded', message);
    }
    const cursor = this.#cursorFor(request);
    // From here on nothing that is committed is missed: a client may want to know.
    this.#call.sendMetadata(new Metadata());
    return { channel, cursor };
  }

  #cursorFor(request: FetchRequest): Cursor {
    const { log } = this.#deps.events;
    if (request.replay_preset === 'EARLIEST') return log.earliest();
    if (request.replay_preset !== 'CUSTOM') return log.latest();
    if (request.replay_id.length === 0) {
      const message = 'A replay ID is required with the replay preset CUSTOM.';
      throw new PubSubError('subscription.fetch.replayid.validation.failed', message);
    }
    const sequence = decodeReplayId(request.replay_id);
    const cursor = sequence === undefined ? undefined : log.after(sequence);
    if (cursor === undefined) throw corrupted();
    return cursor;
  }

  /** As many responses as credit, size and transport allow. */
  #deliver(): void {
    const reading = this.#reading;
    if (reading === undefined) return;
    while (this.#credit > 0 && !this.#blocked) {
      const batch = this.#nextBatch(reading.channel, reading.cursor);
      const last = batch.at(-1);
      if (last === undefined) return;
      this.#credit -= batch.length;
      this.#send(batch, last.sequence);
    }
  }

  #nextBatch(channel: Channel, cursor: Cursor): LoggedEvent[] {
    const { log } = this.#deps.events;
    if (log.isLost(cursor)) throw corrupted();
    const start = cursor.index;
    if (start === log.latest().index) return [];
    const user = this.#authorized(channel);
    const wanted = (event: LoggedEvent): boolean =>
      channel.includes(event) && mayRead(user, event.entity, channel.kind);
    const batch: LoggedEvent[] = [];
    let bytes = 0;
    while (batch.length < this.#credit) {
      const at = cursor.index;
      const event = log.next(cursor, wanted);
      if (event === undefined) break;
      bytes += event.frame.length;
      if (bytes > this.#deps.settings.maxResponseBytes && batch.length > 0) {
        cursor.index = at;
        break;
      }
      batch.push(event);
    }
    return batch;
  }

  #send(events: readonly LoggedEvent[], latest: number): void {
    const answer: FetchAnswer = {
      frames: events.map((event) => event.frame),
      latestReplayId: encodeReplayId(latest),
      rpcId: this.#rpc.id,
      pending: this.#credit,
    };
    this.#blocked = !this.#call.write(answer);
    const { keepaliveMs, zeroCreditMs } = this.#deps.settings;
    this.#idle.restart(this.#credit > 0 ? keepaliveMs : zeroCreditMs);
  }

  #onIdle(): void {
    this.#guard(() => {
      const reading = this.#reading;
      if (reading === undefined || this.#credit === 0) {
        this.#finish();
        return;
      }
      this.#authorized(reading.channel);
      this.#send([], this.#deps.events.log.positionOf(reading.cursor));
    });
  }

  /** Throws PubSubError where the session ended or the permission was taken away. */
  #authorized(channel: Channel): User {
    const user = this.#caller.user();
    if (maySubscribe(user, channel)) return user;
    const message = `You don't have permission to subscribe to the topic ${channel.topic}.`;
    throw new PubSubError('subscription.topic.cannot.subscribe', message);
  }

  #guard(work: () => void): void {
    if (this.#ended) return;
    try {
      work();
    } catch (error) {
      this.dispose();
      this.#call.emit('error', toServiceError(error, this.#rpc));
    }
  }

  #finish(): void {
    if (this.#ended) return;
    this.dispose();
    this.#call.end();
  }
}

/** One code for what was never a replay id and what is one no more. */
function corrupted(): PubSubError {
  return new PubSubError(
    'subscription.fetch.replayid.corrupted',
    'The Replay ID validation failed. Ensure that the Replay ID is valid.',
  );
}
