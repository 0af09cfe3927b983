import { sizeOfBytes, sizeOfVarInt, writeBytes, writeVarInt } from '../varints.ts';

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
