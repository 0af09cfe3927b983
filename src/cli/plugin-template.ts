/** `headwater plugins new NAME`: a package with a source, a sink and their tests, to change at will. */
import { cp, glob, readFile, stat, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../foundation/errors.ts';

/** Writes the package into `folder`; returns its files. Throws `config` when it exists, or the name is none. */
export async function newPlugin(
  name: string,
  folder: string = name.replace(/^@[^/]+\//, ''),
): Promise<readonly string[]> {
  if (!/^(@[a-z\d][\w.-]*\/)?[a-z][\w.-]{0,100}$/.test(name)) {
    throw new AppError('config', 'plugins.name', `${name} is no name of a package.`, {
      suggestion: 'Take lower-case letters, digits and -, as in drop-folder.',
    });
  }
  const place = resolve(folder);
  if (existsSync(place)) {
    throw new AppError('config', 'plugins.exists', `${place} is there already.`);
  }
  await cp(templateFolder(), place, { recursive: true });
  const written: string[] = [];
  for await (const file of glob('**/*', { cwd: place })) {
    const path = join(place, file);
    if (!(await stat(path)).isFile()) continue;
    const text = await readFile(path, 'utf8');
    await writeFile(path, filledIn(text, name));
    written.push(file);
  }
  return written.toSorted();
}

function filledIn(text: string, name: string): string {
  const bare = name.replace(/^@[^/]+\//, '');
  const words = bare.split(/[^a-z\d]+/i).filter((word) => word !== '');
  const className = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return text
    .replace(/"name": "__NAME__"/, `"name": "${name}"`)
    .replaceAll('__NAME__', bare)
    .replaceAll('__CLASS__', className);
}

/** Beside `src` in a checkout, beside `dist` in a package. */
function templateFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const found = join(folder, 'templates', 'connector');
    if (existsSync(found)) return found;
    if (folder === dirname(folder)) throw new Error('There is no templates/connector.');
  }
}
