import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Properties } from '../../config/definition.ts';
import { AppError, messageOf } from '../../foundation/errors.ts';
import type { PluginDescriptor } from '../../sdk/index.ts';

/**
 * The connectors of `plugin.path`: each entry is an npm package, or a folder of packages, whose main module
 * exports `plugins`. Throws a `config` error naming the package that doesn't.
 */
export async function pluginsOfPath(properties: Properties): Promise<readonly PluginDescriptor[]> {
  const found: PluginDescriptor[] = [];
  const entries = (properties['plugin.path'] ?? '').split(',').map((entry) => entry.trim());
  for (const entry of entries.filter((each) => each !== '')) {
    for (const folder of packagesIn(resolve(entry))) found.push(...(await load(folder)));
  }
  return found;
}

function packagesIn(folder: string): readonly string[] {
  if (isPackage(folder)) return [folder];
  if (!existsSync(folder)) throw refused(folder, 'there is no such folder');
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter(isPackage)
    .toSorted();
}

function isPackage(folder: string): boolean {
  return existsSync(join(folder, 'package.json'));
}

async function load(folder: string): Promise<readonly PluginDescriptor[]> {
  let module: { plugins?: unknown };
  try {
    const main = createRequire(import.meta.url).resolve(folder);
    module = (await import(pathToFileURL(main).href)) as typeof module;
  } catch (cause) {
    throw refused(folder, messageOf(cause), cause);
  }
  const { plugins } = module;
  if (Array.isArray(plugins) && plugins.every(isDescriptor)) return plugins;
  throw refused(folder, 'its main module exports no list "plugins" of plugin descriptors');
}

function isDescriptor(value: unknown): value is PluginDescriptor {
  if (typeof value !== 'object' || value === null) return false;
  const { class: name, type, version, config, load: loader } = value as Record<string, unknown>;
  return (
    typeof name === 'string' &&
    (type === 'source' || type === 'sink') &&
    typeof version === 'string' &&
    Array.isArray(config) &&
    typeof loader === 'function'
  );
}

function refused(folder: string, why: string, cause?: unknown): AppError {
  return new AppError('config', 'worker.plugin_path', `plugin.path: ${folder}: ${why}.`, {
    path: 'plugin.path',
    cause,
  });
}
