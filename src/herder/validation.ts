import { Config } from '../config/config.ts';
import { commonFindings, connectorDef } from '../config/connector-def.ts';
import type { ConfigDef, Finding, Properties } from '../config/definition.ts';
import { resolveReferences } from '../config/references.ts';
import { validateConfig, withFindings } from '../config/validate.ts';
import type { ConfigInfos } from '../config/validation.ts';
import {
  CONVERTERS,
  converterKeys,
  findConverter,
  findHeaderConverter,
  HEADER_CONVERTER_CLASSES,
} from '../converters/catalog.ts';
import { AppError, explain } from '../foundation/errors.ts';
import type { PluginDescriptor } from '../sdk/index.ts';
import { aliasKeys } from '../transforms/alias-keys.ts';
import { buildTransformChain } from '../transforms/chain.ts';
import { isOutage } from './connector.ts';
import type { StandaloneHerderDeps } from './deps.ts';

/** Every property a connector may have, in Connect's order. */
export function fullDef(
  plugin: PluginDescriptor,
  properties: Properties,
  worker: Properties,
): ConfigDef {
  return [
    ...connectorDef(plugin.config, aliasKeys(properties), properties, {
      type: plugin.type,
      version: plugin.version,
      worker,
      converters: {
        names: CONVERTERS.map((known) => known.class),
        has: (name) => findConverter(name) !== undefined,
      },
      headerConverters: {
        names: HEADER_CONVERTER_CLASSES,
        has: (name) => findHeaderConverter(name) !== undefined,
      },
    }),
    ...converterKeys(properties),
  ];
}

/** Definitions first; only what passes them is checked against the outside world. */
export async function validateConnector(
  plugin: PluginDescriptor,
  written: Properties,
  deps: StandaloneHerderDeps,
  signal: AbortSignal,
  reachOut = true,
): Promise<ConfigInfos> {
  const resolved = await resolveReferences(written, deps.providers);
  const def = fullDef(plugin, resolved, deps.properties);
  const infos = validateConfig(def, resolved, {
    name: plugin.class,
    written,
    findings: [...commonFindings(plugin.type, resolved), ...transformFindings(resolved)],
  });
  if (!reachOut || infos.error_count > 0) return infos;
  return withFindings(infos, await outsideFindings(plugin, resolved, deps, signal));
}

function transformFindings(properties: Properties): readonly Finding[] {
  try {
    buildTransformChain(properties);
    return [];
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'config') throw error;
    return [{ path: error.path ?? 'transforms', message: explain(error) }];
  }
}

async function outsideFindings(
  plugin: PluginDescriptor,
  resolved: Properties,
  deps: StandaloneHerderDeps,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const name = resolved['name'] ?? '';
  try {
    const loaded = await plugin.load();
    const connector = loaded.create(new Config(plugin.config, resolved), {
      connector: name,
      log: deps.log,
      metrics: deps.metrics,
      clock: deps.clock,
      topicConfig: (topic) => deps.kafka.admin.topicConfig(topic),
    });
    return (await connector.check?.(signal)) ?? [];
  } catch (error) {
    if (isOutage(error)) return [];
    if (!(error instanceof AppError)) throw error;
    return [{ path: error.path ?? 'connector.class', message: explain(error) }];
  }
}
