#!/usr/bin/env node
// The commands of a checkout (`npm test`, `npm run demo`, …). Plain JavaScript for any Node from 20 on:
// it installs what the lock file names, then goes on under the Node pinned there.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, pinnedNode } from './install.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const results = join(root, '.headwater', 'test');

const [command = '', ...rest] = process.argv.slice(2);
const commands = { demo, test, 'test:long': testLong, bench, build, check };
const chosen = commands[command];
if (chosen === undefined) {
  console.error(`Unknown command ${command}. Known: ${Object.keys(commands).join(', ')}.`);
  process.exit(2);
}
await ensureInstalled();
process.exit(chosen(rest));

function demo(args) {
  return node('sandbox/demo/main.ts', ...args);
}

function test(args) {
  return vitest([], args);
}

/** The full counts of the heavy proofs; each writes what it found into docs/evidence. */
function testLong(args) {
  return vitest(['--config', 'vitest.long.config.ts'], args);
}

function bench(args) {
  const [name = '', ...options] = args;
  if (!['source', 'sink', 'sandbox', 'runtime'].includes(name)) {
    console.error('Say which: npm run bench -- source|sink|sandbox|runtime|exactly-once [--json]');
    return 2;
  }
  // The sandbox is started from the sources, as `npx headwater sandbox` does in a checkout.
  const built = name === 'sandbox' ? 0 : build([]);
  return built === 0 ? node(`test/bench/${name}.ts`, ...options) : built;
}

function build() {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const built = run('tsc', ['-p', 'tsconfig.build.json']);
  return built === 0 ? node('bin/copy-assets.ts') : built;
}

/** Types, lint and format in one. */
function check() {
  for (const [tool, ...args] of [
    ['tsc', '-p', '.'],
    ['oxlint', '--type-aware', '--deny-warnings'],
    ['oxfmt', '--check', '.'],
  ]) {
    const code = run(tool, args);
    if (code !== 0) return code;
  }
  return 0;
}

function vitest(fixed, args) {
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const report = join(results, 'results.json');
  const code = run('vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...fixed,
    ...args,
  ]);
  const line = summary(report, code);
  writeFileSync(join(results, 'summary.txt'), `${line}\n`);
  console.log(line);
  return code;
}

/** `N passed, N failed[, N skipped]` from the report's own counts; a run that broke counts as failed. */
function summary(report, code) {
  try {
    const counts = JSON.parse(readFileSync(report, 'utf8'));
    const broken = counts.testResults.filter(
      (file) =>
        file.status === 'failed' && file.assertionResults.every((t) => t.status !== 'failed'),
    ).length;
    const failed = counts.numFailedTests + broken;
    const skipped = counts.numPendingTests + (counts.numTodoTests ?? 0);
    const least = code !== 0 && failed === 0 ? 1 : failed;
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    return `${counts.numPassedTests} passed, ${least} failed${tail}`;
  } catch {
    return '0 passed, 1 failed';
  }
}

function node(script, ...args) {
  return spawn(pinnedNode(), [join(root, script), ...args]);
}

function run(tool, args) {
  return spawn(pinnedNode(), [...toolArguments(tool), ...args]);
}

/** A dev dependency's own entry, run under the pinned Node whatever Node npm was started with. */
function toolArguments(tool) {
  const owner = { tsc: 'typescript' }[tool] ?? tool;
  const folder = join(root, 'node_modules', owner);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return [join(folder, typeof bin === 'string' ? bin : bin[tool])];
}

function spawn(file, args) {
  const { status, signal } = spawnSync(file, args, { cwd: root, stdio: 'inherit' });
  if (signal !== null) return 1;
  return status ?? 1;
}
