import { closest } from 'fastest-levenshtein';
import type { ConfigDef, Properties } from '../config/definition.ts';
import { AppError } from '../foundation/errors.ts';
import { registryOptions } from '../registry/config.ts';
import type { SchemaRegistry } from '../registry/port.ts';
import { createSchemaRegistry } from '../registry/registry.ts';
import type { SchemaRegistryOptions } from '../registry/registry.ts';
import { AVRO_CONVERTER_CONFIG, avroConverter } from './avro.ts';
import type { Converter, ConverterOptions } from './converter.ts';
import { headerConverterOf, simpleHeaderConverter } from './header.ts';
import type { HeaderConverter } from './header.ts';
import { JSON_SCHEMA_CONVERTER_CONFIG, jsonSchemaConverter } from './json-schema-converter.ts';
import { JSON_CONVERTER_CONFIG, JsonConverter } from './json.ts';
import { NUMBER_CONVERTERS } from './number.ts';
import { ONLY_ITS_TYPE } from './options.ts';
import { ByteArrayConverter, STRING_CONVERTER_CONFIG, StringConverter } from './string.ts';

export interface ConverterClass {
  /** Full Java name. */
  readonly class: string;
  readonly config: ConfigDef;
  create(options: ConverterOptions, dependencies: ConverterDependencies): Converter;
}

export interface ConverterDependencies {
  /** Makes (or finds) the registry of a converter; default: one client per converter. */
  readonly registry?: ((options: SchemaRegistryOptions) => SchemaRegistry) | undefined;
}

const CONNECT = 'org.apache.kafka.connect';

/** Every converter this worker has, by Java name. */
export const CONVERTERS: readonly ConverterClass[] = [
  {
    class: 'io.confluent.connect.avro.AvroConverter',
    config: AVRO_CONVERTER_CONFIG,
    create: (options, { registry = createSchemaRegistry }) =>
      avroConverter(options, registry(registryOptions(options.properties))),
  },
  {
    class: 'io.confluent.connect.json.JsonSchemaConverter',
    config: JSON_SCHEMA_CONVERTER_CONFIG,
    create: (options, { registry = createSchemaRegistry }) =>
      jsonSchemaConverter(
        options,
        registry({ ...registryOptions(options.properties), schemaType: 'JSON' }),
      ),
  },
  {
    class: `${CONNECT}.json.JsonConverter`,
    config: JSON_CONVERTER_CONFIG,
    create: (options) => new JsonConverter(options),
  },
  {
    class: `${CONNECT}.storage.StringConverter`,
    config: STRING_CONVERTER_CONFIG,
    create: (options) => new StringConverter(options),
  },
  {
    class: `${CONNECT}.converters.ByteArrayConverter`,
    config: ONLY_ITS_TYPE,
    create: () => new ByteArrayConverter(),
  },
  ...Object.entries(NUMBER_CONVERTERS).map(([name, create]) => ({
    class: `${CONNECT}.converters.${name}`,
    config: ONLY_ITS_TYPE,
    create,
  })),
];

export const SIMPLE_HEADER_CONVERTER = `${CONNECT}.storage.SimpleHeaderConverter`;

/** Java names of the header converters, for recommendations: all converters but those that ask a registry. */
export const HEADER_CONVERTER_CLASSES: readonly string[] = [
  SIMPLE_HEADER_CONVERTER,
  ...CONVERTERS.map((known) => known.class).filter((name) => name.startsWith(CONNECT)),
];

/** A converter by its full Java name or simple name, or undefined. */
export function findConverter(className: string): ConverterClass | undefined {
  return CONVERTERS.find((known) => isNamed(known.class, className));
}

/** The header converter class a name stands for, or undefined. */
export function findHeaderConverter(className: string): string | undefined {
  return HEADER_CONVERTER_CLASSES.find((known) => isNamed(known, className));
}

/**
 * The options of the converters a connector's properties name themselves, for validation:
 * `value.converter.schemas.enable` and so on.
 */
export function converterKeys(properties: Properties): ConfigDef {
  return ['key.converter', 'value.converter', 'header.converter'].flatMap((property) => {
    const found = findConverter((properties[property] ?? '').trim());
    return (found?.config ?? [])
      .filter((key) => key.name !== 'converter.type')
      .map((key) => ({ ...key, name: `${property}.${key.name}` }));
  });
}

/** Throws a `config` error with the nearest name when there is no such class. */
export function createConverter(
  className: string,
  options: ConverterOptions,
  dependencies: ConverterDependencies = {},
): Converter {
  const found = findConverter(className);
  if (found !== undefined) return found.create(options, dependencies);
  const path = options.isKey ? 'key.converter' : 'value.converter';
  throw unknownClass(
    className,
    CONVERTERS.map((known) => known.class),
    path,
  );
}

/** `properties`: the converter's options without their `header.converter.` prefix. */
export function createHeaderConverter(
  className: string = SIMPLE_HEADER_CONVERTER,
  properties: ConverterOptions['properties'] = {},
): HeaderConverter {
  const name = findHeaderConverter(className.trim());
  if (name === SIMPLE_HEADER_CONVERTER) return simpleHeaderConverter;
  const found = name === undefined ? undefined : findConverter(name);
  if (found !== undefined) {
    return headerConverterOf(found.create({ isKey: false, properties }, {}));
  }
  throw unknownClass(className, HEADER_CONVERTER_CLASSES, 'header.converter');
}

function isNamed(javaName: string, given: string): boolean {
  return javaName === given || simpleName(javaName) === given;
}

function simpleName(javaName: string): string {
  return javaName.slice(javaName.lastIndexOf('.') + 1);
}

function unknownClass(className: string, known: readonly string[], path: string): AppError {
  const names = className.includes('.') ? known : known.map(simpleName);
  const message = `Invalid value ${className} for configuration ${path}: Class ${className} could not be found.`;
  return new AppError('config', 'config.class', message, {
    path,
    suggestion: `Did you mean ${closest(className, [...names])}?`,
  });
}
