import type { ConfigDef, ConfigKey } from '../config/definition.ts';
import { parseJsonDigits, stringifyJson } from '../data/exact-json.ts';
import { AppError, messageOf } from '../foundation/errors.ts';
import type { SchemaRegistry } from '../registry/port.ts';
import { toJsonSchema } from './connect-to-json-schema.ts';
import type { JsonSchemaStyle } from './connect-to-json-schema.ts';
import type { Converter, ConverterOptions } from './converter.ts';
import { fromJsonSchema } from './json-schema-to-connect.ts';
import { valueFromJson, valueToJson } from './json-values.ts';
import { flag } from './options.ts';
import { RegistryConverter } from './registry-converter.ts';
import type { Codec } from './registry-converter.ts';
import { REGISTRY_CONVERTER_CONFIG } from './registry-options.ts';

export const JSON_SCHEMA_CONVERTER_CONFIG: ConfigDef = [
  ...REGISTRY_CONVERTER_CONFIG.filter(({ name }) => name !== 'latest.compatibility.strict'),
  {
    ...choice('decimal.format', 'BASE64', 'How decimals are written: BASE64 or NUMERIC.'),
    type: 'STRING',
    check: (value) =>
      /^(BASE64|NUMERIC)$/i.test(String(value)) ? undefined : 'Use BASE64 or NUMERIC.',
  },
  choice(
    'json.oneof.for.nullables',
    'true',
    'Whether null is allowed by oneOf; else by a list of types.',
  ),
  choice(
    'use.optional.for.nonrequired',
    'false',
    'Whether fields that are not required are optional.',
  ),
  choice('object.additional.properties', 'true', 'Whether objects may have other properties.'),
  choice(
    'replace.null.with.default',
    'true',
    'Whether null is written as the default of its field.',
  ),
];

function choice(name: string, byDefault: string, documentation: string): ConfigKey {
  return {
    name,
    type: 'BOOLEAN',
    default: byDefault,
    importance: 'MEDIUM',
    documentation,
    group: 'JSON Schema',
    displayName: name,
  };
}

/** Confluent's JsonSchemaConverter: JSON behind the registry's wire header, its schema in the registry as JSON Schema. */
export function jsonSchemaConverter(
  options: ConverterOptions,
  registry: SchemaRegistry,
): Converter {
  const { properties } = options;
  const decimals = properties['decimal.format']?.trim().toUpperCase();
  const style: JsonSchemaStyle = {
    oneOf: flag(properties, 'json.oneof.for.nullables', true),
    required: flag(properties, 'use.optional.for.nonrequired', false),
    additional: flag(properties, 'object.additional.properties', true),
    values: {
      decimals: decimals === 'NUMERIC' ? 'NUMERIC' : 'BASE64',
      replaceNull: flag(properties, 'replace.null.with.default', true),
      entries: 'objects',
    },
  };
  return new RegistryConverter(options, registry, {
    converter: 'JsonSchemaConverter',
    passesAvro: false,
    text: (schema) => stringifyJson(toJsonSchema(schema, style)),
    compile: (text) => compile(text, style),
  });
}

function compile(text: string, style: JsonSchemaStyle): Codec {
  const schema = fromJsonSchema(parsed(text, 'The schema'), style);
  return {
    schema,
    encode: (value, prefix) => {
      const json = stringifyJson(valueToJson(schema, value, style.values));
      return Buffer.concat([prefix, Buffer.from(json)]);
    },
    decode: (bytes, offset) => {
      const json = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(
        'utf8',
        offset,
      );
      return valueFromJson(schema, parsed(json, 'The record'), style.values);
    },
    // What fits is seen value by value.
    reads: () => true,
  };
}

function parsed(text: string, what: string): unknown {
  try {
    return parseJsonDigits(text);
  } catch (cause) {
    // The parser's message quotes the text, which may be personal data.
    const message = `${what} is not JSON (${messageOf(cause).split(' ')[0] ?? ''}).`;
    throw new AppError('data', 'converter.json.parse', message);
  }
}
