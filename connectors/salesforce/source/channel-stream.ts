/** One channel: what its subscription received, as records and positions, in Salesforce's order. */
import { assert, type Position, type SourceRecord } from '../../../src/sdk/index.ts';
import type { EventSchema } from '../pubsub/decode.ts';
import type { WireEvent } from '../pubsub/messages.ts';
import { PubSubError } from '../pubsub/errors.ts';
import type { SchemaCache } from '../pubsub/schema-cache.ts';
import type { Subscription } from '../pubsub/subscription.ts';
import type { Channel } from './channels.ts';
import { callFailure, streamFailure } from './failures.ts';
import type { Format, Origin } from './format.ts';
import { anchorStart, type AnchorDeps, type StartPlan } from './start.ts';

export interface ChannelStreamDeps {
  readonly channel: Channel;
  readonly partition: { readonly org: string; readonly channel: string };
  readonly plan: StartPlan;
  readonly subscription: Subscription;
  readonly schemas: SchemaCache;
  readonly format: Format;
  /** Logs in again, or throws. */
  readonly refresh: () => Promise<void>;
}

export interface Taken {
  readonly records: readonly SourceRecord[];
  /** Reached after `records`, with no record of its own. */
  readonly position: Position | undefined;
}

export class ChannelStream {
  readonly #deps: ChannelStreamDeps;
  readonly #origin: Origin;
  #lastEventAt: number | undefined;
  #publishFrom: number | undefined;
  #hasHeard = false;

  constructor(deps: ChannelStreamDeps) {
    this.#deps = deps;
    this.#lastEventAt = deps.plan.lastEventAt;
    this.#publishFrom = deps.plan.publishFrom;
    this.#origin = {
      kind: deps.channel.kind,
      partition: deps.partition,
      isWanted: (committedAt) => this.#isWanted(committedAt),
    };
  }

  get channel(): string {
    return this.#deps.channel.topic;
  }

  get subscription(): Subscription {
    return this.#deps.subscription;
  }

  /** Commit timestamp of the newest event taken, or of the stored position; epoch ms. */
  get lastEventAt(): number | undefined {
    return this.#lastEventAt;
  }

  /** Resolves when nothing that is committed from now on can be missed. Throws what ended the stream. */
  async anchor(
    deps: Pick<AnchorDeps, 'offsets' | 'session' | 'clock'>,
    signal: AbortSignal,
  ): Promise<void> {
    const { plan, partition, subscription } = this.#deps;
    if (!plan.isFirst) return;
    try {
      this.#publishFrom = await anchorStart({ ...deps, partition, subscription }, signal);
    } catch (error) {
      const { failure } = subscription;
      throw failure === undefined ? error : streamFailure(this.channel, failure, undefined);
    }
  }

  /** How old the position is, ms: since the last message, or (before the first) the stored event's age. */
  positionAgeMs(now: number): number {
    const { silenceMs } = this.#deps.subscription;
    if (this.#hasHeard || this.#lastEventAt === undefined) return silenceMs;
    return now - this.#lastEventAt;
  }

  /**
   * Takes what was received, at most `max` events. On an error nothing after the last good event is taken: the next
   * call meets the same event again, and nothing is skipped (Invariant 3).
   */
  async take(max: number, signal: AbortSignal): Promise<Taken> {
    const { subscription, format } = this.#deps;
    const received = subscription.peek(max);
    this.#hasHeard ||= received.length > 0;
    if (received.length === 0 && subscription.failure !== undefined) {
      throw streamFailure(this.channel, subscription.failure, this.#lastEventAt);
    }
    const records: SourceRecord[] = [];
    let bare: Position | undefined;
    let done = 0;
    try {
      for (const item of received) {
        if ('keepalive' in item) bare = this.#position(item.replayId, this.#lastEventAt);
        else {
          const made = format.convert(item, this.#origin) ?? this.#learn(item, signal);
          const ready = made instanceof Promise ? await made : made;
          // An event that isn't wanted leaves the start's time stored: only with it are the rest of its kind dropped.
          if (ready.length > 0) bare = undefined;
          for (const record of ready) records.push(record);
        }
        done += 1;
      }
    } catch (error) {
      if (done === 0) throw error;
    }
    subscription.advance(done);
    return { records, position: bare };
  }

  /** Of an event whose schema is new here. */
  async #learn(wire: WireEvent, signal: AbortSignal): Promise<readonly SourceRecord[]> {
    const { schemas, format, channel } = this.#deps;
    let schema: EventSchema;
    try {
      schema = schemas.get(wire.schemaId) ?? (await schemas.fetch(wire.schemaId, signal));
    } catch (error) {
      // A session that ended just now: renewed, and asked again on the next poll.
      const isAuth = error instanceof PubSubError && error.class === 'auth';
      if (isAuth) await this.#deps.refresh();
      throw callFailure(`${this.channel}: schema ${wire.schemaId}`, error, isAuth);
    }
    await format.learn(schema, channel.kind);
    const made = format.convert(wire, this.#origin);
    assert(made !== undefined, `schema ${wire.schemaId} was learned`);
    return made;
  }

  /** What was committed before the first start isn't wanted, whether this stream or a successor's meets it. */
  #isWanted(committedAt: number): boolean {
    if (this.#publishFrom !== undefined && committedAt < this.#publishFrom) return false;
    this.#lastEventAt = committedAt;
    return true;
  }

  #position(replayId: Buffer, commitTimestamp: number | undefined): Position {
    const offset = { replayId: replayId.toString('base64') };
    return {
      partition: this.#deps.partition,
      offset: commitTimestamp === undefined ? offset : { ...offset, commitTimestamp },
    };
  }
}
