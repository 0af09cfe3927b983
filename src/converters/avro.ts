import type { ConfigDef } from '../config/definition.ts';
import { avroJson, compileAvro, styled, toAvro } from '../data/avro.ts';
import { stringifyJson } from '../data/exact-json.ts';
import type { SchemaRegistry } from '../registry/port.ts';
import type { Converter, ConverterOptions } from './converter.ts';
import { flag } from './options.ts';
import { RegistryConverter } from './registry-converter.ts';
import { REGISTRY_CONVERTER_CONFIG } from './registry-options.ts';

export const AVRO_CONVERTER_CONFIG: ConfigDef = [
  ...REGISTRY_CONVERTER_CONFIG,
  {
    name: 'connect.meta.data',
    type: 'BOOLEAN',
    default: 'true',
    importance: 'LOW',
    documentation:
      "Whether schemas carry Connect's names, versions, parameters and defaults in connect.* properties.",
    group: 'Schemas',
    displayName: 'Connect Metadata',
  },
  {
    name: 'enhanced.avro.schema.support',
    type: 'BOOLEAN',
    default: 'false',
    importance: 'LOW',
    documentation: 'Whether strings that were Avro enumerations are written as such again.',
    group: 'Schemas',
    displayName: 'Enhanced Avro Support',
  },
];

/** Confluent's AvroConverter. Bytes that are Avro already (`data/encoded-avro.ts`) are passed on under their writer's schema. */
export function avroConverter(options: ConverterOptions, registry: SchemaRegistry): Converter {
  const style = {
    connectMeta: flag(options.properties, 'connect.meta.data', true),
    enums: flag(options.properties, 'enhanced.avro.schema.support', false),
  };
  const isPlain = style.connectMeta && !style.enums;
  return new RegistryConverter(options, registry, {
    converter: 'AvroConverter',
    passesAvro: true,
    text: (schema) => (isPlain ? avroJson(schema) : stringifyJson(styled(toAvro(schema), style))),
    compile: compileAvro,
  });
}
