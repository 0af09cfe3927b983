import type { ConfigDef } from '../config/definition.ts';
import { BYTES, STRING, optional } from '../data/build.ts';
import { isDecimal } from '../data/decimal.ts';
import { stringifyJson } from '../data/exact-json.ts';
import { javaClass } from '../data/java-class.ts';
import type { Schema, SchemaAndValue } from '../data/schema.ts';
import { valueText } from '../data/values-text.ts';
import { AppError } from '../foundation/errors.ts';
import { CHARSET_NAMES, charset } from './charsets.ts';
import type { Charset } from './charsets.ts';
import type { Converter, ConverterOptions } from './converter.ts';
import { refuseEncoded } from './encoded.ts';
import { CONVERTER_TYPE } from './options.ts';

export const STRING_CONVERTER_CONFIG: ConfigDef = [
  CONVERTER_TYPE,
  {
    name: 'converter.encoding',
    type: 'STRING',
    default: 'UTF-8',
    importance: 'HIGH',
    documentation: 'The name of the Java character set to use for encoding strings as byte arrays.',
    group: '',
    displayName: 'Encoding',
    width: 'MEDIUM',
    check: (value) => (charset(String(value)) === undefined ? UNKNOWN_CHARSET : undefined),
  },
];

const UNKNOWN_CHARSET = `Use one of ${CHARSET_NAMES.join(', ')}.`;
const OPTIONAL_STRING = optional(STRING);
const OPTIONAL_BYTES = optional(BYTES);

/** Connect's StringConverter: any value as its text, read back as an optional string. */
export class StringConverter implements Converter {
  readonly #charset: Charset;

  constructor({ properties }: ConverterOptions) {
    const name = properties['converter.encoding']?.trim() ?? 'UTF-8';
    const known = charset(name);
    if (known === undefined) {
      throw new AppError('config', 'config.invalid', `converter.encoding ${name} is not known.`, {
        path: 'converter.encoding',
        suggestion: UNKNOWN_CHARSET,
      });
    }
    this.#charset = known;
  }

  encode(topic: string, schema: Schema | undefined, value: unknown): Uint8Array | null {
    if (value === null || value === undefined) return null;
    refuseEncoded(schema, topic, 'StringConverter');
    return this.#charset.encode(textOf(schema, value));
  }

  decode(_topic: string, bytes: Uint8Array | null): SchemaAndValue {
    return { schema: OPTIONAL_STRING, value: bytes === null ? null : this.#charset.decode(bytes) };
  }
}

/** Bytes as they are. */
export class ByteArrayConverter implements Converter {
  encode(topic: string, schema: Schema | undefined, value: unknown): Uint8Array | null {
    refuseEncoded(schema, topic, 'ByteArrayConverter');
    if (schema !== undefined && schema.type !== 'bytes') {
      throw bytesError(`Invalid schema type for ByteArrayConverter: ${schema.type.toUpperCase()}`);
    }
    if (value === null || value === undefined) return null;
    if (value instanceof Uint8Array && !isDecimal(schema)) return value;
    const found = javaClass(schema, value);
    throw bytesError(`ByteArrayConverter is not compatible with objects of type class ${found}`);
  }

  decode(_topic: string, bytes: Uint8Array | null): SchemaAndValue {
    return { schema: OPTIONAL_BYTES, value: bytes };
  }
}

/** Numbers, dates and decimals as Connect writes them, bytes as base64, what has parts as JSON. */
function textOf(schema: Schema | undefined, value: unknown): string {
  const hasParts =
    typeof value === 'object' && !(value instanceof Uint8Array) && !(value instanceof Date);
  if (!hasParts) return valueText(schema, value);
  return stringifyJson(value instanceof Map ? Object.fromEntries(value) : value);
}

function bytesError(message: string): AppError {
  return new AppError('data', 'converter.bytes', message);
}
