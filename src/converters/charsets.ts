/** Java's character sets that a StringConverter is configured with, and how to write and read them. */

export interface Charset {
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array): string;
}

const UTF_8: Charset = unicode('utf8');
const UTF_16LE: Charset = unicode('utf16le');
const UTF_16BE: Charset = {
  encode: (text) => Buffer.from(text, 'utf16le').swap16(),
  decode: (bytes) => new TextDecoder('utf-16be', { ignoreBOM: true }).decode(bytes),
};

const CHARSETS: Readonly<Record<string, Charset>> = {
  'UTF-8': UTF_8,
  UTF8: UTF_8,
  'US-ASCII': singleBytes(0x7f),
  ASCII: singleBytes(0x7f),
  'ISO-8859-1': singleBytes(0xff),
  LATIN1: singleBytes(0xff),
  'UTF-16LE': UTF_16LE,
  'UTF-16BE': UTF_16BE,
  // Written big-endian behind a mark, read by the mark.
  'UTF-16': {
    encode: (text) => Buffer.concat([Buffer.of(0xfe, 0xff), UTF_16BE.encode(text)]),
    decode: (bytes) => {
      const [first, second] = bytes;
      if (first === 0xff && second === 0xfe) return UTF_16LE.decode(bytes.subarray(2));
      return UTF_16BE.decode(first === 0xfe && second === 0xff ? bytes.subarray(2) : bytes);
    },
  },
};

/** The names that are known, for messages. */
export const CHARSET_NAMES: readonly string[] = Object.keys(CHARSETS);

/** By Java's name, case ignored; undefined for one that isn't known here. */
export function charset(name: string): Charset | undefined {
  return CHARSETS[name.toUpperCase()];
}

function unicode(encoding: BufferEncoding): Charset {
  return {
    encode: (text) => Buffer.from(text, encoding),
    decode: (bytes) => viewOf(bytes).toString(encoding),
  };
}

/** Characters outside are written as `?`; bytes outside are read as the replacement character, as Java does both. */
function singleBytes(last: number): Charset {
  return {
    encode: (text) =>
      Buffer.from(
        Array.from(text, (char) => ((char.codePointAt(0) ?? 0) > last ? '?' : char)).join(''),
        'latin1',
      ),
    decode: (bytes) =>
      viewOf(bytes)
        .toString('latin1')
        .replace(/[\u0080-\u00ff]/g, (char) => (char.charCodeAt(0) > last ? '\ufffd' : char)),
  };
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
