import { oneOfIgnoringCase } from '../config/connect/checks.ts';
import type { ConfigDef } from '../config/definition.ts';
import { parseJson, parseJsonDigits, stringifyJson } from '../data/exact-json.ts';
import type { Schema, SchemaAndValue } from '../data/schema.ts';
import { BoundedMap } from '../foundation/bounded-map.ts';
import { AppError, messageOf } from '../foundation/errors.ts';
import type { Converter, ConverterOptions } from './converter.ts';
import { refuseEncoded } from './encoded.ts';
import { CONVERTER_TYPE, flag } from './options.ts';
import { schemaFromJson, schemaToJson } from './json-schema.ts';
import { valueFromJson, valueToJson } from './json-values.ts';
import type { DecimalFormat, JsonOptions } from './json-values.ts';

/** Names, texts and order are Connect's. */
export const JSON_CONVERTER_CONFIG: ConfigDef = [
  CONVERTER_TYPE,
  {
    name: 'schemas.enable',
    type: 'BOOLEAN',
    default: 'true',
    importance: 'HIGH',
    documentation: 'Include schemas within each of the serialized values and keys.',
    group: 'Schemas',
    order: 0,
    displayName: 'Enable Schemas',
    width: 'MEDIUM',
  },
  {
    name: 'schemas.cache.size',
    type: 'INT',
    default: '1000',
    importance: 'HIGH',
    documentation: 'The maximum number of schemas that can be cached in this converter instance.',
    group: 'Schemas',
    order: 1,
    displayName: 'Schema Cache Size',
    width: 'MEDIUM',
  },
  {
    name: 'schema.content',
    type: 'STRING',
    default: null,
    importance: 'HIGH',
    documentation:
      "When set, this is used as the schema for all messages, and the schemas within each of the message will be ignored.Otherwise, the schema will be included in the content of each message. This configuration applies only 'schemas.enable' is true, and it exclusively affects the sink connector.",
    group: 'Schemas',
    order: 2,
    displayName: 'Schema Content',
    width: 'MEDIUM',
  },
  {
    name: 'decimal.format',
    type: 'STRING',
    default: 'BASE64',
    importance: 'LOW',
    documentation:
      "Controls which format this converter will serialize decimals in. This value is case insensitive and can be either 'BASE64' (default) or 'NUMERIC'",
    group: 'Serialization',
    order: 0,
    displayName: 'Decimal Format',
    width: 'MEDIUM',
    check: oneOfIgnoringCase('numeric', 'base64'),
  },
  {
    name: 'replace.null.with.default',
    type: 'BOOLEAN',
    default: 'true',
    importance: 'LOW',
    documentation:
      'Whether to replace fields that have a default value and that are null to the default value. When set to true, the default value is used, otherwise null is used.',
    group: 'Serialization',
    order: 1,
    displayName: 'Replace null with default',
    width: 'MEDIUM',
  },
];

/**
 * Connect's JsonConverter. With `schemas.enable` records are `{"schema":…,"payload":…}`, else plain
 * JSON. Integers are exact both ways: an int64 is a bigint by schema; without a schema an integer that
 * a double can't hold is a bigint. A null value is a tombstone here, whatever its schema (Connect
 * writes an envelope around null, or the text `null`, which no compaction removes).
 */
export class JsonConverter implements Converter {
  readonly #schemas: boolean;
  readonly #options: JsonOptions;
  /** `schema.content`: the schema of every record read. */
  readonly #content: Schema | undefined;
  readonly #jsonOf = new WeakMap<Schema, string>();
  readonly #byJson: BoundedMap<string, Schema>;

  constructor({ properties }: ConverterOptions) {
    this.#schemas = flag(properties, 'schemas.enable', true);
    this.#options = {
      decimals: decimalFormat(properties['decimal.format'] ?? 'BASE64'),
      replaceNull: flag(properties, 'replace.null.with.default', true),
    };
    this.#byJson = new BoundedMap(Math.max(1, Number(properties['schemas.cache.size'] ?? 1000)));
    this.#content = this.#schemaContent(properties['schema.content'] ?? '');
  }

  encode(topic: string, schema: Schema | undefined, value: unknown): Uint8Array | null {
    if (value === null || value === undefined) return null;
    refuseEncoded(schema, topic, 'JsonConverter');
    const payload = JSON.stringify(valueToJson(schema, value, this.#options));
    if (!this.#schemas) return Buffer.from(payload);
    return Buffer.from(`{"schema":${this.#schemaJson(schema)},"payload":${payload}}`);
  }

  decode(_topic: string, bytes: Uint8Array | null): SchemaAndValue {
    if (bytes === null || bytes.length === 0) return { schema: undefined, value: null };
    if (!this.#schemas) return { schema: undefined, value: parse(bytes, parseJson) };
    const json = parse(bytes, parseJsonDigits);
    if (this.#content !== undefined) {
      return { schema: this.#content, value: valueFromJson(this.#content, json, this.#options) };
    }
    const { schema: schemaJson, payload } = envelope(json);
    const schema = this.#schema(schemaJson);
    return { schema, value: valueFromJson(schema, payload, this.#options) };
  }

  #schemaJson(schema: Schema | undefined): string {
    if (schema === undefined) return 'null';
    const known = this.#jsonOf.get(schema);
    if (known !== undefined) return known;
    const made = JSON.stringify(
      schemaToJson(schema, (of, value) => valueToJson(of, value, this.#options)),
    );
    this.#jsonOf.set(schema, made);
    return made;
  }

  #schemaContent(text: string): Schema | undefined {
    if (text.trim() === '') return undefined;
    try {
      return this.#schema(parseJsonDigits(text));
    } catch (cause) {
      throw new AppError('config', 'config.invalid', 'schema.content is not a schema in JSON.', {
        cause,
        path: 'schema.content',
      });
    }
  }

  #schema(json: unknown): Schema | undefined {
    if (json === null || json === undefined) return undefined;
    const text = stringifyJson(json);
    const known = this.#byJson.get(text);
    if (known !== undefined) return known;
    const schema = schemaFromJson(json, (of, value) => valueFromJson(of, value, this.#options));
    if (schema !== undefined) this.#byJson.set(text, schema);
    return schema;
  }
}

function decimalFormat(text: string): DecimalFormat {
  const format = text.toUpperCase();
  if (format === 'BASE64' || format === 'NUMERIC') return format;
  throw new AppError('config', 'config.invalid', `decimal.format must be BASE64 or NUMERIC.`, {
    path: 'decimal.format',
  });
}

function parse(bytes: Uint8Array, read: (text: string) => unknown): unknown {
  try {
    return read(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    const message = `The record is not JSON: ${withoutContent(messageOf(cause))}.`;
    throw new AppError('data', 'converter.json.parse', message, { cause });
  }
}

/** V8 quotes a piece of the text in its message; the text may be personal data. */
function withoutContent(message: string): string {
  return message.replace(/,? ?(\.\.\.)?".*/s, '').trim();
}

function envelope(json: unknown): { schema: unknown; payload: unknown } {
  if (typeof json === 'object' && json !== null && 'schema' in json && 'payload' in json) {
    if (Object.keys(json).length === 2) return json;
  }
  throw new AppError(
    'data',
    'converter.json.envelope',
    'JsonConverter with schemas.enable requires "schema" and "payload" fields and may not contain additional fields.',
    {
      suggestion:
        'If you are trying to deserialize plain JSON data, set schemas.enable=false in your converter configuration.',
    },
  );
}
