/**
 * Goal: what `npm pack` makes can be installed and used by a project that has nothing else of ours.
 * Method: a copy of the checkout is built and packed as a release would be, the tarball installed in an empty folder
 * (from npm's cache where it can), and there used as a person would: `npx headwater`, and three imports. Everything runs
 * with the pinned Node on the PATH, whatever Node the machine has.
 */
import { execFile, spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OrgClient } from '../../../sandbox/demo/org-client.ts';
import type { SandboxCredentials } from '../../../sandbox/index.ts';
import { runPage } from './connector-page.ts';

const STEP_MS = 120_000;
const root = join(import.meta.dirname, '../../..');
const modules = join(root, 'node_modules');
/** Big, or made by tools; the copy gets dependencies by a link. */
const LEFT_OUT = new Set(['node_modules', 'dist', 'test', '.git', '.headwater'].map(inRoot));

const env = {
  ...process.env,
  PATH: [join(modules, 'node/bin'), process.env['PATH']].join(delimiter),
  npm_config_loglevel: 'error',
};
const folder = mkdtempSync(join(tmpdir(), 'headwater-pack-'));
const app = join(folder, 'app');

beforeAll(async () => {
  const checkout = join(folder, 'checkout');
  cpSync(root, checkout, { recursive: true, filter: (path) => !LEFT_OUT.has(path) });
  symlinkSync(modules, join(checkout, 'node_modules'));
  const packed = await run(checkout, 'npm', 'pack', '--silent', '--pack-destination', folder);
  const tarball = join(folder, packed.trim().split('\n').at(-1) ?? '');
  mkdirSync(app);
  write('package.json', JSON.stringify({ name: 'app', private: true, type: 'module' }));
  await run(app, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', tarball);
}, 2 * STEP_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test(
  '`npx headwater sandbox --json` starts an org that can be logged in to and written',
  async () => {
    // A process group, since npx puts a shell between: all of it is ended.
    const child = spawn('npx', ['headwater', 'sandbox', '--json'], {
      cwd: app,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = new Promise<void>((resolve) => void child.once('close', () => resolve()));
    await using cleanup = new AsyncDisposableStack();
    cleanup.defer(async () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
      await exited;
    });
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      void exited.then(() => reject(new Error('the sandbox ended before it was ready')));
    });
    const org = JSON.parse(line) as SandboxCredentials;
    const login = await fetch(`${org.http}/services/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: org.clientId,
        client_secret: org.clientSecret,
      }),
    });
    const { access_token: token = '' } = (await login.json()) as { access_token?: string };
    const client = new OrgClient(org.http, token);
    const id = await client.create('Account', {
      Name: 'Made from a package',
      AnnualRevenue: 12_500_000,
    });
    expect(await client.query('SELECT Id, Name, AnnualRevenue FROM Account')).toMatchObject([
      { Id: id, Name: 'Made from a package', AnnualRevenue: 12_500_000 },
    ]);
  },
  STEP_MS,
);

/** A program that uses all three exports. Its types hold, or `tsc` says so; what it prints is looked at. */
const PROGRAM = `
import { startWorker, systemClock, type Worker } from 'headwater';
import { AppError, LOGICAL, type Schema, type SourcePlugin } from 'headwater/sdk';
import { startSandbox, type Sandbox } from 'headwater/testing';

const date: Schema = { type: 'int32', optional: false, name: LOGICAL.date };
const error: AppError = new AppError('data', 'app.made', 'made by hand');
// @ts-expect-error: a kind that isn't one. It fails unless the types are there.
const kind: AppError['kind'] = 'nonsense';
const start: (options: Parameters<typeof startWorker>[0]) => Promise<Worker> = startWorker;
const plugin: SourcePlugin | undefined = undefined;

const sandbox: Sandbox = await startSandbox({ seed: 1 });
const answer = await fetch(sandbox.http + '/services/data');
await sandbox.close();
console.log(JSON.stringify({
  worker: typeof start,
  date: date.name,
  isError: error instanceof Error,
  kind,
  plugin: typeof plugin,
  sandbox: answer.status,
  now: typeof systemClock.now(),
}));
`;

test(
  '`headwater`, `headwater/sdk` and `headwater/testing` are typed and can be imported',
  async () => {
    write('use.ts', PROGRAM);
    write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          target: 'es2024',
          lib: ['es2024', 'esnext.disposable'],
          module: 'nodenext',
          strict: true,
          types: ['node'],
          typeRoots: [join(modules, '@types')],
        },
        files: ['use.ts'],
      }),
    );
    const tsc = join(modules, 'typescript/bin/tsc');
    expect(await run(app, process.execPath, tsc, '-p', '.')).toBe('');
    const printed = JSON.parse(await run(app, 'node', 'use.js')) as object;
    expect(printed).toEqual({
      worker: 'function',
      date: 'org.apache.kafka.connect.data.Date',
      isError: true,
      kind: 'nonsense',
      plugin: 'undefined',
      sandbox: 200,
      now: 'number',
    });
  },
  STEP_MS,
);

test(
  'docs/writing-a-connector.md, block by block: a package from the template, its tests, its connectors in a worker',
  async () => {
    const page = readFileSync(join(root, 'docs/writing-a-connector.md'), 'utf8');
    const bin = join(modules, '.bin');
    const printed = await runPage(page, app, { ...env, PATH: `${env.PATH}${delimiter}${bin}` });
    const all = printed.join('\n');
    expect(all).toMatch(/fail 0$/m);
    expect(all).toMatch(/DropFolderSource +source +0\.1\.0 +drop-folder/);
    expect(all).toMatch(/com\.acme\.Shout +transformation +1\.0\.0 +shout/);
    expect(all).toContain('{"mm":12}');
    expect(all).toMatch(/monday\.json/);
  },
  2 * STEP_MS,
);

test(
  "the template's JavaScript holds by the types of headwater/sdk and headwater/testing",
  async () => {
    const compilerOptions = {
      target: 'es2024',
      lib: ['es2024', 'esnext.disposable'],
      module: 'nodenext',
      strict: true,
      checkJs: true,
      noEmit: true,
      types: ['node'],
      typeRoots: [join(modules, '@types')],
    };
    const include = ['*.js', 'test/*.js'];
    write('drop-folder/tsconfig.json', JSON.stringify({ compilerOptions, include }));
    const tsc = join(modules, 'typescript/bin/tsc');
    expect(await run(app, process.execPath, tsc, '-p', 'drop-folder')).toBe('');
  },
  STEP_MS,
);

test('nothing but what an installed package needs is in it', async () => {
  const list = await run(app, 'node', '-e', LIST);
  const files = JSON.parse(list) as string[];
  expect(files.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))).toEqual([]);
  const unwanted = /^(?!templates\/).*\b(test|node_modules)\//;
  expect(files.filter((path) => unwanted.test(path))).toEqual([]);
  expect(files.filter((path) => path.startsWith('bin/')).toSorted()).toEqual([
    'bin/headwater.js',
    'bin/install.js',
    'bin/node-flags.js',
  ]);
  // What no compiler puts there.
  const page = files.filter((path) => path.startsWith('dist/sandbox/salesforce/page/static/'));
  expect(new Set(page.map((path) => extname(path)))).toEqual(
    new Set(['.html', '.css', '.js', '.svg']),
  );
});
const LIST = `
const { globSync, statSync } = require('node:fs');
const cwd = 'node_modules/headwater';
const files = globSync('**/*', { cwd }).filter((path) => statSync(cwd + '/' + path).isFile());
console.log(JSON.stringify(files));
`;

/** Runs to its end; returns stdout, throws with both when it fails. */
async function run(cwd: string, command: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, args, { cwd, env, timeout: STEP_MS });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')}:\n${stdout ?? ''}${stderr ?? ''}`, {
      cause: error,
    });
  }
}

function write(name: string, text: string): void {
  writeFileSync(join(app, name), text);
}

function inRoot(name: string): string {
  return join(root, name);
}
