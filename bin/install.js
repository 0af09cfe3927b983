// What a checkout needs before its TypeScript can run. Plain JavaScript for any Node from 20 on.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The Node pinned among the dev dependencies. */
export function pinnedNode() {
  return join(root, 'node_modules', 'node', 'bin', 'node');
}

/** Runs `npm ci` when node_modules isn't what package-lock.json names; npm speaks on stderr. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  process.stderr.write('Installing what package-lock.json names (npm ci) …\n');
  const code = await npmCi();
  if (code === 0) return;
  process.stderr.write(
    'npm ci failed; its messages are above. Mend that and run the command again.\n',
  );
  process.exit(1);
}

/**
 * Compares npm's own record of what it installed with the lock file, package by package: file times say
 * nothing after a `git checkout`. Optional packages (other platforms' binaries) may be absent.
 */
function isInstalled() {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    return found === undefined ? entry.optional === true : found.version === entry.version;
  });
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function npmCi() {
  return new Promise((resolve) => {
    const npm = spawn('npm', ['ci', '--no-audit', '--no-fund'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    npm.once('error', (error) => {
      process.stderr.write(`npm can't be started: ${error.message}\n`);
      resolve(1);
    });
    npm.once('exit', (code) => resolve(code ?? 1));
  });
}
