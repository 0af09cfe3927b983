/** Goal: a configuration's mistakes are each told once, on their property, without its secrets. */
import { describe, expect, it } from 'vitest';
import type { ConfigInfos } from '../../../src/config/validation.ts';
import type { ConfigDef } from '../../../src/sdk/index.ts';
import { SINK, SOURCE, sinkPlugin, sourcePlugin, startHerder } from './harness.ts';

const SECRET: ConfigDef = [
  {
    name: 'api.secret',
    type: 'PASSWORD',
    default: '',
    importance: 'LOW',
    documentation: 'A secret.',
    group: 'Test',
    displayName: 'Secret',
  },
];

const errors = (infos: ConfigInfos): Record<string, readonly string[]> =>
  Object.fromEntries(
    infos.configs
      .filter(({ value }) => value.errors.length > 0)
      .map(({ value }) => [value.name, value.errors]),
  );

describe('validation', () => {
  it('tells an unknown transform once, as Connect does', async () => {
    await using sut = await startHerder([sourcePlugin(() => ({}))]);
    const infos = await sut.herder.validate('TestSource', {
      ...SOURCE,
      name: 'a',
      transforms: 'up',
      'transforms.up.type': 'no.such.Smt',
    });
    expect(infos.error_count).toBe(1);
    expect(errors(infos)).toEqual({
      'transforms.up.type': [
        'Invalid value no.such.Smt for configuration transforms.up.type: Class no.such.Smt could not be found.',
      ],
    });
  });

  it("tells what only building the chain finds: a transform's own options", async () => {
    await using sut = await startHerder([sourcePlugin(() => ({}))]);
    const infos = await sut.herder.validate('TestSource', {
      ...SOURCE,
      name: 'a',
      transforms: 'up',
      'transforms.up.type': 'InsertField$Value',
      'transforms.up.predicate': 'none',
    });
    expect(Object.keys(errors(infos))).toEqual(['transforms.up.predicate']);
    expect(infos.error_count).toBe(1);
  });

  it.each([
    ['None', ['consumer.override.group.id', 'consumer.override.sasl.mechanism']],
    ['Principal', ['consumer.override.group.id']],
    ['All', []],
  ])('the override policy %s refuses %j', async (policy, refused) => {
    await using sut = await startHerder([sinkPlugin([])], {
      'connector.client.config.override.policy': policy,
    });
    const infos = await sut.herder.validate('TestSink', {
      ...SINK,
      name: 'a',
      'consumer.override.group.id': 'mine',
      'consumer.override.sasl.mechanism': 'PLAIN',
    });
    expect(Object.keys(errors(infos))).toEqual(refused);
  });

  it('the options of a header converter are checked as those of the others', async () => {
    await using sut = await startHerder([sinkPlugin([])]);
    const infos = await sut.herder.validate('TestSink', {
      ...SINK,
      name: 'a',
      'header.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'header.converter.schemas.enable': 'perhaps',
    });
    expect(Object.keys(errors(infos))).toEqual(['header.converter.schemas.enable']);
  });

  it('[hidden] stands for the stored secret of that connector, and for nothing elsewhere', async () => {
    const seen: string[] = [];
    const plugin = sourcePlugin(() => ({}), { config: SECRET });
    const checking = {
      ...plugin,
      load: async () => ({
        ...(await plugin.load()),
        create: (config: { optionalString(name: string): string | undefined }) => ({
          plan: () => Promise.resolve([{}]),
          check: () => {
            seen.push(config.optionalString('api.secret') ?? '');
            return Promise.resolve([]);
          },
        }),
      }),
    } as typeof plugin;
    await using sut = await startHerder([checking]);
    await sut.herder.create('a', { ...SOURCE, 'api.secret': 's3cret' });
    const sent = { ...sut.herder.config('a') };
    expect(sent['api.secret']).toBe('[hidden]');
    expect(errors(await sut.herder.validate('TestSource', sent))).toEqual({});
    expect(seen).toEqual(['s3cret', 's3cret']);
    await expect(sut.herder.create('b', { ...sent, name: 'b' })).rejects.toThrow(
      'api.secret: [hidden] stands for a stored value, and there is none.',
    );
  });
});

describe('plugins', () => {
  it('are listed by kind and class, and show their own properties before the common ones', async () => {
    const plugins = [sourcePlugin(() => ({}), { config: SECRET }), sinkPlugin([])];
    await using sut = await startHerder(plugins);
    expect(sut.herder.plugins(true).map((plugin) => plugin.class)).toEqual([
      'TestSink',
      'TestSource',
    ]);
    const all = sut.herder.plugins(false);
    expect([...new Set(all.map(({ type }) => type))]).toEqual([
      'sink',
      'source',
      'transformation',
      'predicate',
      'converter',
      'header_converter',
    ]);
    const keys = sut.herder.pluginConfig('TestSource').map(({ name }) => name);
    expect(keys.slice(0, 3)).toEqual(['api.secret', 'name', 'connector.class']);
    for (const { class: name } of all) expect(sut.herder.pluginConfig(name)).toBeInstanceOf(Array);
  });
});

describe('validation, as Connect does it', () => {
  const asked = async (properties: Record<string, string>): Promise<ConfigInfos> => {
    await using sut = await startHerder([sourcePlugin(() => ({})), sinkPlugin([])]);
    return await sut.herder.validate(properties['connector.class'] ?? '', properties);
  };
  const of = (infos: ConfigInfos, name: string): ConfigInfos['configs'][number] | undefined =>
    infos.configs.find(({ value }) => value.name === name);

  it('is named as the connector’s class was', async () => {
    expect((await asked({ ...SOURCE, name: 'a', 'connector.class': 'TestSource' })).name).toBe(
      'TestSource',
    );
  });

  it('lists what a converter is for, without a default', async () => {
    const infos = await asked({ ...SOURCE, name: 'a', 'value.converter': 'StringConverter' });
    expect(of(infos, 'value.converter.converter.type')).toMatchObject({
      definition: { required: true, default_value: null },
      value: { value: 'value', errors: [] },
    });
  });

  it('has neither value nor versions of a converter that isn’t there', async () => {
    const infos = await asked({ ...SOURCE, name: 'a', 'value.converter': 'no.such.Converter' });
    expect(of(infos, 'value.converter')?.value.value).toBeNull();
    expect(of(infos, 'value.converter.plugin.version')).toMatchObject({
      definition: { default_value: null },
      value: { recommended_values: [], visible: false },
    });
  });

  it('tells a transform’s nested classes, and lists nothing else of it', async () => {
    const type = 'org.apache.kafka.connect.transforms.HoistField';
    const transform = { transforms: 'x', 'transforms.x.type': type };
    const infos = await asked({ ...SOURCE, name: 'a', ...transform });
    expect(errors(infos)['transforms.x.type']).toEqual([
      `This class is abstract and cannot be created. Did you mean ${type}$Key, ${type}$Value?`,
    ]);
    const listed = infos.configs.map(({ value }) => value.name);
    expect(listed.filter((name) => name.startsWith('transforms.x.'))).toEqual([
      'transforms.x.type',
      'transforms.x.plugin.version',
    ]);
  });

  it.each([
    ['a,a', 'must not be duplicated'],
    ['a,', 'must not be empty'],
  ])('refuses the topics %j', async (topics, problem) => {
    const infos = await asked({ ...SINK, name: 'a', topics });
    expect(errors(infos)['topics']).toEqual([`Configuration 'topics' values ${problem}.`]);
  });
});
