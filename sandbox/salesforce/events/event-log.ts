import { randomUUID } from 'node:crypto';
import type { SandboxClock } from '../org/types.ts';
import { consumerEventFrame } from './consumer-event.ts';
import { encodeReplayId } from './replay-id.ts';
import type { EventSettings } from './settings.ts';
import { Slabs } from './slabs.ts';
import { EventPacker, NO_VARIANTS, unpack } from './stored-event.ts';
import type { Framed, LoggedEvent, StoredEvent } from './stored-event.ts';

export type { LoggedEvent } from './stored-event.ts';

export interface NewEvent {
  /** The single-entity channel: `/data/AccountChangeEvent`, `/event/Order_Event__e`. */
  readonly topic: string;
  readonly entity: string;
  readonly schemaId: string;
  /** By default a new UUID. */
  readonly id?: string | undefined;
  /** Avro. */
  readonly payload: Uint8Array;
  /** As it is on channels that enrich it. */
  readonly variants?: readonly { readonly topic: string; readonly payload: Uint8Array }[];
  /** Not on `/data/ChangeEvents`. */
  readonly customOnly?: boolean;
}

/** An event as durable state keeps it. */
export type KeptEvent = LoggedEvent;

/** What keeps the log durable; each is told in order. */
export interface EventKeeper {
  /** Resolves when these can't be lost any more: nobody reads them before. Rejects when they are lost. */
  keep(events: readonly LoggedEvent[]): Promise<void>;
  /** Positions up to `horizon` are refused from now on. */
  forget(horizon: number): void;
}

export function payloadOf(event: LoggedEvent): Buffer {
  return event.frame.subarray(event.payloadAt, event.payloadAt + event.payloadBytes);
}

/** A place in the log; `index` counts from the first entry ever. */
export interface Cursor {
  index: number;
}

/** A position without an event: what a quiet stream's keepalive names, so that it stays within retention. */
const MARK = { topic: '', entity: '', schemaId: '', id: '', customOnly: false } as const;
const NO_FRAME = Buffer.alloc(0);
/** The newest position is renewed when it is older, in sandbox time. */
const MARK_EVERY_MS = 60_000;
/** One sequence serves other orgs too: now and then it jumps by up to this much. */
const MAX_JUMP = 32;
const COMPACT_AFTER = 8192;
/** Positions of an earlier run that were given out without an event stay below those of this one. */
const RESTART_GAP = 1_000_000;
/** Its keeper refuses everything from now on. */
const ignoreLost = (): void => undefined;
const atOnce = (show: () => void): void => show();

/** All events of the org in one order, kept as long as retention says. Sequence numbers rise, with holes. */
export class EventLog {
  readonly #clock: SandboxClock;
  readonly #settings: EventSettings;
  readonly #random: (bound: number) => number;
  readonly #listeners = new Set<() => void>();
  readonly #slabs = new Slabs();
  readonly #packer = new EventPacker();
  #entries: StoredEvent[] = [];
  /** Of `#entries`, so many first are purged. */
  #purgedHere = 0;
  /** Index (from the first ever) of `#entries[0]`. */
  #offset = 0;
  #bytes = 0;
  #last: number;
  #horizon: number;
  /** Entries before this index (from the first ever) can be read. */
  #visible = 0;
  #keeper: EventKeeper | undefined;
  /** Lets what was appended be read, by default at once. */
  late: ((show: () => void) => void) | undefined;

  constructor(
    clock: SandboxClock,
    settings: EventSettings,
    random: (bound: number) => number,
    firstSequence: number,
  ) {
    this.#clock = clock;
    this.#settings = settings;
    this.#random = random;
    this.#last = firstSequence;
    this.#horizon = firstSequence;
    this.#mark();
  }

  /** The newest position whose events are not retained any more. */
  get horizon(): number {
    return this.#horizon;
  }

  /** The newest position given out. */
  get last(): number {
    return this.#last;
  }

  /** Instead of all there is: events of an earlier run, in order, and where positions go on from. */
  restore(events: Iterable<KeptEvent>, horizon: number, last: number): void {
    this.#entries = [];
    this.#purgedHere = 0;
    this.#bytes = 0;
    this.#horizon = horizon;
    this.#last = last;
    for (const event of events) {
      if (event.sequence <= horizon) continue;
      const own = this.#copy(event);
      this.#keep(own);
      this.#last = Math.max(this.#last, own.sequence);
    }
    this.#last += RESTART_GAP;
    this.#visible = this.#end;
    this.#mark();
  }

  keepWith(keeper: EventKeeper): void {
    this.#keeper = keeper;
  }

  /** Adds events in order and tells listeners once they can be read. */
  append(events: readonly NewEvent[]): LoggedEvent[] {
    this.#purge();
    const time = this.#clock.now();
    const logged = events.map((event) => this.#add(event, time));
    if (logged.length === 0) return logged;
    const end = this.#end;
    const show = (): void => (this.late ?? atOnce)(() => this.#show(end));
    if (this.#keeper === undefined) show();
    else this.#keeper.keep(logged).then(show, ignoreLost);
    return logged;
  }

  /** The newest events that `wanted` takes, up to `count`, oldest first. */
  newest(count: number, wanted: (event: LoggedEvent) => boolean): readonly LoggedEvent[] {
    const found: LoggedEvent[] = [];
    for (let at = this.#entries.length - 1; at >= this.#purgedHere && found.length < count; at--) {
      const event = this.#read(at);
      if (event !== undefined && wanted(event)) found.push(event);
    }
    return found.reverse();
  }

  /** Drops all events; positions given out so far are refused, those to come are `gap` further on. */
  forget(gap = 0): void {
    this.#offset += this.#entries.length;
    this.#entries = [];
    this.#purgedHere = 0;
    this.#bytes = 0;
    this.#horizon = this.#last;
    this.#visible = this.#end;
    this.#keeper?.forget(this.#horizon);
    this.#last += gap;
    this.#mark();
  }

  onAppend(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  /** Before everything retained. */
  earliest(): Cursor {
    this.#purge();
    return { index: this.#offset + this.#purgedHere };
  }

  /** After everything. */
  latest(): Cursor {
    return { index: this.#visible };
  }

  /** After `sequence`; undefined where it is out of retention, or was never given out. */
  after(sequence: number): Cursor | undefined {
    this.#purge();
    if (sequence <= this.#horizon || sequence > this.#last) return undefined;
    let low = this.#purgedHere;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.sequence ?? 0) > sequence) high = middle;
      else low = middle + 1;
    }
    return { index: this.#offset + low };
  }

  /** What the cursor had still to read is purged: reading on would skip it. */
  isLost(cursor: Cursor): boolean {
    this.#purge();
    return cursor.index < this.#offset + this.#purgedHere;
  }

  /** The next event that `wanted` takes; moves the cursor behind it, or to the end. */
  next(cursor: Cursor, wanted: (event: LoggedEvent) => boolean): LoggedEvent | undefined {
    while (cursor.index < this.#visible) {
      const event = this.#read(cursor.index - this.#offset);
      cursor.index++;
      if (event !== undefined && wanted(event)) return event;
    }
    return undefined;
  }

  /** Up to so many that follow; moves the cursor behind them. */
  read(cursor: Cursor, most: number): LoggedEvent[] {
    const events: LoggedEvent[] = [];
    while (events.length < most) {
      const event = this.next(cursor, () => true);
      if (event === undefined) break;
      events.push(event);
    }
    return events;
  }

  /**
   * A position that everything the cursor has passed is before, and nothing it hasn't: for a cursor at the end a
   * fresh one, else the one of the last entry passed.
   */
  positionOf(cursor: Cursor): number {
    if (cursor.index >= this.#end && this.#visible === this.#end) {
      const newest = this.#entries.at(-1);
      const aged = newest === undefined || this.#clock.now() - newest.time >= MARK_EVERY_MS;
      if (aged) this.#mark();
      cursor.index = this.#end;
      return this.#last;
    }
    return this.#entries[cursor.index - this.#offset - 1]?.sequence ?? this.#horizon;
  }

  get #end(): number {
    return this.#offset + this.#entries.length;
  }

  /** After what was kept meanwhile. */
  #show(end: number): void {
    this.#visible = Math.max(this.#visible, end);
    for (const listener of this.#listeners) listener();
  }

  #copy(event: KeptEvent): LoggedEvent {
    const own = (frame: Buffer): Buffer => {
      const copy = this.#slabs.allocate(frame.length);
      frame.copy(copy);
      return copy;
    };
    const variants = event.variants.map((each) => ({ ...each, frame: own(each.frame) }));
    return {
      ...event,
      frame: own(event.frame),
      variants: variants.length === 0 ? NO_VARIANTS : variants,
    };
  }

  #mark(): void {
    if (this.#visible === this.#end) this.#visible++;
    const mark = { ...MARK, frame: NO_FRAME, payloadAt: 0, payloadBytes: 0, variants: NO_VARIANTS };
    const [sequence, time] = [this.#nextSequence(), this.#clock.now()];
    this.#entries.push(this.#packer.pack({ ...mark, sequence, time }));
  }

  #keep(event: LoggedEvent): void {
    const stored = this.#packer.pack(event);
    this.#entries.push(stored);
    this.#bytes += sizeOf(stored);
  }

  /** Marks are nothing to read. */
  #read(at: number): LoggedEvent | undefined {
    const stored = this.#entries[at];
    return stored === undefined || stored.kind.topic === '' ? undefined : unpack(stored);
  }

  #add(event: NewEvent, time: number): LoggedEvent {
    const { topic, entity, schemaId, customOnly = false } = event;
    const id = event.id ?? randomUUID();
    const sequence = this.#nextSequence();
    const replayId = encodeReplayId(sequence);
    const framed = (payload: Uint8Array): Framed => {
      const parts = { id, schemaId, payload, replayId };
      const { frame, payloadAt } = consumerEventFrame(parts, (bytes) =>
        this.#slabs.allocate(bytes),
      );
      return { frame, payloadAt, payloadBytes: payload.length };
    };
    const variants =
      event.variants?.map((each) => ({ topic: each.topic, ...framed(each.payload) })) ??
      NO_VARIANTS;
    const { frame, payloadAt, payloadBytes } = framed(event.payload);
    const logged = {
      sequence,
      time,
      topic,
      entity,
      schemaId,
      id,
      frame,
      payloadAt,
      payloadBytes,
      variants,
      customOnly,
    };
    this.#keep(logged);
    return logged;
  }

  #nextSequence(): number {
    this.#last += this.#random(16) === 0 ? 1 + this.#random(MAX_JUMP) : 1;
    return this.#last;
  }

  #purge(): void {
    const expired = this.#clock.now() - this.#settings.retentionMs;
    for (;;) {
      const oldest = this.#entries[this.#purgedHere];
      if (oldest === undefined) break;
      if (oldest.time > expired && this.#bytes <= this.#settings.maxRetainedBytes) break;
      this.#horizon = oldest.sequence;
      this.#bytes -= sizeOf(oldest);
      this.#purgedHere++;
    }
    if (this.#purgedHere < COMPACT_AFTER || this.#purgedHere * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#purgedHere);
    this.#offset += this.#purgedHere;
    this.#purgedHere = 0;
  }
}

function sizeOf({ bytes, variants }: StoredEvent): number {
  return variants.reduce((sum, each) => sum + each.frame.length, bytes);
}
