import { createServer } from 'node:net';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { manifest, pluginFolder } from '../../support/plugin-packages.ts';
import { files, headwater, readyUrl, workerFile } from '../../support/headwater-process.ts';

test('a worker runs connectors from files, answers the commands, and drains on SIGTERM', async () => {
  const topic = `cli-${randomUUID()}`;
  const { 'in.txt': input = '' } = files({ 'in.txt': 'one\ntwo\n' });
  const output = `${input}.out`;
  const { 'lines.json': source = '', 'copy.properties': sink = '' } = files({
    'lines.json': JSON.stringify({
      name: 'lines',
      config: { 'connector.class': 'FileStreamSource', file: input, topic },
    }),
    'copy.properties': `name=copy-${topic}\nconnector.class=FileStreamSink\nfile=${output}\ntopics=${topic}\n`,
  });
  await using worker = headwater(['worker', workerFile(), source]);
  const url = await readyUrl(worker);

  await using created = headwater(['connectors', 'create', sink, '--worker', url]);
  expect(await created.exited).toBe(0);
  await eventually(
    () => read(output),
    (text) => text === 'one\ntwo\n',
  );
  await using listed = headwater(['connectors', 'list', '--worker', url]);
  await listed.exited;
  expect(listed.stdout()).toMatch(/lines +source +RUNNING +RUNNING/);
  expect(listed.stdout()).toMatch(/copy-\S+ +sink +RUNNING +RUNNING/);

  worker.child.kill('SIGTERM');
  expect(await worker.exited).toBe(0);
  expect(worker.stdout()).toBe('');
});

test('a worker restarted after SIGTERM goes on where it was', async () => {
  const topic = `cli-${randomUUID()}`;
  const { 'in.txt': input = '' } = files({ 'in.txt': 'one\n' });
  const output = `${input}.out`;
  const { 'lines.properties': source = '', 'copy.properties': sink = '' } = files({
    'lines.properties': `name=lines\nconnector.class=FileStreamSource\nfile=${input}\ntopic=${topic}\n`,
    'copy.properties': `name=copy-${topic}\nconnector.class=FileStreamSink\nfile=${output}\ntopics=${topic}\n`,
  });
  const file = workerFile();
  await using first = headwater(['worker', file, source, sink]);
  await eventually(
    () => read(output),
    (text) => text === 'one\n',
  );
  first.child.kill('SIGTERM');
  expect(await first.exited).toBe(0);

  writeFileSync(input, 'one\ntwo\n');
  await using second = headwater(['worker', file, source, sink]);
  await readyUrl(second);
  const text = await eventually(
    () => read(output),
    (seen) => seen.includes('two'),
  );
  expect(text).toBe('one\ntwo\n');
});

test('the worker ends when the command that started it is killed', async () => {
  await using worker = headwater(['worker', workerFile()]);
  const url = await readyUrl(worker);
  worker.child.kill('SIGKILL');
  await eventually(
    () =>
      fetch(url).then(
        () => 'answers',
        () => 'gone',
      ),
    (state) => state === 'gone',
  );
});

test('a worker answers REST while its broker is away', async () => {
  await using worker = headwater(['worker', workerFile(['bootstrap.servers=127.0.0.1:1'])]);
  const url = await readyUrl(worker);
  const root = (await (await fetch(url)).json()) as { kafka_cluster_id: unknown };
  expect(root.kafka_cluster_id).toBeNull();
  await eventually(worker.stderr, (text) => text.includes("Kafka cluster can't be reached yet"));
  worker.child.kill('SIGTERM');
  expect(await worker.exited).toBe(0);
});

test('a port that is taken ends the worker with 3, naming listeners and the port', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await using worker = headwater(['worker', workerFile([`listeners=http://127.0.0.1:${port}`])]);
  expect(await worker.exited).toBe(3);
  expect(worker.stderr()).toMatch(new RegExp(`listeners: 127\\.0\\.0\\.1:${port} can't be`));
  server.close();
});

test.each([
  ['a misspelt property', ['offset.flush.intervall.ms=1'], /offset\.flush\.interval\.ms/],
  ['a number that is none', ['offset.flush.interval.ms=soon'], /offset\.flush\.interval\.ms/],
  ['a group without its topics', ['group.id=many'], /config\.storage\.topic/],
])('%s in the worker file ends the worker with 2 and one line', async (_what, lines, message) => {
  await using worker = headwater(['worker', workerFile(lines)]);
  expect(await worker.exited).toBe(2);
  const said = worker
    .stderr()
    .split('\n')
    .filter((line) => line.startsWith('headwater worker: '));
  expect(said).toEqual([expect.stringMatching(message)]);
});

test('a connector file that is wrong ends the worker with 2, naming connector and property', async () => {
  const { 'bad.properties': bad = '' } = files({
    'bad.properties': 'name=bad\nconnector.class=FileStreamSource\n',
  });
  await using worker = headwater(['worker', workerFile(), bad]);
  expect(await worker.exited).toBe(2);
  expect(worker.stderr()).toMatch(/^headwater worker: bad: .*"topic"/m);
});

test('a plugin of plugin.path is offered', async () => {
  const { 'package.json': manifest = '' } = files({
    'package.json': '{"name":"mine","type":"module","main":"main.js"}',
  });
  writeFileSync(
    manifest.replace('package.json', 'main.js'),
    "export const plugins = [{ class: 'MySource', type: 'source', version: '1', config: [], load: async () => ({}) }];",
  );
  const folder = manifest.replace('/package.json', '');
  await using worker = headwater(['worker', workerFile([`plugin.path=${folder}`])]);
  const url = await readyUrl(worker);
  await using plugins = headwater(['plugins', '--worker', url]);
  await plugins.exited;
  expect(plugins.stdout()).toMatch(/MySource +source +1/);
});

test('a command without a worker says how to get one', async () => {
  await using list = headwater(['connectors', 'list', '--worker', 'http://127.0.0.1:1']);
  expect(await list.exited).toBe(3);
  expect(list.stderr()).toMatch(/can't be reached\. Start one with/);
});

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

test('a plugin that does not load is one error in the log and in REST; the worker runs the others', async () => {
  using at = pluginFolder();
  at.write('bad/package.json', manifest('bad-one'));
  at.write('bad/plugin.js', "throw new Error('no license');");
  at.write('good/package.json', manifest('good-one'));
  at.write(
    'good/plugin.js',
    `export const plugins = [
       { class: 'Good', type: 'source', version: '1', config: [], load: async () => ({}) },
       { class: 'Words', type: 'config_provider', version: '1', config: [],
         create: ({ say }) => ({ get: async (_path, key) => say + key }) },
     ];`,
  );
  const lines = [
    `plugin.path=${at.path}`,
    'plugin.discovery=hybrid_warn',
    'config.providers=words',
    'config.providers.words.class=Words',
    'config.providers.words.param.say=http://127.0.0.1:',
    'access.control.allow.origin=${words:8083}',
  ];
  await using worker = headwater(['worker', workerFile(lines)]);
  const url = await readyUrl(worker);
  const packages = await (await fetch(`${url}/headwater/v1/plugins`)).json();
  expect(packages).toMatchObject([
    { name: 'bad-one', plugins: [], error: 'no license' },
    { name: 'good-one', plugins: [{ class: 'Good' }, { class: 'Words' }] },
  ]);
  const told = worker.stderr().match(/bad-one in [^"]*bad is left out: no license/g);
  expect(told).toHaveLength(1);
  const answer = await fetch(url, { headers: { origin: 'http://127.0.0.1:8083' } });
  expect(answer.headers.get('access-control-allow-origin')).toBe('http://127.0.0.1:8083');
});
