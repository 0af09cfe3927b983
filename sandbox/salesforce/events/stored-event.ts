import { idOf } from './consumer-event.ts';

/** An event as it is on one channel. */
interface Variant extends Framed {
  readonly topic: string;
}

/** As delivered (`consumer-event.ts`); the payload is `payloadBytes` long from `payloadAt`. */
export interface Framed {
  readonly frame: Buffer;
  readonly payloadAt: number;
  readonly payloadBytes: number;
}

/** What many events have alike. */
interface Kind {
  readonly topic: string;
  readonly entity: string;
  readonly schemaId: string;
  readonly customOnly: boolean;
}

export interface LoggedEvent extends Framed, Kind {
  readonly sequence: number;
  readonly time: number;
  readonly id: string;
  readonly variants: readonly Variant[];
}

export const NO_VARIANTS: readonly Variant[] = [];

/** An event in a third of the memory: half a million are held. What its frame says isn't held again. */
export interface StoredEvent {
  readonly sequence: number;
  readonly time: number;
  readonly kind: Kind;
  readonly memory: ArrayBufferLike;
  readonly at: number;
  readonly bytes: number;
  readonly payloadAt: number;
  readonly payloadBytes: number;
  readonly variants: readonly Variant[];
}

/** Makes events small, and whole again. */
export class EventPacker {
  /** By all that they say. */
  readonly #kinds = new Map<string, Kind>();

  pack(event: LoggedEvent): StoredEvent {
    const { sequence, time, frame, payloadAt, payloadBytes, variants } = event;
    return {
      sequence,
      time,
      kind: this.#kindOf(event),
      memory: frame.buffer,
      at: frame.byteOffset,
      bytes: frame.length,
      payloadAt,
      payloadBytes,
      variants: variants.length === 0 ? NO_VARIANTS : variants,
    };
  }

  #kindOf({ topic, entity, schemaId, customOnly }: Kind): Kind {
    const key = `${topic} ${entity} ${schemaId} ${customOnly}`;
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      kind = { topic, entity, schemaId, customOnly };
      this.#kinds.set(key, kind);
    }
    return kind;
  }
}

export function unpack(stored: StoredEvent): LoggedEvent {
  const { sequence, time, kind, payloadAt, payloadBytes, variants } = stored;
  const { topic, entity, schemaId, customOnly } = kind;
  const frame = Buffer.from(stored.memory, stored.at, stored.bytes);
  const id = idOf(frame);
  return {
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
}
