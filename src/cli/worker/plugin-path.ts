import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Properties } from '../../config/definition.ts';
import type { Clock } from '../../foundation/clock.ts';
import { AppError, explain } from '../../foundation/errors.ts';
import type { Log } from '../../foundation/log.ts';
import { runAs } from '../../foundation/owner.ts';
import type { PluginPackage } from '../../herder/herder.ts';
import type { Plugin } from '../../sdk/index.ts';
import { SDK_VERSION, shareSdk } from '../../sdk/shared.ts';
import { packagesOf, type PackageFolder } from './plugin-packages.ts';
import { descriptorProblem } from './plugin-shape.ts';

export interface FoundPlugins {
  readonly plugins: readonly Plugin[];
  /** Those that don't load too. */
  readonly packages: readonly PluginPackage[];
}

/**
 * The plugins of `plugin.path`, a list of npm packages and of folders of such; each package has its own
 * dependencies, by Node's own resolution. A package that doesn't load is logged as one error and left out:
 * the worker runs the others.
 */
export async function pluginsOfPath(
  properties: Properties,
  log: Log,
  clock: Clock,
): Promise<FoundPlugins> {
  const entries = (properties['plugin.path'] ?? '').split(',').map((entry) => entry.trim());
  const plugins: Plugin[] = [];
  const packages: PluginPackage[] = [];
  const leaveOut = (at: Omit<PluginPackage, 'error' | 'plugins'>, cause: unknown): void => {
    const error = explain(cause);
    packages.push({ ...at, plugins: [], error });
    const what = at.name === undefined ? at.folder : `${at.name} in ${at.folder}`;
    log.error(`plugin.path: ${what} is left out: ${error}`, { path: 'plugin.path' });
  };
  for (const entry of entries.filter((each) => each !== '')) {
    let found: readonly PackageFolder[] = [];
    try {
      found = packagesOf(entry);
    } catch (error) {
      leaveOut({ folder: entry, name: undefined, version: undefined }, error);
    }
    for (const { folder, name, version, ...rest } of found) {
      try {
        const loaded = await load({ folder, name, version, ...rest }, clock);
        plugins.push(...loaded);
        packages.push({ folder, name, version, plugins: loaded.map(shown), error: undefined });
      } catch (error) {
        leaveOut({ folder, name, version }, error);
      }
    }
  }
  return { plugins, packages };
}

/** A package that hasn't answered by then never will: it waits for something at its top level. */
const LOAD_MS = 30_000;

async function load(
  { folder, module: file, sdk, broken }: PackageFolder,
  clock: Clock,
): Promise<readonly Plugin[]> {
  if (broken !== undefined) throw refused(`its package.json can't be read: ${broken}`);
  if (file === undefined) throw refused('its package.json names no module of plugins.');
  if (sdk !== undefined && sdk !== SDK_VERSION) {
    throw refused(
      `it is made for version ${JSON.stringify(sdk)} of headwater/sdk; this worker has ${SDK_VERSION}.`,
    );
  }
  shareSdk();
  const url = pathToFileURL(join(folder, file)).href;
  const owner = { name: `The package in ${folder}`, uncaught: () => false };
  const loading = runAs(owner, () => imported(url));
  const found = (await inTime(loading, clock)) as { plugins?: unknown };
  const { plugins } = found;
  if (!Array.isArray(plugins)) throw refused(`${file} exports no list "plugins".`);
  return plugins.map((plugin: unknown, at) => {
    const problem = descriptorProblem(plugin);
    if (problem !== undefined) throw refused(`plugins[${at}] of ${file}: ${problem}`);
    return { ...(plugin as Plugin), module: url };
  });
}

/** A syntax error's message doesn't say where it is. */
async function imported(url: string): Promise<unknown> {
  try {
    return await import(url);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw refused(`${cause.message}: run "node ${fileURLToPath(url)}" to see where.`);
  }
}

async function inTime<T>(loading: Promise<T>, clock: Clock): Promise<T> {
  const loaded = new AbortController();
  const late = clock.sleep(LOAD_MS, loaded.signal).then(() => {
    throw refused(`its module didn't load within ${LOAD_MS / 1_000} s.`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([loading, late]);
  } finally {
    loaded.abort();
  }
}

function shown({ class: name, type, version }: Plugin): PluginPackage['plugins'][number] {
  return { class: name, type, version };
}

function refused(why: string): AppError {
  return new AppError('config', 'worker.plugin_path', why, { path: 'plugin.path' });
}
