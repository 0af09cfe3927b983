import { crc32c } from '@node-rs/crc32';
import type { RawHeader, RawRecord } from '../../data/record.ts';
import { AppError } from '../../foundation/errors.ts';
import { codecNumbered } from '../compression.ts';
import { Cursor, PackedHeaders } from '../packed-headers.ts';

/** Where the batches of an aborted transaction begin. */
export interface Aborted {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface ReadRecords {
  readonly records: readonly RawRecord[];
  /** The offset to read next: behind markers and what was left out, too. */
  readonly next: bigint;
}

const HEAD_BYTES = 61;
/** What a batch's length doesn't count. */
const UNCOUNTED = 12;
const MAGIC = 2;
const CODEC = 0b111;
const APPEND_TIME = 1 << 3;
const TRANSACTIONAL = 1 << 4;
const CONTROL = 1 << 5;
/** Type of the marker of an aborted transaction. */
const ABORT = 0;

/**
 * The records of a fetched partition from offset `from` on, without those of aborted transactions and without markers. The
 * last batch may be cut off: it is fetched again. Throws a `data` error where bytes aren't what was written.
 */
export async function readRecords(
  topic: string,
  partition: number,
  bytes: Buffer,
  from: bigint,
  aborted: readonly Aborted[],
): Promise<ReadRecords> {
  const records: RawRecord[] = [];
  const ahead = aborted.toSorted((a, b) => Number(a.firstOffset - b.firstOffset));
  const aborting = new Set<bigint>();
  let next = from;
  for (let at = 0; at + HEAD_BYTES <= bytes.length;) {
    const end = at + UNCOUNTED + bytes.readInt32BE(at + 8);
    if (end > bytes.length) break;
    const batch = bytes.subarray(at, end);
    at = end;
    check(topic, partition, batch);
    const first = batch.readBigInt64BE(0);
    const last = first + BigInt(batch.readInt32BE(23));
    if (last < from) continue;
    next = last + 1n;
    const attributes = batch.readInt16BE(21);
    const producerId = batch.readBigInt64BE(43);
    while (ahead[0] !== undefined && ahead[0].firstOffset <= last) {
      aborting.add(ahead[0].producerId);
      ahead.shift();
    }
    if ((attributes & CONTROL) !== 0) {
      if (markerOf(batch) === ABORT) aborting.delete(producerId);
      continue;
    }
    if ((attributes & TRANSACTIONAL) !== 0 && aborting.has(producerId)) continue;
    const codec = codecNumbered(attributes & CODEC);
    const packed = batch.subarray(HEAD_BYTES);
    const body = codec === undefined ? packed : await codec.decompress(packed);
    const count = batch.readInt32BE(57);
    const isAppendTime = (attributes & APPEND_TIME) !== 0;
    const time = Number(batch.readBigInt64BE(isAppendTime ? 35 : 27));
    const cursor = new Cursor(body, 0);
    for (let i = 0; i < count; i++) {
      const length = cursor.varInt();
      const stop = cursor.at + length;
      const record = readRecord(topic, partition, body, cursor, stop, first, time, isAppendTime);
      if (record.offset >= from) records.push(record);
      cursor.at = stop;
    }
  }
  return { records, next };
}

function readRecord(
  topic: string,
  partition: number,
  body: Buffer,
  cursor: Cursor,
  stop: number,
  first: bigint,
  time: number,
  isAppendTime: boolean,
): RawRecord {
  // Its attributes, of which there are none.
  cursor.at++;
  const delta = Number(cursor.varLong());
  const offset = first + BigInt(cursor.varInt());
  const key = cursor.bytes();
  const value = cursor.bytes();
  const headers = new PackedHeaders(body.subarray(0, stop), cursor.at);
  const timestamp = isAppendTime ? time : time + delta;
  return new FetchedRecord(topic, partition, offset, timestamp, key, value, headers);
}

class FetchedRecord implements RawRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly #headers: PackedHeaders;

  constructor(
    topic: string,
    partition: number,
    offset: bigint,
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: PackedHeaders,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.timestamp = timestamp;
    this.key = key;
    this.value = value;
    this.#headers = headers;
  }

  /** Read anew each time: ask once. */
  get headers(): readonly RawHeader[] {
    return this.#headers.list();
  }
}

/** The key of a marker: its version, then its type. */
function markerOf(batch: Buffer): number | undefined {
  const cursor = new Cursor(batch, HEAD_BYTES);
  cursor.varInt();
  cursor.at++;
  cursor.varLong();
  cursor.varInt();
  return cursor.bytes()?.readInt16BE(2);
}

function check(topic: string, partition: number, batch: Buffer): void {
  const offset = batch.readBigInt64BE(0);
  const where = `The batch at offset ${offset} of ${topic}-${partition}`;
  if (batch.readInt8(16) !== MAGIC) {
    throw new AppError('data', 'kafka.format', `${where} is of a format before Kafka 0.11.`);
  }
  if (crc32c(batch.subarray(21)) !== batch.readUInt32BE(17)) {
    throw new AppError(
      'data',
      'kafka.corrupt',
      `${where} isn't what was written: its checksum differs.`,
    );
  }
}
