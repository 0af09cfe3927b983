import { BYTES, STRING, optional } from '../data/build.ts';
import { stringifyJson } from '../data/exact-json.ts';
import type { Schema, SchemaAndValue } from '../data/schema.ts';
import { AppError } from '../foundation/errors.ts';
import type { ConfigDef } from '../config/definition.ts';
import type { Converter, ConverterOptions } from './converter.ts';
import { refuseEncoded } from './encoded.ts';

export const STRING_CONVERTER_CONFIG: ConfigDef = [
  {
    name: 'converter.encoding',
    type: 'STRING',
    default: 'UTF-8',
    importance: 'HIGH',
    documentation: 'The name of the character set to use for encoding strings as byte arrays.',
    group: 'Encoding',
    displayName: 'Encoding',
    width: 'MEDIUM',
  },
];

const OPTIONAL_STRING = optional(STRING);
const OPTIONAL_BYTES = optional(BYTES);

/** Node's name for each of the character sets it can write. */
const ENCODINGS: Readonly<Record<string, BufferEncoding>> = {
  'UTF-8': 'utf8',
  UTF8: 'utf8',
  'US-ASCII': 'ascii',
  'ISO-8859-1': 'latin1',
  'UTF-16LE': 'utf16le',
};

/** Connect's StringConverter: any value as its text, read back as an optional string. */
export class StringConverter implements Converter {
  readonly #encoding: BufferEncoding;

  constructor({ properties }: ConverterOptions) {
    const name = properties['converter.encoding'] ?? 'UTF-8';
    const encoding = ENCODINGS[name.toUpperCase()];
    if (encoding === undefined) {
      throw new AppError('config', 'config.invalid', `converter.encoding ${name} is not known.`, {
        path: 'converter.encoding',
        suggestion: `Use one of ${Object.keys(ENCODINGS).join(', ')}.`,
      });
    }
    this.#encoding = encoding;
  }

  encode(topic: string, schema: Schema | undefined, value: unknown): Uint8Array | null {
    if (value === null || value === undefined) return null;
    refuseEncoded(schema, topic, 'StringConverter');
    return Buffer.from(textOf(value), this.#encoding);
  }

  decode(_topic: string, bytes: Uint8Array | null): SchemaAndValue {
    if (bytes === null) return { schema: OPTIONAL_STRING, value: null };
    return { schema: OPTIONAL_STRING, value: Buffer.from(bytes).toString(this.#encoding) };
  }
}

/** Bytes as they are. */
export class ByteArrayConverter implements Converter {
  encode(topic: string, schema: Schema | undefined, value: unknown): Uint8Array | null {
    if (value === null || value === undefined) return null;
    refuseEncoded(schema, topic, 'ByteArrayConverter');
    if (value instanceof Uint8Array) return value;
    const message = `ByteArrayConverter needs bytes, but the record for ${topic} is ${typeof value}.`;
    throw new AppError('data', 'converter.bytes', message);
  }

  decode(_topic: string, bytes: Uint8Array | null): SchemaAndValue {
    return { schema: OPTIONAL_BYTES, value: bytes };
  }
}

/** A value's text: strings, numbers and booleans as written, bytes as base64, the rest as JSON. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Map) return stringifyJson(Object.fromEntries(value));
  return typeof value === 'object' && value !== null ? stringifyJson(value) : String(value);
}
