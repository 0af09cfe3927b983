/** Reads what `avro-writer.ts` wrote, in the schema's order. The bytes are the sandbox's own: they are sound. */
export class AvroReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  bigLong(): bigint {
    let zigzag = 0n;
    let byte = 0x80;
    for (let shift = 0n; (byte & 0x80) !== 0; shift += 7n) {
      byte = this.#bytes.readUInt8(this.#at++);
      zigzag |= BigInt(byte & 0x7f) << shift;
    }
    return (zigzag >> 1n) ^ -(zigzag & 1n);
  }

  /** An int, a branch, an enum's index, or a long within ±2^52: without BigInt, for there are many. */
  long(): number {
    let zigzag = 0;
    let byte = 0x80;
    for (let scale = 1; (byte & 0x80) !== 0; scale *= 0x80) {
      byte = this.#bytes.readUInt8(this.#at++);
      zigzag += (byte & 0x7f) * scale;
    }
    return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
  }

  boolean(): boolean {
    return this.#bytes.readUInt8(this.#at++) !== 0;
  }

  double(): number {
    this.#at += 8;
    return this.#bytes.readDoubleLE(this.#at - 8);
  }

  string(): string {
    const length = this.long();
    this.#at += length;
    return this.#bytes.toString('utf8', this.#at - length, this.#at);
  }

  strings(): string[] {
    const texts: string[] = [];
    for (let count = this.long(); count !== 0; count = this.long()) {
      for (let i = 0; i < count; i++) texts.push(this.string());
    }
    return texts;
  }
}
