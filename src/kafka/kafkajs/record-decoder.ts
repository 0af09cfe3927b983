import { Cursor, PackedHeaders } from '../packed-headers.ts';

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

const LOG_APPEND_TIME = 1;

/**
 * A record of a batch of version 2 (https://kafka.apache.org/documentation/#record). kafkajs makes a decoder and a slice for
 * each field and for each header, copies the headers read so far for each further one, and counts in objects of 64 bits.
 */
export function decodeRecord(
  { buffer }: { readonly buffer: Buffer },
  batchContext: BatchContext,
): DecodedRecord {
  const cursor = new Cursor(buffer, 0);
  const attributes = buffer.readInt8(cursor.at++);
  const timestampDelta = cursor.varLong();
  const offsetDelta = cursor.varInt();
  const key = cursor.bytes();
  const value = cursor.bytes();
  const { firstOffset, firstTimestamp, maxTimestamp, timestampType } = batchContext;
  const isAppendTime = timestampType === LOG_APPEND_TIME && maxTimestamp !== undefined;
  const timestamp = isAppendTime ? maxTimestamp : sum(firstTimestamp, timestampDelta);
  const offset = sum(firstOffset, offsetDelta);
  const headers = new PackedHeaders(buffer, cursor.at);
  return new DecodedRecord(batchContext, attributes, timestamp, offset, key, value, headers);
}

/** A record as kafkajs' users get it, but that its headers are read when they are asked for. */
export class DecodedRecord {
  readonly magicByte: number | undefined;
  readonly attributes: number;
  readonly timestamp: string;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly isControlRecord: boolean;
  readonly batchContext: BatchContext;
  readonly packedHeaders: PackedHeaders;

  constructor(
    batchContext: BatchContext,
    attributes: number,
    timestamp: string,
    offset: string,
    key: Buffer | null,
    value: Buffer | null,
    packedHeaders: PackedHeaders,
  ) {
    this.magicByte = batchContext.magicByte;
    this.attributes = attributes;
    this.timestamp = timestamp;
    this.offset = offset;
    this.key = key;
    this.value = value;
    this.isControlRecord = batchContext.isControlBatch ?? false;
    this.batchContext = batchContext;
    this.packedHeaders = packedHeaders;
  }

  get headers(): Readonly<Record<string, Buffer | null | readonly (Buffer | null)[]>> {
    const byKey = Map.groupBy(this.packedHeaders.list(), ({ key }) => key);
    return Object.fromEntries(
      [...byKey].map(([key, [first, ...more]]) => [
        key,
        more.length === 0
          ? (first?.value ?? null)
          : [first, ...more].map((one) => one?.value ?? null),
      ]),
    );
  }
}

function sum(first: string, delta: number | bigint): string {
  const start = Number(first);
  if (typeof delta === 'number' && Number.isSafeInteger(start)) {
    const exact = start + delta;
    if (Number.isSafeInteger(exact)) return String(exact);
  }
  return String(BigInt.asIntN(64, BigInt(first) + BigInt(delta)));
}
