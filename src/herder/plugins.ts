import { closest } from 'fastest-levenshtein';
import { configKeys } from '../config/keys.ts';
import type { ConfigDef } from '../config/definition.ts';
import type { ConfigKeyInfo } from '../config/validation.ts';
import { commonDef } from '../config/connector-def.ts';
import { CONVERTERS, HEADER_CONVERTER_CLASSES } from '../converters/catalog.ts';
import { AppError } from '../foundation/errors.ts';
import type { PluginDescriptor } from '../sdk/index.ts';
import { PREDICATES, TRANSFORMS } from '../transforms/catalog.ts';
import type { PluginInfo } from './herder.ts';

/** Connect's version, whose API and converters these are. */
export const CONNECT_VERSION = '4.3.1';

/** Everything this worker can run, by class. */
export class PluginCatalog {
  readonly #connectors: readonly PluginDescriptor[];

  constructor(connectors: readonly PluginDescriptor[]) {
    this.#connectors = connectors;
  }

  /** By class, alias, or simple name with or without `Connector`. */
  find(name: string): PluginDescriptor | undefined {
    return this.#connectors.find((plugin) =>
      [plugin.class, ...(plugin.aliases ?? [])].some(
        (known) =>
          known === name || simpleName(known) === name || `${simpleName(known)}Connector` === name,
      ),
    );
  }

  /** Throws Connect's `config` error, with the nearest name. */
  require(name: string): PluginDescriptor {
    const found = this.find(name);
    if (found !== undefined) return found;
    const names = this.#connectors.map((plugin) => plugin.class);
    throw new AppError(
      'config',
      'plugin.unknown',
      `Failed to find any class that implements Connector and which name matches ${name}, available connectors are: ${names.join(', ')}`,
      { path: 'connector.class', suggestion: `Did you mean ${closest(name, names)}?` },
    );
  }

  /** In Connect's order: by kind, then by class. */
  list(connectorsOnly: boolean): readonly PluginInfo[] {
    const known = connectorsOnly ? this.#connectors : [...this.#connectors, ...BUILT_IN];
    return known
      .map(({ class: name, type, version }) => ({ class: name, type, version }))
      .toSorted(
        (a, b) => ORDER.indexOf(a.type) - ORDER.indexOf(b.type) || (a.class < b.class ? -1 : 1),
      );
  }

  /** A connector's own properties, then Connect's common ones. */
  configKeys(name: string): readonly ConfigKeyInfo[] {
    const plugin = this.find(name);
    if (plugin !== undefined) {
      const common = commonDef(plugin.type).map((key) =>
        key.name === 'connector.plugin.version' ? { ...key, default: plugin.version } : key,
      );
      return configKeys([...plugin.config, ...common]);
    }
    const other = BUILT_IN.find(
      (known) => known.class === name || simpleName(known.class) === name,
    );
    if (other === undefined) {
      throw new AppError('missing', 'plugin.unknown', `Unknown plugin ${name}.`);
    }
    return configKeys(other.config);
  }
}

type BuiltIn = PluginInfo & { readonly config: ConfigDef };

const ORDER: readonly PluginInfo['type'][] = [
  'sink',
  'source',
  'transformation',
  'predicate',
  'converter',
  'header_converter',
];

/** What comes with the worker besides connectors. */
const BUILT_IN: readonly BuiltIn[] = [
  ...builtIn('transformation', TRANSFORMS),
  ...builtIn('predicate', PREDICATES),
  ...builtIn('converter', CONVERTERS),
  ...builtIn(
    'header_converter',
    HEADER_CONVERTER_CLASSES.map((name) => ({ class: name, config: [] })),
  ),
];

function builtIn(
  type: PluginInfo['type'],
  known: readonly { readonly class: string; readonly config: ConfigDef }[],
): readonly BuiltIn[] {
  return known.map(({ class: name, config }) => ({
    class: name,
    type,
    version: CONNECT_VERSION,
    config,
  }));
}

function simpleName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
