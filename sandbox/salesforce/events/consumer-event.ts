/**
 * An event in the shape it is delivered in: the field `events` of a FetchResponse (protobuf), made once when the
 * event is, so that delivering it to any number of subscribers is copying bytes.
 *
 *     FetchResponse.events = 1: ConsumerEvent { event = 1: ProducerEvent, replay_id = 2 }
 *     ProducerEvent { id = 1, schema_id = 2, payload = 3 }
 */
const EVENTS = (1 << 3) | 2;
const EVENT = (1 << 3) | 2;
const REPLAY_ID = (2 << 3) | 2;
const ID = (1 << 3) | 2;
const SCHEMA_ID = (2 << 3) | 2;
const PAYLOAD = (3 << 3) | 2;

export interface ConsumerEventParts {
  /** ASCII. */
  readonly id: string;
  /** ASCII. */
  readonly schemaId: string;
  readonly payload: Uint8Array;
  readonly replayId: Uint8Array;
}

/** The frame, in memory of `allocate`, and where in it the payload begins. */
export function consumerEventFrame(
  parts: ConsumerEventParts,
  allocate: (bytes: number) => Buffer = (bytes) => Buffer.allocUnsafe(bytes),
): { frame: Buffer; payloadAt: number } {
  const { id, schemaId, payload, replayId } = parts;
  const event = fieldSize(id.length) + fieldSize(schemaId.length) + fieldSize(payload.length);
  const consumer = fieldSize(event) + fieldSize(replayId.length);
  const frame = allocate(fieldSize(consumer));
  let at = prefix(frame, 0, EVENTS, consumer);
  at = prefix(frame, at, EVENT, event);
  at = prefix(frame, at, ID, id.length);
  at += frame.write(id, at, 'latin1');
  at = prefix(frame, at, SCHEMA_ID, schemaId.length);
  at += frame.write(schemaId, at, 'latin1');
  const payloadAt = prefix(frame, at, PAYLOAD, payload.length);
  frame.set(payload, payloadAt);
  at = prefix(frame, payloadAt + payload.length, REPLAY_ID, replayId.length);
  frame.set(replayId, at);
  return { frame, payloadAt };
}

/** The id in a frame. */
export function idOf(frame: Buffer): string {
  const inConsumer = afterLength(frame, 1);
  const inEvent = afterLength(frame, inConsumer + 1);
  const at = afterLength(frame, inEvent + 1);
  return frame.toString('latin1', at, at + lengthAt(frame, inEvent + 1));
}

function afterLength(frame: Buffer, start: number): number {
  let at = start;
  while ((frame[at++] ?? 0) > 0x7f);
  return at;
}

function lengthAt(frame: Buffer, start: number): number {
  let length = 0;
  let at = start;
  for (let shift = 0; ; shift += 7) {
    const byte = frame[at++] ?? 0;
    length |= (byte & 0x7f) << shift;
    if (byte <= 0x7f) return length;
  }
}

function prefix(frame: Buffer, start: number, tag: number, length: number): number {
  let at = start;
  frame[at++] = tag;
  let rest = length;
  while (rest > 0x7f) {
    frame[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  frame[at++] = rest;
  return at;
}

/** A length-delimited field with a one-byte tag. */
function fieldSize(length: number): number {
  let size = 2 + length;
  for (let rest = length >>> 7; rest > 0; rest >>>= 7) size++;
  return size;
}
