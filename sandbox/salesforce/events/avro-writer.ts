const INITIAL_BYTES = 4096;
/** Strings up to here are tried as ASCII, byte by byte: cheaper than a call into the runtime. */
const SHORT_STRING = 63;
/** A zigzag long needs at most so many bytes. */
const LONG_BYTES = 10;

/** Avro's binary encoding, appended to a buffer that grows and is used again. */
export class AvroWriter {
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  #at = 0;

  /** A copy of what was written; the writer starts afresh. */
  take(): Buffer {
    const bytes = Buffer.from(this.#buffer.subarray(0, this.#at));
    this.#at = 0;
    return bytes;
  }

  /** The index of a union's branch. */
  branch(index: number): void {
    this.#reserve(1);
    this.#buffer[this.#at++] = index << 1;
  }

  boolean(value: boolean): void {
    this.#reserve(1);
    this.#buffer[this.#at++] = value ? 1 : 0;
  }

  /** An int, an enum's index, or a long within ±2^52. */
  long(value: number): void {
    this.#reserve(LONG_BYTES);
    if (value >= -0x40000000 && value < 0x40000000) {
      this.#varint(((value << 1) ^ (value >> 31)) >>> 0);
      return;
    }
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    while (rest > 0x7fffffff) {
      this.#buffer[this.#at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#varint(rest);
  }

  bigLong(value: bigint): void {
    this.#reserve(LONG_BYTES);
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    while (rest > 0x7fffffffn) {
      this.#buffer[this.#at++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#varint(Number(rest));
  }

  double(value: number): void {
    this.#reserve(8);
    this.#at = this.#buffer.writeDoubleLE(value, this.#at);
  }

  string(value: string): void {
    if (value.length <= SHORT_STRING && this.#ascii(value)) return;
    const bytes = Buffer.byteLength(value);
    this.long(bytes);
    this.#reserve(bytes);
    this.#at += this.#buffer.write(value, this.#at, bytes, 'utf8');
  }

  strings(values: readonly string[]): void {
    if (values.length > 0) {
      this.long(values.length);
      for (const value of values) this.string(value);
    }
    this.long(0);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #ascii(value: string): boolean {
    this.#reserve(value.length + 1);
    const buffer = this.#buffer;
    let at = this.#at;
    buffer[at++] = value.length << 1;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return false;
      buffer[at++] = code;
    }
    this.#at = at;
    return true;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#buffer[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#at++] = rest;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#at + bytes, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}
