/**
 * Functions of kafkajs that took two fifths of a source's time and a fifth of a sink's are replaced by faster ones with the same
 * results, and two that lost records (decision 0005). Those that kafkajs takes hold of while it loads must be replaced before: import
 * `kafkajs.ts`, never kafkajs itself.
 */
import { createRequire } from 'node:module';
import { crc32c } from '@node-rs/crc32';
import { withoutAborted } from './aborted.ts';
import { decodeRecord } from './record-decoder.ts';
import { encodeRecord } from './record-encoder.ts';
import { createSendMessages } from './send-messages.ts';

const require = createRequire(import.meta.url);

interface Encoder {
  buf: Buffer;
  offset: number;
}

/** False when kafkajs was loaded by somebody else before: then its own functions stay in use, slow and wrong as they are. */
export const isInForce =
  require.cache[require.resolve('kafkajs/src/producer/sendMessages.js')] === undefined;

/** kafkajs' own, to compare with. */
export const original = {
  encodeRecord: replace('kafkajs/src/protocol/recordBatch/record/v0', encodeRecord),
  decodeRecord: replace('kafkajs/src/protocol/recordBatch/record/v0/decoder', decodeRecord),
  crc32c: replace('kafkajs/src/protocol/recordBatch/crc32C', (bytes: Buffer) => crc32c(bytes)),
};

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

/** These for their results: see there. */
replace('kafkajs/src/consumer/filterAbortedMessages.js', withoutAborted);
replace('kafkajs/src/producer/sendMessages.js', createSendMessages);

function replace<T>(path: string, replacement: T): T {
  const own = require(path) as T;
  const loaded = require.cache[require.resolve(path)];
  if (loaded !== undefined) loaded.exports = replacement;
  return own;
}
