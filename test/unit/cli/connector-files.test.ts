import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { loadConnectorFile, loadConnectorFiles } from '../../../src/cli/connector-files.ts';
import { files } from '../../support/headwater-process.ts';

const pathsOf = (contents: Record<string, string>): string[] => Object.values(files(contents));

async function load(contents: Record<string, string>): Promise<readonly string[]> {
  const found = await loadConnectorFiles(pathsOf(contents));
  return found.map(({ name, config }) => `${name}:${config['connector.class']}`);
}

test('properties, JSON and YAML files hold connectors, one without a name is called as its file', async () => {
  expect(
    await load({
      'a.properties': 'connector.class=A\n',
      'b.json': '{"name":"bee","config":{"connector.class":"B"}}',
      'c.yaml': 'name: sea\nconnector.class: C\n',
    }),
  ).toEqual(['a:A', 'bee:B', 'sea:C']);
});

test('a JSON list and YAML documents hold several', async () => {
  expect(
    await load({
      'a.json':
        '[{"name":"a1","connector.class":"A"},{"name":"a2","config":{"connector.class":"A"}}]',
      'b.yml': 'name: b1\nconnector.class: B\n---\n- name: b2\n  connector.class: B\n',
    }),
  ).toEqual(['a1:A', 'a2:A', 'b1:B', 'b2:B']);
});

test('a folder stands for the files of connectors in it', async () => {
  const [path = ''] = pathsOf({
    'b.json': '{"connector.class":"B"}',
    'a.properties': 'connector.class=A',
    'README.md': '# no connector',
  });
  const found = await loadConnectorFiles([dirname(path)]);
  expect(found.map(({ name }) => name)).toEqual(['a', 'b']);
});

test("the state that a new connector begins in is kept, and isn't part of its configuration", async () => {
  const [path = ''] = pathsOf({
    'a.json': '{"name":"a","config":{"connector.class":"A"},"initial_state":"STOPPED"}',
  });
  const { config, initialState } = await loadConnectorFile(path);
  expect({ config, initialState }).toEqual({
    config: { name: 'a', 'connector.class': 'A' },
    initialState: 'STOPPED',
  });
});

test.each([
  ['a connector without a class', { 'a.json': '{"name":"a"}' }, /^a in .*a\.json has no connector/],
  [
    'two of one name',
    { 'a.properties': 'connector.class=A', 'b.properties': 'connector.class=A\nname=a' },
    /^a is in .*a\.properties and in .*b\.properties/,
  ],
  [
    'one of several without a name',
    { 'a.json': '[{"connector.class":"A"},{"connector.class":"B"}]' },
    /has no name/,
  ],
  ['broken YAML', { 'a.yaml': 'a: [' }, /a\.yaml is not YAML/],
  ['broken JSON', { 'a.json': '{' }, /a\.json is not JSON/],
  ['no connector at all', { 'a.yaml': '---\n' }, /There is no connector in/],
])('%s is refused, naming the file', async (_what, contents, message) => {
  await expect(load(contents)).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringMatching(message) as unknown,
  });
});

test('a file that is not there is refused', async () => {
  await expect(loadConnectorFiles(['/no/such/file.json'])).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringMatching(/\/no\/such\/file\.json can't be read/) as unknown,
  });
});
