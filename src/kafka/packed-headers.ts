import type { RawHeader } from '../data/record.ts';

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

/** Reads the fields of a record of version 2. */
export class Cursor {
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
