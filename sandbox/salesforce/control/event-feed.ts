import type { EventBus } from '../events/event-bus.ts';
import { kindOf } from '../events/channels.ts';
import type { Cursor, LoggedEvent } from '../events/event-log.ts';
import { encodeReplayId } from '../events/replay-id.ts';
import { changeEventData, platformEventData } from '../streaming/event-json.ts';

export interface FeedReader {
  /** False when it has enough until `goOn` is called. */
  write(text: string): boolean;
}

/** Events are gathered for so long before they are sent, ms: a person reads no faster. */
const GATHER_MS = 200;
/** The most events sent at a time; what is more is counted as skipped. */
const AT_A_TIME = 40;
const every = (): boolean => true;

/**
 * The org's change and platform events as server-sent events, decoded: for people to watch, not to build on. When
 * more happens than one can watch, or the reader is slow, events are left out and `skipped` says how many.
 */
export class EventFeed {
  readonly #events: EventBus;
  readonly #reader: FeedReader;
  readonly #listening: Disposable;
  readonly #cursor: Cursor;
  #timer: NodeJS.Timeout | undefined;
  #full = false;

  /** Begins with events after `sequence`, if it is retained, else with those to come. */
  constructor(events: EventBus, reader: FeedReader, after?: number) {
    this.#events = events;
    this.#reader = reader;
    const { log } = events;
    this.#cursor = (after === undefined ? undefined : log.after(after)) ?? log.latest();
    this.#listening = log.onAppend(() => this.#soon());
    this.#soon();
  }

  /** The reader can take more. */
  goOn(): void {
    this.#full = false;
    this.#soon();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#listening[Symbol.dispose]();
  }

  #soon(): void {
    if (this.#full) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#send();
    }, GATHER_MS);
  }

  #send(): void {
    const { log } = this.#events;
    if (log.isLost(this.#cursor)) this.#cursor.index = log.earliest().index;
    const messages: string[] = [];
    while (messages.length < AT_A_TIME) {
      const event = log.next(this.#cursor, every);
      if (event === undefined) break;
      messages.push(messageOf(event, this.#events));
    }
    const skipped = this.#skipRest();
    if (skipped > 0) messages.push(`event: skipped\ndata: {"count":${skipped}}\n\n`);
    if (messages.length > 0) this.#full = !this.#reader.write(messages.join(''));
  }

  #skipRest(): number {
    let count = 0;
    this.#events.log.next(this.#cursor, () => {
      count++;
      return false;
    });
    return count;
  }
}

/** One message; its id is the event's place in the order, from which a browser goes on when it reconnects. */
function messageOf(event: LoggedEvent, events: EventBus): string {
  const { sequence, time, topic, entity } = event;
  const about = { sequence, replayId: encodeReplayId(sequence).toString('base64'), time };
  const head = JSON.stringify({ ...about, topic, entity, kind: kindOf(topic) });
  return `id: ${sequence}\ndata: ${head.slice(0, -1)},"event":${dataOf(event, events)}}\n\n`;
}

/** As the Streaming API shows it, with the commit's number as text: it has up to 64 bits. */
function dataOf(event: LoggedEvent, events: EventBus): string {
  const schema = events.schemaById(event.schemaId);
  if (schema === undefined) return 'null';
  if (kindOf(event.topic) === 'event') return platformEventData(event, schema);
  return changeEventData(event, schema).replace(/"commitNumber":(\d+)/, '"commitNumber":"$1"');
}
