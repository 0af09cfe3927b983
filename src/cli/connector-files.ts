import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Properties } from '../config/definition.ts';
import { loadConnectorDocuments } from '../config/files.ts';
import { AppError, messageOf } from '../foundation/errors.ts';

/** What a file says a connector is. */
export interface ConnectorFile {
  readonly name: string;
  /** With its `name`. */
  readonly config: Properties;
  /** For a new connector: RUNNING, PAUSED or STOPPED; undefined = RUNNING. */
  readonly initialState: string | undefined;
  readonly file: string;
}

const EXTENSIONS: ReadonlySet<string> = new Set(['.properties', '.json', '.yaml', '.yml']);

/**
 * The connectors of files and folders (a folder's own files, not those of folders in it), in the order given. A connector without a
 * name is called as its file, where that holds no other. Throws a `config` error naming the file: unreadable, without
 * `connector.class`, two of one name, none at all.
 */
export async function loadConnectorFiles(
  paths: readonly string[],
): Promise<readonly ConnectorFile[]> {
  const files = (await Promise.all(paths.map(filesOf))).flat();
  const connectors = (await Promise.all(files.map(connectorsOf))).flat();
  if (connectors.length === 0) {
    throw wrong(`There is no connector in ${paths.join(', ')}.`, paths[0] ?? '');
  }
  const seen = new Map<string, string>();
  for (const { name, file } of connectors) {
    const other = seen.get(name);
    if (other !== undefined) throw wrong(`${name} is in ${other} and in ${file}.`, file);
    seen.set(name, file);
  }
  return connectors;
}

/** Of a file that holds one connector. */
export async function loadConnectorFile(path: string): Promise<ConnectorFile> {
  const [first, second] = await connectorsOf(path);
  if (first !== undefined && second === undefined) return first;
  throw wrong(
    `${path} must hold one connector.`,
    path,
    '"headwater connectors apply" takes files of several.',
  );
}

async function filesOf(path: string): Promise<readonly string[]> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (cause) {
    throw wrong(`${path} can't be read: ${messageOf(cause)}.`, path);
  }
  if (!isFolder) return [path];
  const names = await readdir(path);
  return names
    .filter((name) => EXTENSIONS.has(extname(name).toLowerCase()))
    .sort()
    .map((name) => join(path, name));
}

async function connectorsOf(file: string): Promise<readonly ConnectorFile[]> {
  const documents = await loadConnectorDocuments(file);
  return documents.map(({ properties, initialState }) => {
    const own = documents.length === 1 ? basename(file, extname(file)) : undefined;
    const name = properties['name'] ?? own;
    if (name === undefined) {
      throw wrong(`A connector of ${file} has no name.`, 'name', 'Add name to each of them.');
    }
    if (properties['connector.class'] === undefined) {
      throw wrong(
        `${name} in ${file} has no connector.class.`,
        'connector.class',
        '"headwater plugins" shows which there are.',
      );
    }
    return { name, config: { ...properties, name }, initialState, file };
  });
}

function wrong(message: string, path: string, suggestion?: string): AppError {
  return new AppError('config', 'cli.connector_file', message, { path, suggestion });
}
