import { crc32c } from '@node-rs/crc32';
import type { RawHeader } from '../../data/record.ts';
import type { Codec } from '../compression.ts';
import type { OutRecord } from '../port.ts';
import { sizeOfBytes, sizeOfVarInt, writeBytes, writeVarInt } from '../varints.ts';

/** Who writes a batch, and as which in a row: by this the broker knows a batch that it has. */
export interface BatchOwner {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** Of its first record. */
  readonly sequence: number;
  readonly isTransactional: boolean;
}

const HEAD_BYTES = 61;
const MAGIC = 2;
const CRC_AT = 17;
/** What the checksum covers begins here. */
const CHECKED_FROM = 21;
const TRANSACTIONAL = 1 << 4;
const NO_EPOCH = -1;

/**
 * A batch of version 2 (https://kafka.apache.org/documentation/#recordbatch) in one buffer of its size: the client's own way
 * makes several for each field. `now` is the time of records without one. Takes one record at least.
 */
export async function encodeBatch(
  records: readonly OutRecord[],
  owner: BatchOwner,
  codec: Codec | undefined,
  now: number,
): Promise<Buffer> {
  const { body, first, last } = encodeRecords(records, now, codec === undefined ? HEAD_BYTES : 0);
  const attributes = (codec?.id ?? 0) | (owner.isTransactional ? TRANSACTIONAL : 0);
  let batch = body;
  if (codec !== undefined) {
    const packed = await codec.compress(body);
    batch = Buffer.allocUnsafe(HEAD_BYTES + packed.length);
    packed.copy(batch, HEAD_BYTES);
  }
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt32BE(NO_EPOCH, 12);
  batch.writeInt8(MAGIC, 16);
  batch.writeInt16BE(attributes, CHECKED_FROM);
  batch.writeInt32BE(records.length - 1, 23);
  batch.writeBigInt64BE(BigInt(first), 27);
  batch.writeBigInt64BE(BigInt(last), 35);
  batch.writeBigInt64BE(owner.producerId, 43);
  batch.writeInt16BE(owner.producerEpoch, 51);
  batch.writeInt32BE(owner.sequence, 53);
  batch.writeInt32BE(records.length, 57);
  batch.writeUInt32BE(crc32c(batch.subarray(CHECKED_FROM)), CRC_AT);
  return batch;
}

/** The records from `start` on; and their times, the first record's and the latest. */
function encodeRecords(
  records: readonly OutRecord[],
  now: number,
  start: number,
): { body: Buffer; first: number; last: number } {
  const first = records[0]?.timestamp ?? now;
  let last = first;
  const sizes: number[] = [];
  let total = start;
  for (const [at, { key, value, headers, timestamp = now }] of records.entries()) {
    if (timestamp > last) last = timestamp;
    const size =
      1 +
      sizeOfVarInt(timestamp - first) +
      sizeOfVarInt(at) +
      sizeOfBytes(key) +
      sizeOfBytes(value) +
      sizeOfHeaders(headers);
    sizes.push(size);
    total += sizeOfVarInt(size) + size;
  }
  const body = Buffer.allocUnsafe(total);
  let at = start;
  for (const [index, { key, value, headers, timestamp = now }] of records.entries()) {
    at = writeVarInt(body, at, sizes[index] ?? 0);
    body[at++] = 0;
    at = writeVarInt(body, at, timestamp - first);
    at = writeVarInt(body, at, index);
    at = writeBytes(body, at, key);
    at = writeBytes(body, at, value);
    at = writeVarInt(body, at, headers.length);
    for (const { key: name, value: bytes } of headers) {
      at = writeBytes(body, at, nameBytes(name));
      at = writeBytes(body, at, bytes);
    }
  }
  return { body, first, last };
}

function sizeOfHeaders(headers: readonly RawHeader[]): number {
  let size = sizeOfVarInt(headers.length);
  for (const { key, value } of headers) size += sizeOfBytes(nameBytes(key)) + sizeOfBytes(value);
  return size;
}

/** Names of headers are few, and the same in every record. */
const MOST_NAMES = 1_000;
const names = new Map<string, Buffer>();

function nameBytes(name: string): Buffer {
  let bytes = names.get(name);
  if (bytes === undefined) {
    if (names.size >= MOST_NAMES) names.clear();
    names.set(name, (bytes = Buffer.from(name)));
  }
  return bytes;
}
