/** DX projects, written file by file. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createOrg } from '../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../sandbox/salesforce/org/org.ts';
import type { SaveResult } from '../../sandbox/salesforce/org/types.ts';
import { loadProject } from '../../sandbox/salesforce/project/load-project.ts';

/** Files by path inside the package; an element's name is the root of what is written. */
export type Files = Readonly<Record<string, readonly [root: string, inner: string]>>;

/** Whoever calls removes the folder. */
export function projectFolder(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'project-'));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('sfdx-project.json', '{"packageDirectories": [{"path": "app"}]}');
  mkdirSync(join(folder, 'app'), { recursive: true });
  for (const [path, [root, inner]] of Object.entries(files)) {
    write(`app/${path}`, `<?xml version="1.0"?>\n<${root} xmlns="x">${inner}</${root}>\n`);
  }
  return folder;
}

export async function loadFiles(files: Files): Promise<{ org: SandboxOrg; warnings: string[] }> {
  const org = createOrg({ seed: 1 });
  const folder = projectFolder(files);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return { org, warnings: await loadProject(org, folder) };
}

export function insert(
  org: SandboxOrg,
  entity: string,
  values: Record<string, unknown>,
): SaveResult {
  const actor = { userId: org.admin.id, origin: '' };
  const [result] = org.write(actor, [{ op: 'insert', entity, values }], true);
  if (result === undefined) throw new TypeError('A write without result.');
  return result;
}

export const object = (name: string, inner = ''): Files => ({
  [`objects/${name}/${name}.object-meta.xml`]: ['CustomObject', inner],
});
export const field = (entity: string, name: string, inner: string): Files => ({
  [`objects/${entity}/fields/${name}.field-meta.xml`]: [
    'CustomField',
    `<fullName>${name}</fullName>${inner}`,
  ],
});
