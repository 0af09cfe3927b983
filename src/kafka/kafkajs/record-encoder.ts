export interface RecordToEncode {
  readonly offsetDelta?: number;
  /** Milliseconds after the batch's first; whole, negative too. */
  readonly timestampDelta?: number;
  readonly key?: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers?: Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>;
}
type HeaderValue = Buffer | string | null;

/** What kafkajs takes for an encoder: it copies `buffer`. */
export interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

/**
 * A record of a batch of version 2 (https://kafka.apache.org/documentation/#record), in one buffer of its size: kafkajs
 * takes a zeroed one of 512 bytes and more for the record and for each header.
 */
export function encodeRecord(record: RecordToEncode): Encoded {
  const { offsetDelta = 0, timestampDelta = 0, headers = {} } = record;
  const key = bytes(record.key);
  const value = bytes(record.value);
  let headerCount = 0;
  let size = 1 + sizeOfVarInt(timestampDelta) + sizeOfVarInt(offsetDelta);
  size += sizeOfBytes(key) + sizeOfBytes(value);
  eachHeader(headers, (name, header) => {
    headerCount++;
    const length = Buffer.byteLength(name);
    size += sizeOfVarInt(length) + length + sizeOfBytes(header);
  });
  size += sizeOfVarInt(headerCount);

  const buffer = Buffer.allocUnsafe(sizeOfVarInt(size) + size);
  let at = writeVarInt(buffer, 0, size);
  buffer[at++] = 0;
  at = writeVarInt(buffer, at, timestampDelta);
  at = writeVarInt(buffer, at, offsetDelta);
  at = writeBytes(buffer, at, key);
  at = writeBytes(buffer, at, value);
  at = writeVarInt(buffer, at, headerCount);
  eachHeader(headers, (name, header) => {
    at = writeVarInt(buffer, at, Buffer.byteLength(name));
    at += buffer.write(name, at);
    at = writeBytes(buffer, at, header);
  });
  return { buf: buffer, buffer };
}

function eachHeader(
  headers: NonNullable<RecordToEncode['headers']>,
  visit: (name: string, value: Buffer | null) => void,
): void {
  for (const name in headers) {
    const given = headers[name];
    if (given === null || typeof given === 'string' || Buffer.isBuffer(given)) {
      visit(name, bytes(given));
    } else for (const one of given ?? []) visit(name, bytes(one));
  }
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
