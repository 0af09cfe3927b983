/**
 * Goal: a connector that floods its worker or keeps what it reads has bounds: the neighbours are served, memory is told before it runs
 * out, too large a record is one error.
 * Method: one real worker process with little memory; a plugin's source in each way beside FileStream connectors.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import {
  headwaterItself,
  readyUrl,
  workerFile,
  type HeadwaterProcess,
} from '../../support/headwater-process.ts';
import { manifest, pluginFolder, type PluginFolder } from '../../support/plugin-packages.ts';

const HEAP_MB = 512;
const RECORDS = 1_000_000;
/** The flood's own records, the heap's other half, and what Kafka's client holds. */
const MOST_RSS_MB = 900;
/** A neighbour's line takes so long at most while others flood, on a busy machine. */
const SERVED_MS = 15_000;
const id = randomUUID();

let at: PluginFolder;
let worker: HeadwaterProcess;
let url: string;
let lines = '';

beforeAll(async () => {
  at = pluginFolder();
  at.write('flood/package.json', manifest('flood'));
  at.write(
    'flood/plugin.js',
    `import { getHeapStatistics } from 'node:v8';
     const config = ['how', 'topic'].map((name) =>
       ({ name, type: 'STRING', importance: 'HIGH', documentation: '', group: '', displayName: '' }));
     const idle = (signal) => new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
     const many = (topic, count, value) => Array.from({ length: count }, (_, n) => ({ topic, key: null, value, headers: [],
       position: { partition: { p: 0 }, offset: { n } } }));
     const leaked = [];
     const hows = {
       million: async (topic) => many(topic, ${RECORDS}, 'a record of a flood'),
       large: async (topic) => many(topic, 1, 'x'.repeat(20 * 1024 * 1024)),
       empty: async () => [],
       single: async (topic) => many(topic, 1, 'one of many polls'),
       leak: async (topic, signal) => {
         if (getHeapStatistics().used_heap_size > ${0.8 * HEAP_MB * 1_048_576}) await idle(signal);
         leaked.push(Array.from({ length: 10_000 }, (_, i) => ({ i })));
         await new Promise((resolve) => setTimeout(resolve, 5));
         return [];
       },
     };
     const once = ['million', 'large'];
     const load = async () => ({ create: () => ({ plan: async () => [{}] }), openTask: async (config) => {
       let polls = 0;
       const how = config.string('how');
       return {
         poll: async (signal) => {
           if (polls++ > 0 && once.includes(how)) await idle(signal);
           return { records: signal.aborted ? [] : await hows[how](config.string('topic'), signal) };
         },
         [Symbol.asyncDispose]: async () => { leaked.length = 0; },
       };
     } });
     export const plugins = [{ class: 'Flood', type: 'source', version: '1', config, load }];`,
  );
  for (const file of ['in', 'out']) writeFileSync(join(at.path, file), '');
  const lines = ['offset.flush.interval.ms=1000', 'topic.creation.enable=true'];
  worker = headwaterItself(['worker', workerFile([`plugin.path=${at.path}`, ...lines])], {
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
  });
  url = await readyUrl(worker);
  const topic = `flood-neighbour-${id}`;
  await put('lines', { 'connector.class': 'FileStreamSource', file: join(at.path, 'in'), topic });
  const output = { file: join(at.path, 'out'), topics: topic };
  await put(`copy-${id}`, { 'connector.class': 'FileStreamSink', ...output });
  await served(60_000);
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  at[Symbol.dispose]();
});

/** A line of the neighbours', from end to end; and REST answers. */
async function served(withinMs = SERVED_MS): Promise<void> {
  lines += 'one more\n';
  appendFileSync(join(at.path, 'in'), 'one more\n');
  await eventually(
    () => readFileSync(join(at.path, 'out'), 'utf8'),
    (text) => text === lines,
    withinMs,
  );
  expect((await fetch(`${url}/connectors`)).status).toBe(200);
}

async function put(name: string, config: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(config);
  const answer = await fetch(`${url}/connectors/${name}/config`, { method: 'PUT', headers, body });
  expect([answer.status, name]).toEqual([201, name]);
}

async function remove(name: string): Promise<void> {
  const { status } = await fetch(`${url}/connectors/${name}`, { method: 'DELETE' });
  expect([status, name]).toEqual([204, name]);
}

async function metric(pattern: RegExp): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(pattern.exec(text)?.[1] ?? Number.NaN);
}

/** The most that the process ever had, MB. */
function peakMb(): number {
  const status = readFileSync(`/proc/${worker.child.pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024);
}

const flood = (how: string): Record<string, string> => ({
  'connector.class': 'Flood',
  how,
  topic: `flood-${how}-${id}`,
});

test('a million records in one poll are all delivered, within the memory there is; the neighbours are served meanwhile', async () => {
  await put('million', flood('million'));
  const written = /source_record_write_total\{[^}]*connector="million"[^}]*\} (\d+)/;
  let rounds = 0;
  while (!((await metric(written)) >= RECORDS)) {
    await served();
    rounds += 1;
    expect(rounds).toBeLessThan(200);
  }
  expect(peakMb()).toBeLessThan(MOST_RSS_MB);
  await remove('million');
});

test('polls without waiting, empty or not, keep nobody from running', async () => {
  await put('empty', flood('empty'));
  await put('single', flood('single'));
  for (let round = 0; round < 3; round++) await served();
  expect(peakMb()).toBeLessThan(MOST_RSS_MB);
  await remove('empty');
  await remove('single');
});

test('a record of 20 MB is one error, naming the topic and its bound', async () => {
  await put('large', flood('large'));
  const status = async (): Promise<string> =>
    await (await fetch(`${url}/connectors/large/status`)).text();
  const seen = await eventually(status, (text) => text.includes('"FAILED"'));
  expect(seen).toContain(
    `bytes is larger than topic flood-large-${id} takes. Raise the topic's max.message.bytes.`,
  );
  await served();
  await remove('large');
});

test('a leak is told before the process ends: in the log once, in health, as a metric', async () => {
  await put('leak', flood('leak'));
  const health = async (): Promise<string> => await (await fetch(`${url}/health`)).text();
  const said = /Memory is short: \d+ of \d+ MB are in use.*task\.isolation=thread/;
  const text = await eventually(health, (seen) => said.test(seen), 40_000);
  expect(JSON.parse(text)).toMatchObject({ status: 'healthy' });
  expect(await metric(/^headwater_worker_heap_used_ratio (\S+)$/m)).toBeGreaterThan(0.7);
  await served();
  expect(
    worker
      .stderr()
      .split('\n')
      .filter((line) => said.test(line)),
  ).toHaveLength(1);
  await remove('leak');
  // What is left of it is collected when memory is asked for again, not before.
  await put('single', flood('single'));
  await eventually(health, (seen) => !said.test(seen), 40_000);
  await remove('single');
});
