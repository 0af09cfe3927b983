import type { ConfigDef, Finding, Properties } from './definition.ts';
import { configKeys } from './keys.ts';
import { parseValue } from './parse.ts';
import { CONNECTOR_PREFIXES, unknownProperties } from './unknown.ts';
import type { ConfigInfo, ConfigInfos } from './validation.ts';

export interface ValidateOptions {
  /** What is validated: the connector's class. */
  readonly name: string;
  /** What else was found (contradictions, a connector's own check). */
  readonly findings?: readonly Finding[] | undefined;
  /** The properties before their references were resolved: `${…}` is answered as written. */
  readonly written?: Properties | undefined;
  /** Names under these are never reported as unknown. */
  readonly prefixes?: readonly string[] | undefined;
}

/** Checks every property by its definition: Connect's `validate`, in its order and words. */
export function validateConfig(
  def: ConfigDef,
  properties: Properties,
  options: ValidateOptions,
): ConfigInfos {
  const definitions = configKeys(def);
  const configs: ConfigInfo[] = def.map((key, index) => {
    const definition = definitions[index];
    if (definition === undefined) throw new Error(`${key.name} has no definition`);
    const { text, errors } = parseValue(key, properties[key.name] ?? key.assumed);
    const recommended = key.values ?? key.recommended ?? [];
    const { visible = true } = key;
    const shown = reference(options, key.name) ?? text;
    return configInfo(definition, { value: shown, errors, recommended, visible });
  });
  const unknown = unknownProperties(def, properties, options.prefixes ?? CONNECTOR_PREFIXES);
  return withFindings(
    {
      name: options.name,
      error_count: count(configs),
      groups: [...new Set(def.map((key) => key.group).filter((group) => group !== ''))],
      configs,
    },
    [...unknown.errors, ...(options.findings ?? [])],
  );
}

/** Adds findings to the properties they are about; one on no known property gets an entry. */
export function withFindings(infos: ConfigInfos, findings: readonly Finding[]): ConfigInfos {
  const byPath = new Map<string, string[]>();
  for (const { path, message } of findings) {
    byPath.set(path, [...(byPath.get(path) ?? []), message]);
  }
  if (byPath.size === 0) return infos;
  const configs = infos.configs.map((info) => {
    const { name } = info.definition;
    const found = byPath.get(name) ?? [];
    byPath.delete(name);
    if (found.length === 0) return info;
    return { ...info, value: { ...info.value, errors: [...info.value.errors, ...found] } };
  });
  for (const [path, messages] of byPath) configs.push(undefinedInfo(path, messages));
  return { ...infos, configs, error_count: count(configs) };
}

/** Every error as a finding, in order. */
export function findingsOf(infos: ConfigInfos): readonly Finding[] {
  return infos.configs.flatMap(({ value }) =>
    value.errors.map((message) => ({ path: value.name, message })),
  );
}

/** Connect's text for a configuration that is refused. */
export function invalidConfigMessage(infos: ConfigInfos): string {
  const errors = findingsOf(infos).map(({ message }) => `\n${message}`);
  return (
    `Connector configuration is invalid and contains the following ${infos.error_count} error(s):` +
    `${errors.join('')}\nYou can also find the above list of errors at the endpoint ` +
    '`/connector-plugins/{connectorType}/config/validate`'
  );
}

function reference({ written }: ValidateOptions, name: string): string | undefined {
  const text = written?.[name];
  return text?.includes('${') === true ? text : undefined;
}

function configInfo(
  definition: ConfigInfo['definition'],
  found: Pick<ConfigInfo['value'], 'value' | 'errors' | 'visible'> & {
    readonly recommended: readonly string[];
  },
): ConfigInfo {
  const { value, errors, visible, recommended } = found;
  const { name } = definition;
  return { definition, value: { name, value, recommended_values: recommended, errors, visible } };
}

function undefinedInfo(name: string, errors: readonly string[]): ConfigInfo {
  const [definition] = configKeys([
    {
      name,
      type: 'STRING',
      default: null,
      importance: 'LOW',
      documentation: '',
      group: '',
      displayName: name,
    },
  ]);
  if (definition === undefined) throw new Error(`${name} has no definition`);
  return configInfo(definition, { value: null, errors, recommended: [], visible: true });
}

function count(configs: readonly ConfigInfo[]): number {
  return configs.reduce((sum, { value }) => sum + value.errors.length, 0);
}
