/**
 * Five functions of kafkajs that took two fifths of a source's time and a fifth of a sink's are replaced by faster ones with the
 * same results (decision 0005). Those that kafkajs takes hold of while it loads must be replaced before: import
 * `kafkajs.ts`, never kafkajs itself.
 */
import { createRequire } from 'node:module';
import { crc32c } from '@node-rs/crc32';
import { withoutAborted } from './aborted.ts';
import { decodeRecord } from './record-decoder.ts';
import { encodeRecord } from './record-encoder.ts';

const require = createRequire(import.meta.url);

interface Encoder {
  buf: Buffer;
  offset: number;
}
interface Message {
  readonly partition?: number;
}
type Grouping = (options: {
  readonly topic: string;
  readonly partitionMetadata: readonly object[];
  readonly messages: readonly Message[];
  readonly partitioner: (args: {
    readonly topic: string;
    readonly partitionMetadata: readonly object[];
    readonly message: Message;
  }) => number;
}) => Record<number, Message[]>;

/** False when kafkajs was loaded by somebody else before: then its own functions stay in use, and only time is lost. */
export const isInForce =
  require.cache[require.resolve('kafkajs/src/producer/sendMessages.js')] === undefined;

/** kafkajs' own, to compare with. */
export const original = {
  encodeRecord: replace('kafkajs/src/protocol/recordBatch/record/v0', encodeRecord),
  decodeRecord: replace('kafkajs/src/protocol/recordBatch/record/v0/decoder', decodeRecord),
  group: replace<Grouping>('kafkajs/src/producer/groupMessagesPerPartition.js', group),
  crc32c: replace('kafkajs/src/protocol/recordBatch/crc32C', (bytes: Buffer) => crc32c(bytes)),
};

/** kafkajs copies a partition's list for each message. */
export function group({
  topic,
  partitionMetadata,
  messages,
  partitioner,
}: Parameters<Grouping>[0]): ReturnType<Grouping> {
  const groups: Record<number, Message[]> = {};
  if (partitionMetadata.length === 0) return groups;
  for (const message of messages) {
    (groups[partitioner({ topic, partitionMetadata, message })] ??= []).push(message);
  }
  return groups;
}

const Encoder = require('kafkajs/src/protocol/encoder.js') as {
  readonly prototype: { ensureAvailable: (this: Encoder, length: number) => void };
  readonly nextPowerOfTwo: (size: number) => number;
};

/** A batch is copied from one encoder to the next; kafkajs zeroes each megabyte before it is overwritten. */
Encoder.prototype.ensureAvailable = function ensureAvailable(length) {
  if (this.offset + length <= this.buf.length) return;
  const grown = Buffer.allocUnsafe(Encoder.nextPowerOfTwo(this.offset + length));
  this.buf.copy(grown, 0, 0, this.offset);
  this.buf = grown;
};

/** This one for its results: see there. */
replace('kafkajs/src/consumer/filterAbortedMessages.js', withoutAborted);

function replace<T>(path: string, replacement: T): T {
  const own = require(path) as T;
  const loaded = require.cache[require.resolve(path)];
  if (loaded !== undefined) loaded.exports = replacement;
  return own;
}
