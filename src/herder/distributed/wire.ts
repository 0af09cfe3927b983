/** Kafka's primitive types, as the bytes that group members exchange are written in. */
import { AppError } from '../../foundation/errors.ts';

export class WireWriter {
  readonly #chunks: Buffer[] = [];

  int16(value: number): this {
    const chunk = Buffer.alloc(2);
    chunk.writeInt16BE(value);
    return this.#push(chunk);
  }

  int32(value: number): this {
    const chunk = Buffer.alloc(4);
    chunk.writeInt32BE(value);
    return this.#push(chunk);
  }

  int64(value: bigint): this {
    const chunk = Buffer.alloc(8);
    chunk.writeBigInt64BE(value);
    return this.#push(chunk);
  }

  string(value: string): this {
    const bytes = Buffer.from(value);
    return this.int16(bytes.length).#push(bytes);
  }

  /** Nullable. */
  bytes(value: Buffer | null): this {
    return value === null ? this.int32(-1) : this.int32(value.length).#push(value);
  }

  array<T>(values: readonly T[], write: (value: T) => void): this {
    this.int32(values.length);
    for (const value of values) write(value);
    return this;
  }

  end(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  #push(chunk: Buffer): this {
    this.#chunks.push(chunk);
    return this;
  }
}

/** Throws a `data` error where bytes are missing. */
export class WireReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int16(): number {
    return this.#take(2).readInt16BE();
  }

  int32(): number {
    return this.#take(4).readInt32BE();
  }

  int64(): bigint {
    return this.#take(8).readBigInt64BE();
  }

  string(): string {
    return this.#take(this.int16()).toString();
  }

  /** Nullable. */
  bytes(): Buffer | null {
    const length = this.int32();
    return length < 0 ? null : this.#take(length);
  }

  /** Nullable: null reads as empty. */
  array<T>(read: () => T): readonly T[] {
    const values: T[] = [];
    for (let left = this.int32(); left > 0; left -= 1) values.push(read());
    return values;
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (length < 0 || end > this.#bytes.length) {
      throw new AppError('data', 'group.bytes', 'A group member sent bytes that end too early.');
    }
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
