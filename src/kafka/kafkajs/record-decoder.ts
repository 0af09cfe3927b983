import type { RawHeader } from '../../data/record.ts';

/** What kafkajs knows of a record's batch; numbers of 64 bits are text. */
export interface BatchContext {
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly maxTimestamp?: string;
  /** 1 = the broker's time of appending. */
  readonly timestampType?: number;
  readonly magicByte?: number;
  readonly isControlBatch?: boolean;
}

const LOG_APPEND_TIME = 1;

/**
 * A record of a batch of version 2 (https://kafka.apache.org/documentation/#record). kafkajs makes a decoder and a slice for
 * each field and for each header, copies the headers read so far for each further one, and counts in objects of 64 bits.
 */
export function decodeRecord(
  { buffer }: { readonly buffer: Buffer },
  batchContext: BatchContext,
): DecodedRecord {
  const cursor = new Cursor(buffer, 0);
  const attributes = buffer.readInt8(cursor.at++);
  const timestampDelta = cursor.varLong();
  const offsetDelta = cursor.varInt();
  const key = cursor.bytes();
  const value = cursor.bytes();
  const { firstOffset, firstTimestamp, maxTimestamp, timestampType } = batchContext;
  const isAppendTime = timestampType === LOG_APPEND_TIME && maxTimestamp !== undefined;
  const timestamp = isAppendTime ? maxTimestamp : sum(firstTimestamp, timestampDelta);
  const offset = sum(firstOffset, offsetDelta);
  const headers = new PackedHeaders(buffer, cursor.at);
  return new DecodedRecord(batchContext, attributes, timestamp, offset, key, value, headers);
}

/** A record as kafkajs' users get it, but that its headers are read when they are asked for. */
export class DecodedRecord {
  readonly magicByte: number | undefined;
  readonly attributes: number;
  readonly timestamp: string;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly isControlRecord: boolean;
  readonly batchContext: BatchContext;
  readonly packedHeaders: PackedHeaders;

  constructor(
    batchContext: BatchContext,
    attributes: number,
    timestamp: string,
    offset: string,
    key: Buffer | null,
    value: Buffer | null,
    packedHeaders: PackedHeaders,
  ) {
    this.magicByte = batchContext.magicByte;
    this.attributes = attributes;
    this.timestamp = timestamp;
    this.offset = offset;
    this.key = key;
    this.value = value;
    this.isControlRecord = batchContext.isControlBatch ?? false;
    this.batchContext = batchContext;
    this.packedHeaders = packedHeaders;
  }

  get headers(): Readonly<Record<string, Buffer | null | readonly (Buffer | null)[]>> {
    const byKey = Map.groupBy(this.packedHeaders.list(), ({ key }) => key);
    return Object.fromEntries(
      [...byKey].map(([key, [first, ...more]]) => [
        key,
        more.length === 0
          ? (first?.value ?? null)
          : [first, ...more].map((one) => one?.value ?? null),
      ]),
    );
  }
}

/**
 * Where a record's headers stand in the fetched bytes. A sink holds tens of thousands of records, and buffers for a few
 * short headers take several times what the record itself does.
 */
export class PackedHeaders {
  readonly #bytes: ArrayBufferLike;
  readonly #from: number;
  readonly #length: number;

  constructor(record: Buffer, at: number) {
    this.#bytes = record.buffer;
    this.#from = record.byteOffset + at;
    this.#length = Math.max(0, record.byteLength - at);
  }

  /** In their order, repeated names as they come. */
  list(): readonly (RawHeader & { readonly value: Buffer | null })[] {
    const cursor = new Cursor(Buffer.from(this.#bytes, this.#from, this.#length), 0);
    const count = Math.max(0, cursor.varInt());
    return Array.from({ length: count }, () => {
      const key = cursor.bytes()?.toString('utf8') ?? 'null';
      return { key, value: cursor.bytes() };
    });
  }
}

function sum(first: string, delta: number | bigint): string {
  const start = Number(first);
  if (typeof delta === 'number' && Number.isSafeInteger(start)) {
    const exact = start + delta;
    if (Number.isSafeInteger(exact)) return String(exact);
  }
  return String(BigInt.asIntN(64, BigInt(first) + BigInt(delta)));
}

class Cursor {
  readonly #buffer: Buffer;
  at: number;

  constructor(buffer: Buffer, at: number) {
    this.#buffer = buffer;
    this.at = at;
  }

  /** Zigzag, 32 bits. */
  varInt(): number {
    let bits = 0;
    let byte = 0x80;
    for (let shift = 0; byte > 0x7f; shift += 7) {
      byte = this.#buffer[this.at++] ?? 0;
      bits |= (byte & 0x7f) << shift;
    }
    return (bits >>> 1) ^ -(bits & 1);
  }

  /** Zigzag, 64 bits: a number when it needs no more than 49 of them. */
  varLong(): number | bigint {
    let bits = 0;
    let byte = 0x80;
    let at = this.at;
    for (let scale = 1; byte > 0x7f && at < this.at + 7; scale *= 128) {
      byte = this.#buffer[at++] ?? 0;
      bits += (byte & 0x7f) * scale;
    }
    if (byte > 0x7f) return this.#longer();
    this.at = at;
    return bits % 2 === 0 ? bits / 2 : -(bits + 1) / 2;
  }

  #longer(): bigint {
    let bits = 0n;
    let byte = 0x80;
    for (let shift = 0n; byte > 0x7f && shift < 70n; shift += 7n) {
      byte = this.#buffer[this.at++] ?? 0;
      bits |= BigInt(byte & 0x7f) << shift;
    }
    return BigInt.asIntN(64, (bits >> 1n) ^ -(bits & 1n));
  }

  /** A view behind its length; null stands as -1. */
  bytes(): Buffer | null {
    const length = this.varInt();
    if (length < 0) return null;
    const bytes = this.#buffer.subarray(this.at, this.at + length);
    this.at += length;
    return bytes;
  }
}
