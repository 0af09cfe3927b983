import { readFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { AppError, messageOf } from '../foundation/errors.ts';
import { findClass, type NamedClass } from './classes.ts';
import type { Properties } from './definition.ts';
import { javaRegexFull } from './java-regex.ts';
import { parseProperties } from './properties-file.ts';
import { VAULT_CLASSES, vaultProvider } from './vault/provider.ts';

/** A value, and how long it is good for, where that is known: then it is looked up again. */
export type ProvidedValue = string | { readonly value: string; readonly ttlMs: number };

/** Where the values of `${provider:path:key}` come from. */
export interface ConfigProvider {
  /** undefined when there is no such key; throws when `path` can't be read or isn't allowed. */
  get(path: string, key: string): Promise<ProvidedValue | undefined>;
}

export type ConfigProviders = ReadonlyMap<string, ConfigProvider>;

/** One that a plugin package brings. */
export interface ConfigProviderClass extends NamedClass {
  create(parameters: Properties): ConfigProvider;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface ProviderOptions {
  readonly alias: string;
  /** `config.providers.<alias>.param.*`, prefix off. */
  readonly parameters: Properties;
  readonly environment: Environment;
}

const JAVA_PACKAGE = 'org.apache.kafka.common.config.provider.';

const PROVIDERS: Readonly<Record<string, (options: ProviderOptions) => ConfigProvider>> = {
  EnvVarConfigProvider: envProvider,
  FileConfigProvider: fileProvider,
  DirectoryConfigProvider: directoryProvider,
  ...Object.fromEntries(VAULT_CLASSES.map((name) => [name, vaultProvider])),
};

/** Ours, of any provider: its values are looked up again after so long. Lenses' providers have the second name. */
const TTL_PARAMETERS = ['ttl.ms', 'secret.default.ttl'] as const;

/**
 * The providers a worker's properties name: `config.providers=env,file`, `config.providers.env.class`
 * (Java's name or its simple name), `config.providers.env.param.*`. Throws a `config` error for a class
 * it doesn't have; those of `plugins` come first.
 */
export function createConfigProviders(
  worker: Properties,
  environment: Environment = process.env,
  plugins: readonly ConfigProviderClass[] = [],
): ConfigProviders {
  const aliases = (worker['config.providers'] ?? '')
    .split(',')
    .map((alias) => alias.trim())
    .filter((alias) => alias !== '');
  return new Map(
    aliases.map((alias) => [alias, createProvider(alias, worker, environment, plugins)]),
  );
}

function createProvider(
  alias: string,
  worker: Properties,
  environment: Environment,
  plugins: readonly ConfigProviderClass[],
): ConfigProvider {
  const property = `config.providers.${alias}.class`;
  const given = worker[property] ?? '';
  const simple = given.startsWith(JAVA_PACKAGE) ? given.slice(JAVA_PACKAGE.length) : given;
  const plugin = findClass(plugins, given);
  const create = plugin === undefined ? PROVIDERS[simple] : ofPlugin(plugin);
  if (create === undefined) {
    const message =
      given === '' ? `${property} is required.` : `${property}: there is no provider ${given}.`;
    throw new AppError('config', 'config.provider', message, {
      path: property,
      suggestion: `Did you mean ${closest(simple, Object.keys(PROVIDERS))}?`,
    });
  }
  const prefix = `config.providers.${alias}.param.`;
  const parameters = Object.fromEntries(
    Object.entries(worker)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
  return withTtl(create({ alias, parameters, environment }), parameters, prefix);
}

/** A life for values whose provider names none. */
function withTtl(provider: ConfigProvider, parameters: Properties, prefix: string): ConfigProvider {
  const name = TTL_PARAMETERS.find((each) => parameters[each] !== undefined);
  if (name === undefined) return provider;
  const ttlMs = Number(parameters[name]);
  if (!Number.isSafeInteger(ttlMs) || ttlMs < 1) {
    const path = prefix + name;
    const message = `${path} must be a number of milliseconds, 1 or more.`;
    throw new AppError('config', 'config.provider', message, { path });
  }
  return {
    get: async (path, key) => {
      const found = await provider.get(path, key);
      return typeof found === 'string' ? { value: found, ttlMs } : found;
    },
  };
}

function ofPlugin(plugin: ConfigProviderClass) {
  return ({ parameters }: ProviderOptions): ConfigProvider => plugin.create(parameters);
}

/** `${env:NAME}`; `allowlist.pattern` = which names. */
function envProvider({ alias, parameters, environment }: ProviderOptions): ConfigProvider {
  const pattern = parameters['allowlist.pattern'];
  const allowed =
    pattern === undefined
      ? undefined
      : javaRegexFull(pattern, `config.providers.${alias}.param.allowlist.pattern`);
  return {
    get: async (_path, key) =>
      allowed === undefined || allowed.test(key) ? environment[key] : undefined,
  };
}

/** `${file:/path/to.properties:key}`; `allowed.paths` = where from. */
function fileProvider({ parameters }: ProviderOptions): ConfigProvider {
  return {
    get: async (path, key) => parseProperties(await read(allowedPath(path, parameters)))[key],
  };
}

/** `${dir:/path:file}`: the file's whole content; `allowed.paths` = where from. */
function directoryProvider({ parameters }: ProviderOptions): ConfigProvider {
  return {
    get: async (path, key) => {
      const directory = allowedPath(path, parameters);
      const file = resolve(join(directory, key));
      if (!isWithin(file, directory)) return undefined;
      return read(file);
    },
  };
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new AppError('config', 'config.provider', messageOf(cause), { cause });
  }
}

function allowedPath(path: string, parameters: Properties): string {
  const absolute = resolve(path);
  const allowed = (parameters['allowed.paths'] ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (allowed.length === 0 || allowed.some((root) => isWithin(absolute, resolve(root)))) {
    return absolute;
  }
  throw new AppError('config', 'config.provider', `${path} is not under allowed.paths.`);
}

function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
