#!/usr/bin/env node
// The `headwater` command. Plain JavaScript for any Node from 20 on. In a checkout it installs, then runs
// src/main.ts under the pinned Node; in an installed package it runs dist in this process.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureInstalled, pinnedNode } from './install.js';
import { NODE_FLAGS } from './node-flags.js';

const EXIT_OLD_NODE = 3;
/** npm passes on the Ctrl-C that the terminal has sent already: one of the two is enough. */
const SAME_SIGNAL_MS = 300;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'src', 'main.ts');

if (existsSync(source)) await runCheckout();
else await runPackage();

async function runCheckout() {
  await ensureInstalled();
  // Its own process group, so that a Ctrl-C reaches it once, from here. It ends when the channel closes,
  // that is also when this process is killed.
  const child = spawn(pinnedNode(), [...NODE_FLAGS, source, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  const last = new Map();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const now = performance.now();
      const isNew = now - (last.get(signal) ?? -Infinity) > SAME_SIGNAL_MS;
      if (isNew) child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
      last.set(signal, now);
    });
  }
  child.once('error', (error) => {
    process.stderr.write(`headwater: the pinned Node can't be started: ${error.message}\n`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => {
    process.exit(code ?? 128 + constants.signals[signal]);
  });
}

async function runPackage() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const least = engines.node.replace(/^\D*/, '');
  if (isOlder(process.versions.node, least)) {
    process.stderr.write(
      `headwater needs Node ${least} or newer; this is Node ${process.versions.node}.\n`,
    );
    process.exit(EXIT_OLD_NODE);
  }
  withFlags();
  await import(pathToFileURL(join(root, 'dist', 'src', 'main.js')).href);
}

/** Becomes a Node with the flags, the process staying the same; where that can't be (Windows), it goes on without. */
function withFlags() {
  if (process.platform === 'win32' || process.execve === undefined) return;
  const own = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ');
  const missing = NODE_FLAGS.filter((flag) => !own.includes(flag.split('=')[0]));
  if (missing.length === 0) return;
  const args = [...process.execArgv, ...missing, ...process.argv.slice(1)];
  process.execve(process.execPath, [process.execPath, ...args], process.env);
}

function isOlder(version, least) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}
