/** Protocol Buffers' wire format, as far as the Pub/Sub API needs it: varints and length-delimited fields. */

const LENGTH_DELIMITED = 2;

/** Reads one message's fields in turn: `next()`, then the value by its type, or `skip()`. */
export class Reader {
  /** Number of the field that `next` found. */
  field = 0;
  #wireType = 0;
  #at = 0;
  readonly #buffer: Buffer;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  next(): boolean {
    if (this.#at >= this.#buffer.length) return false;
    const tag = this.varint();
    this.field = tag >>> 3;
    this.#wireType = tag & 7;
    return true;
  }

  /** Up to 53 bits. */
  varint(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 10; count += 1) {
      const byte = this.#buffer[this.#at++];
      if (byte === undefined) throw new RangeError('a message ends within a number');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw new RangeError('a number of more than ten bytes');
  }

  /** A view, not a copy. */
  bytes(): Buffer {
    if (this.#wireType !== LENGTH_DELIMITED) throw new RangeError(`field ${this.field} is no text`);
    const length = this.varint();
    const end = this.#at + length;
    if (end > this.#buffer.length) throw new RangeError(`field ${this.field} ends too late`);
    const view = this.#buffer.subarray(this.#at, end);
    this.#at = end;
    return view;
  }

  string(): string {
    if (this.#wireType !== LENGTH_DELIMITED) throw new RangeError(`field ${this.field} is no text`);
    const length = this.varint();
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#buffer.length) throw new RangeError(`field ${this.field} ends too late`);
    return this.#buffer.toString('utf8', start, this.#at);
  }

  /** Passes over a field that nobody reads. */
  skip(): void {
    if (this.#wireType === 0) this.varint();
    else if (this.#wireType === 1) this.#at += 8;
    else if (this.#wireType === LENGTH_DELIMITED) this.bytes();
    else if (this.#wireType === 5) this.#at += 4;
    else throw new RangeError(`wire type ${this.#wireType} is unknown`);
  }
}

/** Writes one message. Zero and empty values are left out, as proto3 does. */
export class Writer {
  readonly #parts: Buffer[] = [];

  varint(field: number, value: number): this {
    if (value !== 0) this.#parts.push(varint(field << 3), varint(value));
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value));
  }

  bytes(field: number, value: Uint8Array): this {
    if (value.length === 0) return this;
    const tag = (field << 3) | LENGTH_DELIMITED;
    this.#parts.push(varint(tag), varint(value.length), Buffer.from(value));
    return this;
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
