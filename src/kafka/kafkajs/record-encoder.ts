/**
 * kafkajs encodes each record, and each of its headers, into a zeroed buffer of 512 bytes and more of its own: with six
 * headers that is a quarter of a source's time (decision 0005). This one writes the same bytes into one buffer of their
 * size, and takes the place of kafkajs' before the produce request is loaded: import `kafkajs.ts`, never kafkajs itself.
 */
import { createRequire } from 'node:module';

export interface RecordToEncode {
  readonly offsetDelta?: number;
  /** Milliseconds after the batch's first; whole, negative too. */
  readonly timestampDelta?: number;
  readonly key?: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers?: Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>;
}
type HeaderValue = Buffer | string;

/** What kafkajs takes for an encoder: it copies `buffer`. */
export interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

/** https://kafka.apache.org/documentation/#record : a record of a batch of version 2. */
export function encodeRecord(record: RecordToEncode): Encoded {
  const { offsetDelta = 0, timestampDelta = 0, headers = {} } = record;
  const key = bytes(record.key);
  const value = bytes(record.value);
  const pairs: [string, Buffer | null][] = [];
  let size = 1 + sizeOfVarInt(timestampDelta) + sizeOfVarInt(offsetDelta);
  size += sizeOfBytes(key) + sizeOfBytes(value);
  for (const name in headers) {
    const given = headers[name];
    for (const one of Array.isArray(given) ? (given as HeaderValue[]) : [given as HeaderValue]) {
      const header = bytes(one);
      pairs.push([name, header]);
      const length = Buffer.byteLength(name);
      size += sizeOfVarInt(length) + length + sizeOfBytes(header);
    }
  }
  size += sizeOfVarInt(pairs.length);

  const buffer = Buffer.allocUnsafe(sizeOfVarInt(size) + size);
  let at = writeVarInt(buffer, 0, size);
  buffer[at++] = 0;
  at = writeVarInt(buffer, at, timestampDelta);
  at = writeVarInt(buffer, at, offsetDelta);
  at = writeBytes(buffer, at, key);
  at = writeBytes(buffer, at, value);
  at = writeVarInt(buffer, at, pairs.length);
  for (const [name, header] of pairs) {
    at = writeVarInt(buffer, at, Buffer.byteLength(name));
    at += buffer.write(name, at);
    at = writeBytes(buffer, at, header);
  }
  return { buf: buffer, buffer };
}

function bytes(value: Buffer | string | null | undefined): Buffer | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? Buffer.from(value) : value;
}

/** Zigzag without bit operations: exact beyond 32 bits. */
const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);

function sizeOfVarInt(value: number): number {
  let size = 1;
  for (let rest = zigzag(value); rest >= 128; rest = Math.floor(rest / 128)) size++;
  return size;
}

function sizeOfBytes(value: Buffer | null): number {
  return value === null ? 1 : sizeOfVarInt(value.length) + value.length;
}

function writeVarInt(buffer: Buffer, at: number, value: number): number {
  let rest = zigzag(value);
  while (rest >= 128) {
    buffer[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  buffer[at++] = rest;
  return at;
}

function writeBytes(buffer: Buffer, at: number, value: Buffer | null): number {
  if (value === null) return writeVarInt(buffer, at, -1);
  const start = writeVarInt(buffer, at, value.length);
  return start + value.copy(buffer, start);
}

const require = createRequire(import.meta.url);
const PRODUCE = require.resolve('kafkajs/src/protocol/requests/produce/v3/request.js');
const RECORD = require.resolve('kafkajs/src/protocol/recordBatch/record/v0');

/** kafkajs' own, to compare with. */
export const original = require(RECORD) as (record: RecordToEncode) => Encoded;
/** False when kafkajs was loaded by somebody else before: then its own encoder stays in use. */
export const isInForce = require.cache[PRODUCE] === undefined;

const loaded = require.cache[RECORD];
if (loaded !== undefined) loaded.exports = encodeRecord;

interface Encoder {
  buf: Buffer;
  offset: number;
}
const Encoder = require('kafkajs/src/protocol/encoder.js') as {
  readonly prototype: { ensureAvailable: (this: Encoder, length: number) => void };
  readonly nextPowerOfTwo: (size: number) => number;
};

/** A batch is copied from one encoder to the next; kafkajs zeroes each megabyte before it is overwritten. */
Encoder.prototype.ensureAvailable = function ensureAvailable(length) {
  if (this.offset + length <= this.buf.length) return;
  const grown = Buffer.allocUnsafe(Encoder.nextPowerOfTwo(this.offset + length));
  this.buf.copy(grown, 0, 0, this.offset);
  this.buf = grown;
};
