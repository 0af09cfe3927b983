import { versionsOf } from '../config/classes.ts';
import { Config } from '../config/config.ts';
import { commonFindings, connectorDef } from '../config/connector-def.ts';
import type { ConfigDef, Finding, Properties } from '../config/definition.ts';
import { resolveReferences } from '../config/references.ts';
import { HIDDEN, hideSecrets } from '../config/secrets.ts';
import {
  findingsOf,
  invalidConfigMessage,
  validateConfig,
  withFindings,
} from '../config/validate.ts';
import type { ConfigInfos } from '../config/validation.ts';
import { converterKeys } from '../converters/catalog.ts';
import { AppError, explain, toAppError } from '../foundation/errors.ts';
import { taskRestartKeys } from '../config/task-restart.ts';
import { isolationKeys } from '../runtime/isolation/config.ts';
import type { PluginDescriptor } from '../sdk/index.ts';
import { aliasKeys } from '../transforms/alias-keys.ts';
import { buildTransformChain } from '../transforms/chain.ts';
import { bounded } from './bounded.ts';
import { overrideFindings } from '../config/override-policy.ts';
import { exactlyOnceFindings } from './exactly-once-findings.ts';
import type { StandaloneHerderDeps } from './deps.ts';
import { BUILT_IN_CLASSES, type PluginClasses } from './plugin-classes.ts';
import type { PluginCatalog } from './plugins.ts';
import { connectorContext } from './task-wiring.ts';

/** Every property a connector may have, in Connect's order. */
export function fullDef(
  plugin: PluginDescriptor,
  properties: Properties,
  deps: Pick<StandaloneHerderDeps, 'properties' | 'plugins' | 'classes'>,
): ConfigDef {
  const { classes = BUILT_IN_CLASSES, plugins } = deps;
  return [
    ...connectorDef(plugin.config, aliasKeys(properties, classes), properties, {
      type: plugin.type,
      version: plugin.version,
      versions: versionsOf(plugins, plugin.class),
      worker: deps.properties,
      ...classes,
    }),
    ...converterKeys(properties, classes),
    ...isolationKeys(properties, deps.properties),
    ...taskRestartKeys(properties, deps.properties),
  ];
}

/**
 * The plugin of a configuration that is in order. Throws `config` with everything that is wrong. Without `reachOut`, the
 * outside world isn't asked.
 */
export async function requireValid(
  written: Properties,
  plugins: PluginCatalog,
  deps: StandaloneHerderDeps,
  signal: AbortSignal,
  reachOut = true,
): Promise<PluginDescriptor> {
  const className = written['connector.class'];
  if (className === undefined) {
    throw new AppError(
      'config',
      'connector.class',
      `Connector config {${Object.keys(written).join(', ')}} contains no connector type`,
      { path: 'connector.class' },
    );
  }
  const plugin = plugins.toValidate(className, written);
  const infos = await validateConnector(plugin, written, deps, signal, reachOut);
  if (infos.error_count === 0) return plugin;
  throw new AppError('config', 'connector.invalid', invalidConfigMessage(infos));
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
  const def = fullDef(plugin, resolved, deps);
  noteSecrets(def, resolved, deps);
  const defined = validateConfig(def, resolved, {
    name: written['connector.class'] ?? plugin.class,
    written,
    findings: [
      ...commonFindings(plugin.type, resolved),
      ...overrideFindings(resolved, deps.properties),
      ...hiddenFindings(written),
    ],
  });
  // A chain whose parts are wrong would be told a second time.
  const infos = findingsOf(defined).some(({ path }) => /^(transforms|predicates)\b/.test(path))
    ? defined
    : withFindings(defined, transformFindings(resolved, deps.classes));
  if (!reachOut || infos.error_count > 0) return infos;
  return withFindings(infos, await outsideFindings(plugin, resolved, deps, signal));
}

/** Before anything is done with them that could put them into a message. */
function noteSecrets(def: ConfigDef, resolved: Properties, deps: StandaloneHerderDeps): void {
  const shown = hideSecrets(def, resolved);
  for (const [name, value] of Object.entries(resolved)) {
    if (shown[name] !== value && value !== '') deps.onSecret?.(value);
  }
}

/** `[hidden]` that nothing stored stands behind. */
function hiddenFindings(written: Properties): readonly Finding[] {
  return Object.entries(written)
    .filter(([, value]) => value === HIDDEN)
    .map(([path]) => ({
      path,
      message: `${path}: ${HIDDEN} stands for a stored value, and there is none.`,
    }));
}

function transformFindings(
  properties: Properties,
  classes: PluginClasses | undefined,
): readonly Finding[] {
  try {
    buildTransformChain(properties, classes);
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
    return await bounded(`Checking ${name}`, deps.clock, signal, async (ending) => {
      const config = new Config(plugin.config, resolved);
      const connector = (await plugin.load()).create(config, connectorContext(name, deps));
      const refused =
        plugin.type === 'source' ? exactlyOnceFindings(connector, resolved, deps.properties) : [];
      return refused.length > 0 ? refused : ((await connector.check?.(ending)) ?? []);
    });
  } catch (error) {
    if (isOutage(error)) return [];
    if (!(error instanceof AppError)) throw error;
    return [{ path: error.path ?? 'connector.class', message: explain(error) }];
  }
}

/** A check that couldn't reach the outside world is no finding: the task will wait and say why. */
function isOutage(error: unknown): boolean {
  const { kind } = toAppError(error, 'fatal', 'runtime.unexpected');
  return kind === 'retriable' || kind === 'reconnect';
}
