import { Metadata } from '@grpc/grpc-js';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Clock } from '../../../src/foundation/clock.ts';
import type { Channel } from '../events/channels.ts';
import { isFor, shownTo } from '../events/delivery.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Cursor, LoggedEvent } from '../events/event-log.ts';
import { decodeReplayId, encodeReplayId } from '../events/replay-id.ts';
import { leftOf, spend } from '../faults/allocations.ts';
import type { User } from '../org/types.ts';
import { maySubscribe } from './access.ts';
import type { Caller } from './access.ts';
import { PubSubError, toServiceError } from './errors.ts';
import type { Rpc } from './errors.ts';
import { IdleTimer } from './idle-timer.ts';
import type { CommitAnswer, FetchAnswer } from './messages.ts';
import { failureOf } from './faults.ts';
import type { PubSubFaults } from './faults.ts';
import type { PubSubSettings } from './settings.ts';

const ALLOCATION = 'events.deliveryAllocation';

export interface StreamDeps {
  readonly events: EventBus;
  readonly clock: Clock;
  readonly settings: PubSubSettings;
  readonly faults: PubSubFaults;
  /** What was done so far can't be lost: answers to commits wait for it. */
  readonly settled: () => Promise<void>;
}

/** What an rpc does with its stream. */
export interface StreamHandler<Request> {
  onRequest(request: Request): void;
  /** Once, however the stream ends. */
  onEnd?(): void;
}

/**
 * A stream of events, as Subscribe and ManagedSubscribe have it. Once opened, events go out in the log's order as long
 * as there is credit and the transport takes them. Whatever goes wrong ends the stream with one error.
 */
export class EventStream<Request> {
  readonly #deps: StreamDeps;
  readonly #call: ServerDuplexStream<Request, FetchAnswer>;
  readonly #caller: Caller;
  readonly #rpc: Rpc;
  readonly #handler: StreamHandler<Request>;
  readonly #listening: readonly Disposable[];
  readonly #idle: IdleTimer;
  #reading: { readonly channel: Channel; readonly cursor: Cursor } | undefined;
  #credit = 0;
  #blocked = false;
  #ended = false;

  constructor(
    deps: StreamDeps,
    call: ServerDuplexStream<Request, FetchAnswer>,
    caller: Caller,
    rpc: Rpc,
    handlerOf: (stream: EventStream<Request>) => StreamHandler<Request>,
  ) {
    this.#deps = deps;
    this.#call = call;
    this.#caller = caller;
    this.#rpc = rpc;
    this.#handler = handlerOf(this);
    this.#idle = new IdleTimer(deps.clock, () => this.#onIdle());
    this.#idle.restart(deps.settings.zeroCreditMs);
    this.#listening = [
      deps.events.log.onAppend(() => this.#guard(() => this.#deliver())),
      deps.faults.onCut((cut) => {
        if (cut.kind === 'error') this.fail(failureOf(cut.code));
      }),
    ];
    call.on('data', (request: Request) => this.#guard(() => this.#handler.onRequest(request)));
    call.on('drain', () => {
      this.#blocked = false;
      this.#guard(() => this.#deliver());
    });
    call.on('end', () => this.#finish());
    call.on('cancelled', () => this.#dispose());
    call.on('close', () => this.#dispose());
  }

  /** The channel it was opened for. */
  get channel(): Channel | undefined {
    return this.#reading?.channel;
  }

  /** From here on nothing that is committed is missed. Throws PubSubError where the caller may not read. */
  open(channel: Channel, cursorOf: () => Cursor): void {
    this.#authorized(channel);
    const { faults } = this.#deps;
    if (faults.deliveryLimitExceeded || leftOf(faults.board, ALLOCATION) === 0) {
      throw failureOf('subscription.limit.exceeded');
    }
    this.#reading = { channel, cursor: cursorOf() };
    // A client may want to know.
    this.#call.sendMetadata(new Metadata());
  }

  /** Adds credit, of which 100 can be outstanding, and spends it. */
  grant(wanted: number): void {
    const { settings, faults } = this.#deps;
    if (faults.refuseOverflow && this.#credit + wanted > settings.maxCredit) {
      throw new PubSubError(
        'subscription.fetch.overflow',
        `More than ${settings.maxCredit} events are requested at a time.`,
      );
    }
    if (this.#credit === 0) this.#restartIdle(wanted);
    this.#credit = Math.min(settings.maxCredit, this.#credit + wanted);
    this.#deliver();
  }

  /** An answer without events. */
  answer(commit: CommitAnswer): void {
    if (!this.#ended) this.#send([], this.#position(), commit);
  }

  /** Ends the stream with an error, from outside of a request. */
  fail(error: PubSubError): void {
    this.#guard(() => {
      throw error;
    });
  }

  /** As many responses as credit, size and transport allow. */
  #deliver(): void {
    const reading = this.#reading;
    if (reading === undefined || this.#deps.faults.silent) return;
    while (this.#credit > 0 && !this.#blocked) {
      const { board } = this.#deps.faults;
      const most = Math.max(1, Math.min(this.#credit, leftOf(board, ALLOCATION) ?? Infinity));
      const batch = this.#nextBatch(reading.channel, reading.cursor, most);
      const last = batch.at(-1);
      if (last === undefined) return;
      if (!spend(board, ALLOCATION, batch.length)) throw failureOf('subscription.limit.exceeded');
      this.#credit -= batch.length;
      this.#send(batch, last.sequence);
    }
  }

  #nextBatch(channel: Channel, cursor: Cursor, most: number): LoggedEvent[] {
    const { log } = this.#deps.events;
    if (log.isLost(cursor)) throw corrupted();
    const start = cursor.index;
    if (start === log.latest().index) return [];
    const user = this.#authorized(channel);
    const wanted = (event: LoggedEvent): boolean => isFor(user, channel, event);
    const batch: LoggedEvent[] = [];
    let bytes = 0;
    while (batch.length < most) {
      const at = cursor.index;
      const found = log.next(cursor, wanted);
      if (found === undefined) break;
      const event = shownTo(user, channel, found, this.#deps.events);
      bytes += event.frame.length;
      if (bytes > this.#deps.settings.maxResponseBytes && batch.length > 0) {
        cursor.index = at;
        break;
      }
      batch.push(event);
    }
    return batch;
  }

  #send(events: readonly LoggedEvent[], latest: number, commit?: CommitAnswer): void {
    const answer: FetchAnswer = {
      frames: events.map((event) => event.frame),
      latestReplayId: encodeReplayId(latest),
      rpcId: this.#rpc.id,
      pending: this.#credit,
      commit,
    };
    this.#blocked = !this.#call.write(answer);
    this.#restartIdle(this.#credit);
  }

  #restartIdle(credit: number): void {
    const { keepaliveMs, zeroCreditMs } = this.#deps.settings;
    this.#idle.restart(credit > 0 ? keepaliveMs : zeroCreditMs);
  }

  #onIdle(): void {
    this.#guard(() => {
      const reading = this.#reading;
      if (reading === undefined || this.#credit === 0) {
        this.#finish();
        return;
      }
      this.#authorized(reading.channel);
      if (this.#deps.faults.silent) this.#restartIdle(this.#credit);
      else this.#send([], this.#position());
    });
  }

  #position(): number {
    const { log } = this.#deps.events;
    return log.positionOf(this.#reading?.cursor ?? log.latest());
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
      this.#dispose();
      this.#call.emit('error', toServiceError(error, this.#rpc));
    }
  }

  #finish(): void {
    if (this.#ended) return;
    this.#dispose();
    this.#call.end();
  }

  #dispose(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const each of this.#listening) each[Symbol.dispose]();
    this.#idle.stop();
    this.#handler.onEnd?.();
  }
}

/** A cursor after the replay id; one error for what was never a replay id and what is one no more. */
export function cursorAfter(events: EventBus, replayId: Uint8Array): Cursor {
  const sequence = decodeReplayId(replayId);
  const cursor = sequence === undefined ? undefined : events.log.after(sequence);
  if (cursor === undefined) throw corrupted();
  return cursor;
}

function corrupted(): PubSubError {
  return new PubSubError(
    'subscription.fetch.replayid.corrupted',
    'The Replay ID validation failed. Ensure that the Replay ID is valid.',
  );
}
