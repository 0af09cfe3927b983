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

  list(connectorsOnly: boolean): readonly PluginInfo[] {
    const connectors = this.#connectors.map(({ class: name, type, version }) => ({
      class: name,
      type,
      version,
    }));
    if (connectorsOnly) return connectors;
    const others = (type: PluginInfo['type'], names: readonly string[]): readonly PluginInfo[] =>
      names.map((name) => ({ class: name, type, version: CONNECT_VERSION }));
    return [
      ...connectors,
      ...others(
        'converter',
        CONVERTERS.map((known) => known.class),
      ),
      ...others('header_converter', HEADER_CONVERTER_CLASSES),
      ...others(
        'predicate',
        PREDICATES.map((known) => known.class),
      ),
      ...others(
        'transformation',
        TRANSFORMS.map((known) => known.class),
      ),
    ];
  }

  configKeys(name: string): readonly ConfigKeyInfo[] {
    const plugin = this.find(name);
    if (plugin !== undefined) return configKeys([...commonDef(plugin.type), ...plugin.config]);
    const other = [...CONVERTERS, ...TRANSFORMS, ...PREDICATES].find(
      (known) => known.class === name || simpleName(known.class) === name,
    );
    if (other === undefined) {
      throw new AppError('missing', 'plugin.unknown', `Unknown plugin ${name}.`);
    }
    return configKeys(other.config as ConfigDef);
  }
}

function simpleName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
