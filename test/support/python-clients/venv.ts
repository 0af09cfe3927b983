/** Python packages in a folder of their own, kept in the cache. */
import { spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const INSTALL_WITHIN_MS = 180_000;
const RUN_WITHIN_MS = 30_000;

/** The folder of its commands; undefined, with the reason on stderr, where there is no Python or no registry. */
export async function pythonPackage(name: string, version: string): Promise<string | undefined> {
  const base =
    process.env['HEADWATER_CACHE'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'headwater');
  const folder = join(base, 'python', `${name}-${version}`);
  const isReady = join(folder, 'is-ready');
  const bin = join(folder, 'bin');
  if (existsSync(isReady)) return bin;
  rmSync(folder, { recursive: true, force: true });
  await mkdir(join(folder, '..'), { recursive: true });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  for (const [command, args] of [
    ['python3', ['-m', 'venv', folder]],
    [join(bin, 'python'), [...pip, `${name}==${version}`]],
  ] as const) {
    const { code, stderr } = await run(command, args, INSTALL_WITHIN_MS);
    if (code === 0) continue;
    console.error(`${name} can't be installed: ${stderr.slice(-500)}`);
    return undefined;
  }
  writeFileSync(isReady, '');
  return bin;
}

/** A command that can't be started ends with code null. */
export function run(
  command: string,
  args: readonly string[],
  timeout = RUN_WITHIN_MS,
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', (error) => resolve({ code: null, stdout, stderr: String(error) }));
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
