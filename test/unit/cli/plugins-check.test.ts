/** Goal: `headwater plugins check` says what a worker would find in a package, and ends with 2 when it wouldn't load. */
import { afterEach, expect, it, vi } from 'vitest';
import { runCommand } from '../../../src/cli/command.ts';
import { buildPlugins } from '../../../src/cli/plugins.ts';
import { manifest, pluginFolder } from '../../support/plugin-packages.ts';

afterEach(() => vi.restoreAllMocks());

it('lists the plugins of packages that load', async () => {
  using at = pluginFolder();
  at.write('package.json', manifest('good'));
  at.write(
    'plugin.js',
    "export const plugins = [{ class: 'Good', type: 'sink', version: '1', config: [], load() {} }];",
  );
  const said = vi.spyOn(console, 'log').mockReturnValue(undefined);
  expect(await runCommand(buildPlugins, ['check', at.path])).toBe(0);
  expect(String(said.mock.calls[0]?.[0])).toMatch(/Good +sink +1 +good/);
});

it.each(['throw', 'nothing there'])('ends with 2 and the cause for %s', async (what) => {
  using at = pluginFolder();
  if (what === 'throw') {
    at.write('package.json', manifest('bad'));
    at.write('plugin.js', "throw new Error('no license');");
  }
  const folder = what === 'throw' ? at.path : `${at.path}/none`;
  const said = vi.spyOn(console, 'error').mockReturnValue(undefined);
  expect(await runCommand(buildPlugins, ['check', folder])).toBe(2);
  expect(said.mock.calls.flat().join()).toMatch(/bad: no license|none: there is no such folder/);
});
