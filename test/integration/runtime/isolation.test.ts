/**
 * Goal: `task.isolation=thread`: a task that blocks its event loop, leaks memory or breaks fails alone; the worker answers,
 * the other tasks go on, and nothing is lost or doubled by a thread between.
 * Method: one real worker process with bad sources from a package beside FileStream connectors that run in threads too.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { headwater, readyUrl, workerFile } from '../../support/headwater-process.ts';
import { manifest, pluginFolder } from '../../support/plugin-packages.ts';

const CANARY = 'canary-thread-4f1c';
const BAD = {
  blocks: 'for (;;);',
  leaks: 'const kept = []; for (;;) kept.push(new Array(1000).fill(Math.random()));',
  throws: "setTimeout(() => { throw new Error('broke'); }); await new Promise(() => {});",
  refuses:
    "throw new sdk.AppError('config', 'a.b', 'The key of a.b is missing.', { path: 'a.b' });",
};

test('a bad task in a thread fails alone; the others and the worker go on', async () => {
  using at = pluginFolder();
  at.write('bad/package.json', manifest('bad'));
  at.write(
    'bad/plugin.js',
    `import * as sdk from 'headwater/sdk';
     const config = [
       { name: 'how', type: 'STRING', importance: 'HIGH', documentation: '', group: '', displayName: '' },
       { name: 'key', type: 'PASSWORD', importance: 'HIGH', documentation: '', group: '', displayName: '' } ];
     const how = { ${Object.entries(BAD)
       .map(([name, body]) => `${name}: async () => { ${body} }`)
       .join(', ')} };
     const load = async () => ({ create: () => ({ plan: async () => [{}] }),
       openTask: async (config) => ({ poll: how[config.string('how')], [Symbol.asyncDispose]: async () => {} }) });
     export const plugins = [{ class: 'Bad', type: 'source', version: '1', config, load }];`,
  );
  const thread = { 'task.isolation': 'thread' };
  const topic = `isolated-${randomUUID()}`;
  const [input, output] = [join(at.path, 'in'), join(at.path, 'out')];
  writeFileSync(input, 'one\n');
  const connectors: Record<string, Record<string, string>> = {
    ...Object.fromEntries(
      Object.keys(BAD).map((how) => [
        how,
        {
          'connector.class': 'Bad',
          how,
          key: CANARY,
          ...thread,
          'task.isolation.memory.mb': '32',
          'task.isolation.stall.timeout.ms': '2000',
        },
      ]),
    ),
    lines: { 'connector.class': 'FileStreamSource', file: input, topic, ...thread },
    copy: { 'connector.class': 'FileStreamSink', file: output, topics: topic, ...thread },
  };
  await using worker = headwater(['worker', workerFile([`plugin.path=${at.path}`])]);
  const url = await readyUrl(worker);
  for (const [name, config] of Object.entries(connectors)) {
    const body = JSON.stringify({ name, config });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/connectors`, { method: 'POST', headers, body });
    expect([answer.status, name]).toEqual([201, name]);
  }
  const task = async (name: string): Promise<{ state?: string; trace?: string } | undefined> => {
    const status = (await (await fetch(`${url}/connectors/${name}/status`)).json()) as {
      tasks: { state: string; trace?: string }[];
    };
    return status.tasks[0];
  };
  for (const [name, why] of [
    ['refuses', /The key of a\.b is missing\./],
    ['throws', /thread broke: broke/],
    ['leaks', /needs more memory than task\.isolation\.memory\.mb=32/],
    ['blocks', /blocked its thread for 2000 ms/],
  ] as const) {
    const seen = await eventually(
      () => task(name),
      (each) => each?.state === 'FAILED',
    );
    expect(seen?.trace).toMatch(why);
  }
  appendFileSync(input, 'two\nthree\n');
  await eventually(
    () => readFileSync(output, 'utf8'),
    (text) => text === 'one\ntwo\nthree\n',
  );
  expect([await task('lines'), await task('copy')]).toMatchObject([
    { state: 'RUNNING' },
    { state: 'RUNNING' },
  ]);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(
    /kafka_connect_source_task_metrics_source_record_write_total\{[^}]*connector="lines"[^}]*\} 3/,
  );

  worker.child.kill('SIGTERM');
  expect(await worker.exited).toBe(0);
  expect(readFileSync(output, 'utf8')).toBe('one\ntwo\nthree\n');
  expect(worker.stderr()).not.toContain(CANARY);
});

test('a task that blocks its thread holds a stopping worker no longer than the timeout', async () => {
  using at = pluginFolder();
  at.write('package.json', manifest('bad'));
  at.write(
    'plugin.js',
    `const load = async () => ({ create: () => ({ plan: async () => [{}] }),
       openTask: async () => ({ poll: async () => { for (;;); }, [Symbol.asyncDispose]: async () => {} }) });
     export const plugins = [{ class: 'Bad', type: 'source', version: '1', config: [], load }];`,
  );
  const connector = at.write('bad.properties', 'name=bad\nconnector.class=Bad\n');
  const lines = ['task.isolation=thread', 'task.shutdown.graceful.timeout.ms=300'];
  const file = workerFile([`plugin.path=${at.path}`, ...lines]);
  await using worker = headwater(['worker', file, connector]);
  await eventually(worker.stderr, (text) => text.includes('Task is running.'));
  const asked = performance.now();
  worker.child.kill('SIGTERM');
  expect(await worker.exited).toBe(0);
  expect(performance.now() - asked).toBeLessThan(4_000);
  expect(worker.stderr()).toContain('Task is stopped.');
});
