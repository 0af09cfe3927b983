/** Goal: several versions of a class stand side by side, and a connector runs the one it asks for (KIP-891). */
import { describe, expect, it } from 'vitest';
import { classesWith } from '../../../src/herder/plugin-classes.ts';
import type { PluginDescriptor, TransformDescriptor } from '../../../src/sdk/index.ts';
import { eventually } from '../../support/eventually.ts';
import { SOURCE, sourcePlugin, startHerder } from './harness.ts';

function versions(opened: string[]): readonly PluginDescriptor[] {
  return ['1.0.0', '2.0.0', '1.5.0'].map((version) => ({
    ...sourcePlugin(() => {
      opened.push(version);
      return {};
    }),
    version,
  }));
}

const SHOUT: readonly TransformDescriptor[] = ['1.0', '2.0'].map((version) => ({
  class: 'com.acme.Shout',
  type: 'transformation',
  version,
  config: [],
  create: () => ({ apply: (record) => record }),
}));

describe('versions of a connector', () => {
  it('are all listed, and the newest that the range accepts is run', async () => {
    const opened: string[] = [];
    await using sut = await startHerder(versions(opened));
    expect(sut.herder.plugins(true).map(({ version }) => version)).toEqual([
      '1.0.0',
      '1.5.0',
      '2.0.0',
    ]);
    await sut.herder.create('a', { ...SOURCE, 'connector.plugin.version': '[1.0,2.0)' });
    await eventually(
      () => opened,
      (seen) => seen.length > 0,
    );
    await sut.herder.create('b', SOURCE);
    await eventually(
      () => opened,
      (seen) => seen.length > 1,
    );
    expect(opened).toEqual(['1.5.0', '2.0.0']);
    expect(sut.herder.status('a').connector.version).toBe('1.5.0');
  });

  it("that aren't here are refused on their property, with those that are as recommendations", async () => {
    await using sut = await startHerder(versions([]));
    const config = { ...SOURCE, name: 'a', 'connector.plugin.version': '3.0' };
    const infos = await sut.herder.validate('TestSource', config);
    const found = infos.configs.find(({ value }) => value.name === 'connector.plugin.version');
    expect(found?.value).toMatchObject({
      recommended_values: ['1.0.0', '1.5.0', '2.0.0'],
      errors: [
        'Plugin TestSource not found that matches the version range [3.0,3.0], available versions: [1.0.0, 1.5.0, 2.0.0]',
      ],
    });
    await expect(sut.herder.create('a', config)).rejects.toThrow('version range [3.0,3.0]');
  });
});

describe("versions of a plugin's transform", () => {
  it('are listed, chosen, and refused when absent', async () => {
    await using sut = await startHerder(versions([]), {}, { classes: classesWith(SHOUT) });
    const shout = sut.herder.plugins(false).filter((each) => each.class === 'com.acme.Shout');
    expect(shout.map(({ version }) => version)).toEqual(['1.0', '2.0']);
    const config = {
      ...SOURCE,
      name: 'a',
      transforms: 'up',
      'transforms.up.type': 'com.acme.Shout',
    };
    const errorsOf = async (version: string): Promise<readonly string[]> => {
      const asked = { ...config, 'transforms.up.plugin.version': version };
      const { configs } = await sut.herder.validate('TestSource', asked);
      return configs.flatMap(({ value }) => value.errors);
    };
    expect(await errorsOf('(,2.0)')).toEqual([]);
    expect(await errorsOf('9')).toEqual([
      'Plugin com.acme.Shout not found that matches the version range [9,9], available versions: [1.0, 2.0]',
    ]);
  });

  it('of a converter too', async () => {
    await using sut = await startHerder(versions([]));
    const asked = {
      ...SOURCE,
      name: 'a',
      'value.converter': 'StringConverter',
      'value.converter.plugin.version': '1.0',
    };
    const { configs } = await sut.herder.validate('TestSource', asked);
    expect(configs.flatMap(({ value }) => value.errors)).toEqual([
      'Plugin org.apache.kafka.connect.storage.StringConverter not found that matches the version range [1.0,1.0], available versions: [4.3.1]',
    ]);
  });
});
