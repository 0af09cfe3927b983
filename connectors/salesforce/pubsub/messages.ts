/**
 * The Pub/Sub API's messages (sandbox/salesforce/pubsub/pubsub_api.proto), read and written by hand: a response's events are views on the
 * buffer it came in. No slower than a general decoder, and without a copy or a proto file at run time.
 */
import { Reader, Writer } from './wire.ts';

export type ReplayPreset = 'LATEST' | 'EARLIEST' | 'CUSTOM';

/** Where a stream starts; `replayId` with CUSTOM only: strictly after it. */
export interface Start {
  readonly preset: ReplayPreset;
  readonly replayId?: Uint8Array | undefined;
}

export interface WireEvent {
  /** A UUID, or empty. */
  readonly id: string;
  readonly schemaId: string;
  /** Avro, binary. A view on the response's buffer. */
  readonly payload: Buffer;
  /** Opaque. */
  readonly replayId: Buffer;
}

export interface FetchResponse {
  /** Empty in a keepalive. */
  readonly events: readonly WireEvent[];
  readonly latestReplayId: Buffer;
  readonly pending: number;
}

export interface TopicInfo {
  readonly topic: string;
  readonly canSubscribe: boolean;
  /** Empty where a channel carries several schemas. */
  readonly schemaId: string;
}

export interface SchemaInfo {
  readonly json: string;
  readonly schemaId: string;
}

const PRESETS: Readonly<Record<ReplayPreset, number>> = { LATEST: 0, EARLIEST: 1, CUSTOM: 2 };
const NONE: Buffer = Buffer.alloc(0);

/** `start` in a stream's first request only. */
export function encodeFetch(topic: string, start: Start | undefined, credit: number): Buffer {
  const writer = new Writer();
  if (start !== undefined) {
    writer.string(1, topic).varint(2, PRESETS[start.preset]);
    if (start.replayId !== undefined) writer.bytes(3, start.replayId);
  }
  return writer.varint(4, credit).finish();
}

/** TopicRequest and SchemaRequest alike: one string. */
export function encodeName(name: string): Buffer {
  return new Writer().string(1, name).finish();
}

export function decodeFetch(bytes: Buffer): FetchResponse {
  const reader = new Reader(bytes);
  const events: WireEvent[] = [];
  let latestReplayId: Buffer = NONE;
  let pending = 0;
  while (reader.next()) {
    if (reader.field === 1) events.push(decodeEvent(reader.bytes()));
    else if (reader.field === 2) latestReplayId = reader.bytes();
    else if (reader.field === 4) pending = reader.varint();
    else reader.skip();
  }
  return { events, latestReplayId, pending };
}

function decodeEvent(bytes: Buffer): WireEvent {
  const outer = new Reader(bytes);
  let id = '';
  let schemaId = '';
  let payload: Buffer = NONE;
  let replayId: Buffer = NONE;
  while (outer.next()) {
    if (outer.field === 2) replayId = outer.bytes();
    else if (outer.field === 1) {
      const inner = new Reader(outer.bytes());
      while (inner.next()) {
        if (inner.field === 1) id = inner.string();
        else if (inner.field === 2) schemaId = inner.string();
        else if (inner.field === 3) payload = inner.bytes();
        else inner.skip();
      }
    } else outer.skip();
  }
  return { id, schemaId, payload, replayId };
}

export function decodeTopic(bytes: Buffer): TopicInfo {
  const reader = new Reader(bytes);
  let topic = '';
  let canSubscribe = false;
  let schemaId = '';
  while (reader.next()) {
    if (reader.field === 1) topic = reader.string();
    else if (reader.field === 4) canSubscribe = reader.varint() !== 0;
    else if (reader.field === 5) schemaId = reader.string();
    else reader.skip();
  }
  return { topic, canSubscribe, schemaId };
}

export function decodeSchema(bytes: Buffer): SchemaInfo {
  const reader = new Reader(bytes);
  let json = '';
  let schemaId = '';
  while (reader.next()) {
    if (reader.field === 1) json = reader.string();
    else if (reader.field === 2) schemaId = reader.string();
    else reader.skip();
  }
  return { json, schemaId };
}
