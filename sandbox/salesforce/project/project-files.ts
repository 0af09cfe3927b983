import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { AppError, messageOf } from '../../../src/foundation/errors.ts';

/** What of a DX project describes objects. */
export interface ProjectFiles {
  /** `objects/X` folders of the source format. */
  readonly objectFolders: readonly string[];
  /** `objects/X.object` files of the Metadata API format. */
  readonly objectFiles: readonly string[];
  /** Global value sets. */
  readonly valueSetFiles: readonly string[];
  /** Values of standard picklists. */
  readonly standardValueSetFiles: readonly string[];
  /** Records of custom metadata types. */
  readonly customMetadataFiles: readonly string[];
  readonly labelFiles: readonly string[];
  /** Channels of events, and what they carry. */
  readonly channelFiles: readonly string[];
  readonly channelMemberFiles: readonly string[];
  /** The administrators' profile: which record types are its defaults. */
  readonly adminProfileFiles: readonly string[];
  readonly permissionSetFiles: readonly string[];
  readonly profileFiles: readonly string[];
}

/** Finds them in the package directories that `sfdx-project.json` names, or in a folder with a `package.xml`. */
export async function findProjectFiles(project: string): Promise<ProjectFiles> {
  const found: Found = {
    objectFolders: [],
    objectFiles: [],
    valueSetFiles: [],
    standardValueSetFiles: [],
    customMetadataFiles: [],
    labelFiles: [],
    channelFiles: [],
    channelMemberFiles: [],
    adminProfileFiles: [],
    permissionSetFiles: [],
    profileFiles: [],
  };
  for (const folder of outermost(await packageFolders(project))) await walk(folder, found);
  return found;
}

/** One that lies in another is walked with it. */
function outermost(folders: readonly string[]): string[] {
  const all = [...new Set(folders)];
  return all.filter((each) => !all.some((other) => other !== each && each.startsWith(other + sep)));
}

async function packageFolders(project: string): Promise<string[]> {
  const file = join(project, 'sfdx-project.json');
  if (!existsSync(file)) {
    const folders = [project, join(project, 'src')];
    const found = folders.find((folder) => existsSync(join(folder, 'package.xml')));
    if (found !== undefined) return [found];
    throw invalid(
      project,
      `${project} has no sfdx-project.json and no package.xml.`,
      'Name the folder that holds one of them.',
    );
  }
  const folders = readPackages(file, await readFile(file, 'utf8')).map((path) =>
    join(project, path),
  );
  const missing = folders.find((folder) => !existsSync(folder));
  if (missing === undefined) return folders;
  throw invalid(file, `${file}: the package directory ${missing} doesn't exist.`);
}

function readPackages(file: string, text: string): string[] {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw invalid(file, `${file}:${lineOfJsonError(text, error)}: ${messageOf(error)}.`);
  }
  const { packageDirectories } = (json ?? {}) as { packageDirectories?: unknown };
  const entries: unknown[] = Array.isArray(packageDirectories) ? packageDirectories : [];
  const paths = entries.map((entry) => (entry as { path?: unknown } | null)?.path);
  const texts = paths.filter((path) => typeof path === 'string');
  if (texts.length > 0 && texts.length === paths.length) return texts;
  throw invalid(file, `${file}: "packageDirectories" must be a list of objects with a "path".`);
}

/** V8 tells the position in the text; people want the line. */
export function lineOfJsonError(text: string, error: unknown): number {
  const position = Number(/position (\d+)/.exec(messageOf(error))?.[1] ?? text.length);
  return text.slice(0, position).split('\n').length;
}

type Found = { -readonly [K in keyof ProjectFiles]: string[] };

/** By the end of a file's name; `-meta.xml` follows it in the source format. */
const KINDS: readonly (readonly [RegExp, keyof ProjectFiles])[] = [
  [/\.globalValueSet(-meta\.xml)?$/, 'valueSetFiles'],
  [/\.standardValueSet(-meta\.xml)?$/, 'standardValueSetFiles'],
  [/\.md(-meta\.xml)?$/, 'customMetadataFiles'],
  [/\.platformEventChannel(-meta\.xml)?$/, 'channelFiles'],
  [/\.platformEventChannelMember(-meta\.xml)?$/, 'channelMemberFiles'],
  [/\.labels(-meta\.xml)?$/, 'labelFiles'],
  [/^Admin\.profile(-meta\.xml)?$/, 'adminProfileFiles'],
  [/\.permissionset(-meta\.xml)?$/, 'permissionSetFiles'],
  [/\.profile(-meta\.xml)?$/, 'profileFiles'],
];

async function walk(folder: string, found: Found): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const { name } = entry;
    if (name.startsWith('.') || name === 'node_modules') continue;
    const path = join(folder, name);
    const isFolder = entry.isDirectory();
    const inObjects = basename(folder) === 'objects';
    if (isFolder && inObjects) found.objectFolders.push(path);
    else if (isFolder) await walk(path, found);
    else if (inObjects && /\.object(-meta\.xml)?$/.test(name)) found.objectFiles.push(path);
    else {
      for (const [pattern, kind] of KINDS) {
        const inFolder = kind !== 'customMetadataFiles' || basename(folder) === 'customMetadata';
        if (pattern.test(name) && inFolder) found[kind].push(path);
      }
    }
  }
}

function invalid(path: string, message: string, suggestion?: string): AppError {
  return new AppError('config', 'sandbox.project.invalid', message, { path, suggestion });
}
