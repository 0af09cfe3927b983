/**
 * Goal: what plugin.path names is found, each package with its own dependencies; one that doesn't load is told once,
 * by name and cause, and the others are there.
 * Method: packages on disk, loaded by Node itself.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { manifest, pluginFolder } from '../../support/plugin-packages.ts';

const source = (name: string, version: string): string =>
  `({ class: '${name}', type: 'source', version: ${version}, config: [], load: async () => ({}) })`;

interface Loaded {
  readonly plugins: readonly { class: string; version: string; sameSdk: boolean }[];
  readonly packages: readonly { name?: string; error?: string }[];
  /** The lines of the log. */
  readonly errors: readonly string[];
}

const LOADER = new URL('../../../src/cli/worker/plugin-path.ts', import.meta.url).href;
const PROGRAM = `
  import { pluginsOfPath } from '${LOADER}';
  const sdk = await import('${new URL('../../sdk/index.ts', LOADER).href}');
  const errors = [];
  const log = { error: (message) => errors.push('error: ' + message) };
  const clock = sdk.systemClock;
  const found = await pluginsOfPath({ 'plugin.path': process.argv[1] }, log, clock);
  const plugins = found.plugins.map((each) => ({ ...each, sameSdk: each.AppError === sdk.AppError }));
  console.log(JSON.stringify({ plugins, packages: found.packages, errors }));
`;

/** In a process of its own: the test runner has its own way to import. */
async function load(path: string): Promise<Loaded> {
  const args = ['--input-type=module', '-e', PROGRAM, path];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Loaded;
}

describe('packages', () => {
  it('are found in a folder, by their descriptor; what is no plugin is left alone', async () => {
    using at = pluginFolder();
    at.write('one/package.json', manifest('one'));
    at.write('one/plugin.js', `export const plugins = [${source('One', "'1.0.0'")}];`);
    at.write('@acme/two/package.json', manifest('@acme/two'));
    at.write('@acme/two/plugin.js', `export const plugins = [${source('Two', "'1.0.0'")}];`);
    at.write('library/package.json', JSON.stringify({ name: 'library', main: 'no.js' }));
    const { plugins, packages, errors } = await load(at.path);
    expect(plugins.map((plugin) => plugin.class)).toEqual(['Two', 'One']);
    expect(packages.map(({ name }) => name)).toEqual(['@acme/two', 'one']);
    expect(errors).toEqual([]);
  });

  it('each have their own dependencies: two versions of one library, and of one class', async () => {
    using at = pluginFolder();
    for (const version of ['1.0.0', '2.0.0']) {
      const own = `own-${version}`;
      at.write(`${own}/package.json`, manifest('mine', { version }));
      at.write(`${own}/node_modules/lib/package.json`, manifest('lib', { main: 'main.js' }));
      at.write(`${own}/node_modules/lib/main.js`, `export const version = '${version}';`);
      at.write(
        `${own}/plugin.js`,
        `import { version } from 'lib'; export const plugins = [${source('Mine', 'version')}];`,
      );
    }
    const { plugins } = await load(at.path);
    expect(plugins.map((plugin) => [plugin.class, plugin.version])).toEqual([
      ['Mine', '1.0.0'],
      ['Mine', '2.0.0'],
    ]);
  });

  it('are found where `npm install --prefix` puts them', async () => {
    using at = pluginFolder();
    at.write('package.json', JSON.stringify({ dependencies: { '@acme/deep': '^1', lib: '*' } }));
    at.write('node_modules/@acme/deep/package.json', manifest('@acme/deep'));
    at.write(
      'node_modules/@acme/deep/plugin.js',
      `export const plugins = [${source('Deep', "'1'")}];`,
    );
    at.write('node_modules/lib/package.json', JSON.stringify({ name: 'lib' }));
    expect((await load(at.path)).plugins.map((plugin) => plugin.class)).toEqual(['Deep']);
  });

  it("throw the worker's own errors, whatever sdk they have installed, or none", async () => {
    using at = pluginFolder();
    at.write('package.json', manifest('mine'));
    at.write(
      'plugin.js',
      `import { AppError } from 'headwater/sdk';
       export const plugins = [Object.assign(${source('Mine', "'1'")}, { AppError })];`,
    );
    const { plugins, errors } = await load(at.path);
    expect(errors).toEqual([]);
    expect(plugins.map(({ sameSdk }) => sameSdk)).toEqual([true]);
  });
});

describe('a package that does not load', () => {
  it.each([
    [
      'a syntax error',
      'export const plugins = [;',
      /Unexpected token .*: run "node \/.*\/bad\/plugin\.js" to see where/,
    ],
    ['a throw at import', "throw new Error('no license');", /no license/],
    ['a missing dependency', "import 'not-there'; export const plugins = [];", /not-there/],
    ['no list', 'export const plugin = {};', /plugin\.js exports no list "plugins"/],
    [
      'a wrong descriptor',
      "export const plugins = [{ class: 'A', version: '1', type: 'sauce', config: [] }];",
      /plugins\[0\] of \.\/plugin\.js: type must be one of source, sink/,
    ],
    [
      'a property that is none',
      "export const plugins = [{ class: 'A', version: '1', type: 'sink', load() {}, config: [{ name: 'p', type: 'TEXT' }] }];",
      /config: p: type must be one of STRING/,
    ],
  ])('by %s is told by name and cause, once; the others are there', async (_what, code, why) => {
    using at = pluginFolder();
    at.write('bad/package.json', manifest('bad-one'));
    at.write('bad/plugin.js', code);
    at.write('good/package.json', manifest('good-one'));
    at.write('good/plugin.js', `export const plugins = [${source('Good', "'1'")}];`);
    const { plugins, packages, errors } = await load(at.path);
    expect(plugins.map((plugin) => plugin.class)).toEqual(['Good']);
    expect(errors).toEqual([expect.stringMatching(/^error: plugin\.path: bad-one in .*\/bad is/)]);
    expect(errors[0]).toMatch(why);
    expect(packages.map(({ name, error }) => [name, error])).toEqual([
      ['bad-one', expect.stringMatching(why)],
      ['good-one', undefined],
    ]);
  });

  it('because it is made for another sdk, is broken, or is not there says so', async () => {
    using at = pluginFolder();
    at.write('later/package.json', manifest('later', { headwater: { plugins: './p.js', sdk: 9 } }));
    at.write('torn/package.json', '{ "name": "torn", ');
    const { errors } = await load(`${at.path},${at.path}/none`);
    expect(errors).toEqual([
      expect.stringMatching(/later .*made for version 9 of headwater\/sdk; this worker has 1/),
      expect.stringMatching(/torn is left out: its package\.json can't be read/),
      expect.stringMatching(/none is left out: there is no such folder/),
    ]);
  });
});
