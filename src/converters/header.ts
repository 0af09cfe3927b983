import { STRING, optional } from '../data/build.ts';
import type { Header, RawHeader } from '../data/record.ts';
import { textOf } from './string.ts';

/** Record headers to bytes and back; synchronous always. */
export interface HeaderConverter {
  encode(topic: string, header: Header): RawHeader;
  decode(topic: string, header: RawHeader): Header;
}

const OPTIONAL_STRING = optional(STRING);

/**
 * Connect's SimpleHeaderConverter: every value as text. Unlike Connect's it reads text back as text
 * and doesn't guess numbers and booleans, so that what a header says is never rewritten
 * (`007` stays `007`).
 */
export const simpleHeaderConverter: HeaderConverter = {
  encode: (_topic, { key, value }) => ({
    key,
    value: value === null || value === undefined ? null : Buffer.from(textOf(value)),
  }),
  decode: (_topic, { key, value }) => ({
    key,
    schema: OPTIONAL_STRING,
    value: value === null ? null : textOfBytes(value),
  }),
};

/** A view: a copy for each header of each record is dear. */
function textOfBytes(bytes: Uint8Array): string {
  const view = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.toString('utf8');
}

/** Header bytes as they are; other values must be bytes already, or null. */
export const byteArrayHeaderConverter: HeaderConverter = {
  encode: (_topic, { key, value }) => ({
    key,
    value: value instanceof Uint8Array || value === null ? value : Buffer.from(textOf(value)),
  }),
  decode: (_topic, { key, value }) => ({ key, value }),
};
