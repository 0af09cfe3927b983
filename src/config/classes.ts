/** Classes by name and version: several versions of one may be there (KIP-891). */
import { AppError } from '../foundation/errors.ts';
import { compareVersions, versionRange } from './versions.ts';

/** Of the Connect whose API and classes the built-in ones are. */
export const CLASSES_VERSION = '4.3.1';

export interface NamedClass {
  /** Full name: `org.apache.kafka.connect.transforms.InsertField$Value`, `com.acme.Upper`. */
  readonly class: string;
  readonly aliases?: readonly string[] | undefined;
  /** Absent: of this worker's own Connect version. */
  readonly version?: string | undefined;
}

/** The part behind the package: `InsertField$Value`. */
export function simpleName(className: string): string {
  return className.slice(className.lastIndexOf('.') + 1);
}

/** Every version of a class, by full or simple name or alias; the newest last. */
export function versionsOf<C extends NamedClass>(known: readonly C[], name: string): readonly C[] {
  const named = known.filter((each) => isNamed(each, name));
  const [first] = named;
  return named
    .filter((each) => each.class === first?.class)
    .toSorted((one, other) => compareVersions(versionOf(one), versionOf(other)));
}

/**
 * The newest version of a class that `range` accepts; undefined when there is no such class. Throws
 * Connect's `config` error on `path` when only other versions are here, or the range can't be read.
 */
export function findClass<C extends NamedClass>(
  known: readonly C[],
  name: string,
  range?: string,
  path = 'plugin.version',
): C | undefined {
  const wanted = versionRange(range, path);
  const versions = versionsOf(known, name);
  const [first] = versions;
  if (first === undefined || wanted === undefined) return versions.at(-1);
  const found = versions.findLast((each) => wanted.has(versionOf(each)));
  if (found !== undefined) return found;
  const available = versions.map(versionOf).join(', ');
  throw new AppError(
    'config',
    'plugin.version',
    `Plugin ${first.class} not found that matches the version range ${wanted.toString()}, available versions: [${available}]`,
    { path },
  );
}

/** What is wrong with a version asked for, as a sentence, or undefined. */
export function versionProblem(
  known: readonly NamedClass[],
  name: string,
  range: string,
): string | undefined {
  try {
    findClass(known, name, range);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

export function versionOf({ version }: NamedClass): string {
  return version ?? CLASSES_VERSION;
}

function isNamed(known: NamedClass, name: string): boolean {
  return [known.class, ...(known.aliases ?? [])].some(
    (each) => each === name || simpleName(each) === name,
  );
}
