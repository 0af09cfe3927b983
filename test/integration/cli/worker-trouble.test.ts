/**
 * Goal: a worker whose broker, connector or own process is broken says so, and ends as it should.
 * Method: real worker processes; connectors of a plugin package written for the test.
 */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import {
  files,
  headwater,
  headwaterItself,
  readyUrl,
  workerFile,
} from '../../support/headwater-process.ts';

const CANARY = 'canary-broken-19ce';

/** A plugin whose task runs `body` when it is opened, and a file of a connector of it. */
function plugin(body: string): { line: string; connector: string } {
  const { 'package.json': manifest = '', 'odd.properties': connector = '' } = files({
    'package.json': '{"name":"odd","type":"module","main":"main.js"}',
    'odd.properties': `name=odd\nconnector.class=OddSource\nodd.secret=${CANARY}\n`,
  });
  const folder = dirname(manifest);
  writeFileSync(
    `${folder}/main.js`,
    `const config = [{ name: 'odd.secret', type: 'PASSWORD', default: '', importance: 'LOW',
       documentation: '', group: '', displayName: '' }];
     const quiet = { poll: (signal) => new Promise((resolve) =>
       signal.addEventListener('abort', () => resolve({ records: [] }))),
       [Symbol.asyncDispose]: async () => console.error('task is disposed') };
     const load = async () => ({ create: () => ({ plan: async () => [{}] }),
       openTask: async (config) => { ${body} } });
     export const plugins = [{ class: 'OddSource', type: 'source', version: '1', config, load }];`,
  );
  return { line: `plugin.path=${folder}`, connector };
}

test.each([
  ['throws', 'throw new Error'],
  ['rejects', 'void Promise.reject(new Error'],
])('what %s in the worker itself drains it and ends it with 1', async (what, how) => {
  const end = what === 'throws' ? '' : ')';
  const { line, connector } = plugin('return quiet;');
  // Nobody's but the worker's: not of what a plugin started.
  const breaking = `process.on('SIGUSR2', () => { ${how}('broken by ${CANARY}')${end}; });`;
  const preload = `--import=data:text/javascript,${encodeURIComponent(breaking)}`;
  await using worker = headwaterItself(['worker', workerFile([line]), connector], {
    NODE_OPTIONS: preload,
  });
  await eventually(worker.stderr, (text) => text.includes('Task is running.'));
  worker.child.kill('SIGUSR2');
  expect(await worker.exited).toBe(1);
  const said = worker.stderr();
  expect(said).toContain('The worker is broken, drains its tasks and ends: broken by [hidden]');
  expect(said).not.toContain(CANARY);
  expect(said).toContain('task is disposed');
  expect(said).toContain('Worker is stopped.');
});

test('a task that ignores being stopped holds a worker no longer than the timeout, by reference too', async () => {
  const { line, connector } = plugin('return { ...quiet, poll: () => new Promise(() => {}) };');
  const file = workerFile([
    line,
    'config.providers=env',
    'config.providers.env.class=EnvVarConfigProvider',
    'task.shutdown.graceful.timeout.ms=${env:GRACEFUL}',
  ]);
  await using worker = headwater(['worker', file, connector], { GRACEFUL: '300' });
  await eventually(worker.stderr, (text) => text.includes('Task is running.'));
  const asked = performance.now();
  worker.child.kill('SIGTERM');
  expect(await worker.exited).toBe(0);
  expect(performance.now() - asked).toBeLessThan(5_000);
  expect(worker.stderr()).toContain("The task didn't stop within 300 ms");
});

test('REST answers while the broker of the offset topic is away, and health says why', async () => {
  const { 'in.txt': input = '' } = files({ 'in.txt': 'one\n' });
  const { 'lines.properties': source = '' } = files({
    'lines.properties': `name=lines\nconnector.class=FileStreamSource\nfile=${input}\ntopic=t\n`,
  });
  const away = ['bootstrap.servers=127.0.0.1:1', `offset.storage.topic=offsets-${randomUUID()}`];
  await using worker = headwater(['worker', workerFile(away), source]);
  const url = await readyUrl(worker);
  const health = await fetch(`${url}/health`);
  expect(health.status).toBe(503);
  expect(await health.json()).toMatchObject({
    status: 'starting',
    message: expect.stringMatching(
      /^Worker is still starting up\. (Offsets can't be read|The offsets are still being read)/,
    ),
  });
  await eventually(
    async () => await (await fetch(`${url}/connectors/lines/status`)).text(),
    (text) => /"tasks":\[\{"id":0,"state":"RESTARTING",.*"trace":"[^"]*offsets-/.test(text),
  );
  worker.child.kill('SIGTERM');
  expect(await worker.exited).toBe(0);
});

test('start and end are told with versions and addresses, http://:PORT is every interface', async () => {
  await using worker = headwater(['worker', workerFile(['listeners=http://:0'])]);
  const url = await readyUrl(worker);
  const local = url.replace('0.0.0.0', '127.0.0.1');
  expect(await (await fetch(local)).json()).toMatchObject({ version: '4.3.1' });
  worker.child.kill('SIGTERM');
  expect(await worker.exited).toBe(0);
  const lines = worker
    .stderr()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toEqual([
    expect.objectContaining({
      msg: 'Worker is starting.',
      connectVersion: '4.3.1',
      bootstrapServers: process.env['KAFKA_BROKERS'],
    }),
    expect.objectContaining({ msg: `Worker is ready at ${url}`, connectors: 0 }),
    expect.objectContaining({ msg: 'SIGTERM: the worker drains its tasks and stops.' }),
    expect.objectContaining({ msg: 'Worker is stopped.' }),
  ]);
});
