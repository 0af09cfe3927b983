/** Confluent's wire format: a zero byte, the schema's id (4 bytes, big-endian), the payload. */
import { MAGIC_BYTE, encode } from '@kafkajs/confluent-schema-registry/dist/wireEncoder.js';
import { AppError } from '../foundation/errors.ts';

/** Where the payload begins. */
export const HEADER_LENGTH = 5;

/** The header of a schema id: made once per schema, put before each of its records. */
export function wireHeader(id: number): Uint8Array {
  return encode(id, Buffer.alloc(0));
}

/** The schema id of a record; `data` error when the bytes aren't in this format. */
export function schemaIdOf(bytes: Uint8Array): number {
  if (bytes.length < HEADER_LENGTH || bytes[0] !== MAGIC_BYTE[0]) {
    const found = bytes.length < HEADER_LENGTH ? `${bytes.length} bytes` : `first byte ${bytes[0]}`;
    throw new AppError(
      'data',
      'wire.magic',
      `The record is not in the schema registry's wire format (${found}).`,
      { suggestion: 'Was it written by another converter (JsonConverter, StringConverter)?' },
    );
  }
  return new DataView(bytes.buffer, bytes.byteOffset + 1, 4).getInt32(0);
}
