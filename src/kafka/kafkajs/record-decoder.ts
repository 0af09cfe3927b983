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

/** A record as kafkajs' users get it. */
export interface DecodedRecord {
  readonly magicByte: number | undefined;
  readonly attributes: number;
  readonly timestamp: string;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
  readonly isControlRecord: boolean;
  readonly batchContext: BatchContext;
}

type HeaderValue = Buffer | null;
type Headers = Record<string, HeaderValue | HeaderValue[]>;

const LOG_APPEND_TIME = 1;

/**
 * A record of a batch of version 2 (https://kafka.apache.org/documentation/#record). kafkajs copies the headers read so far
 * for each further one, makes a decoder and a slice for each field, and counts in objects of 64 bits.
 */
export function decodeRecord(
  { buffer }: { readonly buffer: Buffer },
  batchContext: BatchContext,
): DecodedRecord {
  const cursor = new Cursor(buffer);
  const attributes = buffer.readInt8(cursor.at++);
  const timestampDelta = cursor.varLong();
  const offsetDelta = cursor.varInt();
  const key = cursor.bytes();
  const value = cursor.bytes();
  const { firstOffset, firstTimestamp, maxTimestamp, timestampType } = batchContext;
  const isAppendTime = timestampType === LOG_APPEND_TIME && maxTimestamp !== undefined;
  return {
    magicByte: batchContext.magicByte,
    attributes,
    timestamp: isAppendTime ? maxTimestamp : sum(firstTimestamp, timestampDelta),
    offset: sum(firstOffset, offsetDelta),
    key,
    value,
    headers: readHeaders(cursor),
    isControlRecord: batchContext.isControlBatch ?? false,
    batchContext,
  };
}

/** Two of the same name become a list, as with kafkajs. */
function readHeaders(cursor: Cursor): Headers {
  const headers: Headers = {};
  for (let left = cursor.varInt(); left > 0; left--) {
    const name = cursor.bytes()?.toString('utf8') ?? 'null';
    const value = cursor.bytes();
    const earlier = Object.hasOwn(headers, name) ? headers[name] : undefined;
    const all =
      earlier === undefined
        ? value
        : Array.isArray(earlier)
          ? [...earlier, value]
          : [earlier, value];
    if (name === '__proto__') {
      Object.defineProperty(headers, name, { value: all, enumerable: true, configurable: true });
    } else {
      headers[name] = all;
    }
  }
  return headers;
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
  at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
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
