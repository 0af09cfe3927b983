import { closest } from 'fastest-levenshtein';
import { findClass, simpleName, versionProblem, type NamedClass } from '../config/classes.ts';
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

export interface ConverterClass extends NamedClass {
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

export interface HeaderConverterClass extends NamedClass {
  readonly config: ConfigDef;
  create(properties: Properties): HeaderConverter;
}

/** All converters but those that ask a registry, and Connect's own. */
export const HEADER_CONVERTERS: readonly HeaderConverterClass[] = [
  { class: SIMPLE_HEADER_CONVERTER, config: [], create: () => simpleHeaderConverter },
  ...CONVERTERS.filter((known) => known.class.startsWith(CONNECT)).map((known) => ({
    class: known.class,
    config: [],
    create: (properties: Properties) =>
      headerConverterOf(known.create({ isKey: false, properties }, {})),
  })),
];

/** What `*.converter` can name: the built-in classes, and those of plugins. */
export interface ConverterClasses {
  readonly converters: readonly ConverterClass[];
  readonly headerConverters: readonly HeaderConverterClass[];
}

export const BUILT_IN: ConverterClasses = {
  converters: CONVERTERS,
  headerConverters: HEADER_CONVERTERS,
};

/**
 * The options of the converters a connector's properties name themselves, for validation:
 * `value.converter.schemas.enable` and so on.
 */
export function converterKeys(
  properties: Properties,
  { converters }: ConverterClasses = BUILT_IN,
): ConfigDef {
  return ['key.converter', 'value.converter', 'header.converter'].flatMap((property) => {
    const name = (properties[property] ?? '').trim();
    const version = properties[`${property}.plugin.version`] ?? '';
    const isWrong = versionProblem(converters, name, version) !== undefined;
    const found = findClass(converters, name, isWrong ? undefined : version);
    const [role] = property.split('.');
    return (found?.config ?? []).map((key) => ({
      ...key,
      name: `${property}.${key.name}`,
      ...(key.name === 'converter.type' ? { assumed: role } : {}),
    }));
  });
}

/** Among which classes a name is looked up, and in which version (`*.plugin.version`). */
export type ConverterChoice = ConverterClasses & { readonly version?: string | undefined };

/** Throws a `config` error with the nearest name when there is no such class or version. */
export function createConverter(
  className: string,
  options: ConverterOptions,
  dependencies: ConverterDependencies = {},
  { converters, version }: ConverterChoice = BUILT_IN,
): Converter {
  const path = options.isKey ? 'key.converter' : 'value.converter';
  const found = findClass(converters, className, version, `${path}.plugin.version`);
  if (found !== undefined) return found.create(options, dependencies);
  throw unknownClass(className, converters, path);
}

/** `properties`: the converter's options without their `header.converter.` prefix. */
export function createHeaderConverter(
  className: string = SIMPLE_HEADER_CONVERTER,
  properties: ConverterOptions['properties'] = {},
  { headerConverters, version }: ConverterChoice = BUILT_IN,
): HeaderConverter {
  const path = 'header.converter';
  const found = findClass(headerConverters, className.trim(), version, `${path}.plugin.version`);
  if (found !== undefined) return found.create(properties);
  throw unknownClass(className, headerConverters, path);
}

function unknownClass(className: string, known: readonly NamedClass[], path: string): AppError {
  const all = known.map((each) => each.class);
  const names = className.includes('.') ? all : all.map(simpleName);
  const message = `Invalid value ${className} for configuration ${path}: Class ${className} could not be found.`;
  return new AppError('config', 'config.class', message, {
    path,
    suggestion: `Did you mean ${closest(className, names)}?`,
  });
}
