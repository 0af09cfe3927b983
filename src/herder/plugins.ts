import { closest } from 'fastest-levenshtein';
import {
  CLASSES_VERSION,
  findClass,
  simpleName,
  versionsOf,
  type NamedClass,
} from '../config/classes.ts';
import { configKeys } from '../config/keys.ts';
import type { Properties } from '../config/definition.ts';
import type { ConfigKeyInfo } from '../config/validation.ts';
import { compareVersions } from '../config/versions.ts';
import { commonDef } from '../config/connector-def.ts';
import { AppError } from '../foundation/errors.ts';
import type { PluginDescriptor } from '../sdk/index.ts';
import type { PluginInfo } from './herder.ts';
import { BUILT_IN_CLASSES, listClasses, type ListedClass } from './plugin-classes.ts';

/** Connect's version, whose API and converters these are. */
export const CONNECT_VERSION = CLASSES_VERSION;

export const VERSION_PROPERTY = 'connector.plugin.version';

/** Everything this worker can run, by class and version. */
export class PluginCatalog {
  readonly #connectors: readonly (PluginDescriptor & NamedClass)[];
  readonly #others: readonly ListedClass[];

  constructor(connectors: readonly PluginDescriptor[], classes = BUILT_IN_CLASSES) {
    this.#connectors = connectors.map(withShortNames);
    this.#others = listClasses(classes);
  }

  /** The newest version of a class, by class, alias, or simple name with or without `Connector`. */
  find(name: string): PluginDescriptor | undefined {
    return findClass(this.#connectors, name);
  }

  /** What a connector's properties name: `connector.class`, `connector.plugin.version`; undefined = it isn't here. */
  of(properties: Properties): PluginDescriptor | undefined {
    try {
      return this.#version(properties);
    } catch {
      return undefined;
    }
  }

  /** As `of`; throws Connect's `config` error when there is no such class or version. */
  requireOf(properties: Properties): PluginDescriptor {
    return this.#version(properties) ?? this.require(properties['connector.class'] ?? '');
  }

  /** As `of`, or the newest version, whose validation then tells that the one asked for isn't here. */
  toValidate(className: string, properties: Properties): PluginDescriptor {
    return this.of({ ...properties, 'connector.class': className }) ?? this.require(className);
  }

  /** Throws Connect's `config` error, with the nearest name. */
  require(name: string): PluginDescriptor {
    const found = this.find(name);
    if (found !== undefined) return found;
    const names = [...new Set(this.#connectors.map((plugin) => plugin.class))];
    const short = names.map(shortName);
    const near = names[short.indexOf(closest(shortName(name), short))];
    throw new AppError(
      'config',
      'plugin.unknown',
      `Failed to find any class that implements Connector and which name matches ${name}, available connectors are: ${names.join(', ')}`,
      { path: 'connector.class', suggestion: `Did you mean ${near}?` },
    );
  }

  /** All versions of a connector class, the oldest first. */
  versions(name: string): readonly string[] {
    return versionsOf(this.#connectors, name).map(({ version }) => version);
  }

  /** In Connect's order: by kind, then by class, then by version. */
  list(connectorsOnly: boolean): readonly PluginInfo[] {
    const known = connectorsOnly ? this.#connectors : [...this.#connectors, ...this.#others];
    return known
      .map(({ class: name, type, version }) => ({ class: name, type, version }))
      .toSorted(
        (a, b) =>
          ORDER.indexOf(a.type) - ORDER.indexOf(b.type) ||
          (a.class === b.class
            ? compareVersions(a.version ?? '', b.version ?? '')
            : a.class < b.class
              ? -1
              : 1),
      );
  }

  /** A connector's own properties, then Connect's common ones. `version`: one, or a range; default: the newest. */
  configKeys(name: string, version?: string): readonly ConfigKeyInfo[] {
    const plugin = findClass(this.#connectors, name, version);
    if (plugin !== undefined) {
      const common = commonDef(plugin.type).map((key) =>
        key.name === VERSION_PROPERTY ? { ...key, default: plugin.version } : key,
      );
      return configKeys([...plugin.config, ...common]);
    }
    const other = findClass(this.#others, name, version);
    if (other === undefined) {
      throw new AppError('missing', 'plugin.unknown', `Unknown plugin ${name}.`);
    }
    return configKeys(other.config);
  }

  #version(properties: Properties): PluginDescriptor | undefined {
    const name = properties['connector.class'] ?? '';
    return findClass(this.#connectors, name, properties[VERSION_PROPERTY], VERSION_PROPERTY);
  }
}

/** What tells classes apart: packages and the word Connector would outweigh it. */
function shortName(className: string): string {
  return simpleName(className).replace(/Connector$/, '');
}

/** Connect lets a class be called by its simple name without `Connector`, and with it. */
function withShortNames(plugin: PluginDescriptor): PluginDescriptor {
  const names = [plugin.class, ...(plugin.aliases ?? [])];
  const short = names.flatMap((name) => {
    const simple = simpleName(name);
    return [`${simple}Connector`, simple.replace(/Connector$/, '')];
  });
  return { ...plugin, aliases: [...(plugin.aliases ?? []), ...short] };
}

const ORDER: readonly PluginInfo['type'][] = [
  'sink',
  'source',
  'transformation',
  'predicate',
  'converter',
  'header_converter',
];
