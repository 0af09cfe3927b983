/** Plugin packages on disk, written for a test. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface PluginFolder extends Disposable {
  readonly path: string;
  /** Writes a file below it; returns its path. */
  write(name: string, text: string): string;
}

export function pluginFolder(): PluginFolder {
  const path = mkdtempSync(join(tmpdir(), 'headwater-plugins-'));
  return {
    path,
    write: (name, text) => {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

export function manifest(name: string, more: object = {}): string {
  return JSON.stringify({
    name,
    version: '1.0.0',
    type: 'module',
    headwater: { plugins: './plugin.js' },
    ...more,
  });
}
