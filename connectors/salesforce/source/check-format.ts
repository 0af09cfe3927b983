/** What can't go together with `output.format=raw`: each finding on the property to mend. Pure. */
import type { Config, Finding } from '../../../src/sdk/index.ts';
import { OUTPUT_FORMAT } from './config.ts';

const CONVERTER = 'value.converter';
const AVRO_CONVERTER = 'io.confluent.connect.avro.AvroConverter';

/** `inherited`: the worker's converter, in force where the connector names none. */
export function formatFindings(config: Config, inherited: string | undefined): readonly Finding[] {
  if (config.string(OUTPUT_FORMAT) !== 'raw') return [];
  return [
    ...converterFindings(config.properties[CONVERTER] ?? inherited),
    ...latestVersionFindings(config.withPrefix(`${CONVERTER}.`)),
    ...transformFindings(config),
  ];
}

function converterFindings(converter: string | undefined): readonly Finding[] {
  const name = converter?.trim();
  if (name === undefined || name === AVRO_CONVERTER || name === 'AvroConverter') return [];
  const simple = name.slice(name.lastIndexOf('.') + 1);
  const message = `${OUTPUT_FORMAT}=raw publishes Salesforce's Avro, which ${simple} can't write: set ${CONVERTER}=${AVRO_CONVERTER}.`;
  return [{ path: CONVERTER, message }];
}

function latestVersionFindings(converter: Readonly<Record<string, string>>): readonly Finding[] {
  const option = 'use.latest.version';
  if (converter[option]?.trim().toLowerCase() !== 'true') return [];
  const message = `With ${OUTPUT_FORMAT}=raw values are written already: the latest schema can't be used for them, set ${option}=false.`;
  return [{ path: `${CONVERTER}.${option}`, message }];
}

/** Transforms that look into the value: it is bytes here. */
function transformFindings({ properties }: Config): readonly Finding[] {
  const aliases = (properties['transforms'] ?? '').split(',').map((alias) => alias.trim());
  return aliases.flatMap((alias) => {
    const path = `transforms.${alias}.type`;
    const type = properties[path]?.trim() ?? '';
    if (!/(\$Value|\bValueToKey)$/.test(type)) return [];
    const message = `With ${OUTPUT_FORMAT}=raw the value is Avro that nobody has decoded: ${type} can't look into it.`;
    return [{ path, message }];
  });
}
