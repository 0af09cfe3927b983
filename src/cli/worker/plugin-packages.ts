/** Which packages `plugin.path` names. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError, messageOf } from '../../foundation/errors.ts';

export interface PackageFolder {
  readonly folder: string;
  readonly name: string | undefined;
  readonly version: string | undefined;
  /** The module that exports `plugins`, as its `package.json` names it: `"headwater": { "plugins": "./plugin.js" }`. */
  readonly module: string | undefined;
  /** `"headwater": { "sdk": 1 }`. */
  readonly sdk: unknown;
  /** Why its `package.json` can't be read. */
  readonly broken: string | undefined;
}

/**
 * The packages of one entry, sorted: the entry itself, the plugins it depends on (what `npm install --prefix`
 * makes), or those in its folders. Throws a `config` error when the entry can't be read.
 */
export function packagesOf(entry: string): readonly PackageFolder[] {
  const folder = resolve(entry);
  if (!existsSync(folder)) {
    throw new AppError('config', 'worker.plugin_path', 'there is no such folder.', {
      path: 'plugin.path',
    });
  }
  const own = read(folder);
  if (own !== undefined) return withInstalled(folder, own);
  return subfolders(folder).flatMap((each) => {
    const manifest = readQuietly(each);
    return manifest === undefined ? [] : withInstalled(each, manifest, true);
  });
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly main?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly headwater?: { readonly plugins?: unknown; readonly sdk?: unknown };
  /** Why it can't be read. */
  readonly broken?: string;
}

/** A package that is no plugin stands for the plugins among its dependencies. */
function withInstalled(
  folder: string,
  manifest: Manifest,
  isListed = false,
): readonly PackageFolder[] {
  if (manifest.headwater !== undefined || manifest.broken !== undefined) {
    return [described(folder, manifest)];
  }
  const installed = Object.keys(manifest.dependencies ?? {}).flatMap((name) => {
    const place = join(folder, 'node_modules', name);
    const found = readQuietly(place);
    return found?.headwater === undefined ? [] : [described(place, found)];
  });
  if (installed.length > 0 || isListed) return installed;
  return [described(folder, manifest)];
}

function described(folder: string, manifest: Manifest): PackageFolder {
  const { name, version, headwater, main } = manifest;
  const module = headwater?.plugins ?? main ?? 'index.js';
  return {
    folder,
    name,
    version,
    module: typeof module === 'string' ? module : undefined,
    sdk: headwater?.sdk,
    broken: manifest.broken,
  };
}

function subfolders(folder: string): readonly string[] {
  const names = (within: string): readonly string[] =>
    readdirSync(within)
      .filter((name) => !name.startsWith('.'))
      .map((name) => join(within, name));
  return names(folder)
    .flatMap((each) => (/\/@[^/]+$/.test(each) ? names(each) : [each]))
    .toSorted();
}

function read(folder: string): Manifest | undefined {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof found === 'object' && found !== null ? found : { broken: 'no object' };
  } catch (error) {
    return { broken: messageOf(error) };
  }
}

function readQuietly(folder: string): Manifest | undefined {
  try {
    return read(folder);
  } catch {
    return undefined;
  }
}
