/** What `npm run bench -- runtime` measures, one function each. */
import { randomUUID } from 'node:crypto';
import { writeFileSync, appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { kafkaJs } from '../../../src/kafka/kafkajs/index.ts';
import type { Kafka } from '../../../src/kafka/port.ts';
import { BenchGroup } from './group.ts';
import { writeIdlePlugin } from './idle-plugin.ts';
import { headwater, jvm, type Command } from './process.ts';

/** A worker that has just answered still loads and compiles. */
const IDLE_AFTER_MS = 10_000;
const STARTS = 5;
const LOADED_PAIRS = 10;
const LINES = 50_000;
const CALLS = 4_000;
const CALLS_AT_ONCE = 4;
const IDLE_CONNECTORS = 200;
const IDLE_TASKS_EACH = 5;
const CHANGES = 7;
const SETTLE_MS = 300_000;
/** It finds its plugins the fast way. */
const JVM_LINES = ['plugin.discovery=service_load'];

export interface Started {
  readonly startMs: number;
  readonly idleRssMb: number;
}

/** Median of several starts, each in a group of its own whose topics have to be made; memory of the last. */
async function starts(times: number, group: () => BenchGroup): Promise<Started> {
  const startMs: number[] = [];
  for (let i = 1; ; i += 1) {
    await using workers = group();
    const worker = await workers.add();
    startMs.push(Math.round(worker.startMs));
    if (i < times) continue;
    await systemClock.sleep(IDLE_AFTER_MS);
    return { startMs: quantile(startMs, 0.5), idleRssMb: worker.rssMb().now };
  }
}

export function ownStarts(folder: string, brokers: string): Promise<Started> {
  return starts(STARTS, () => new BenchGroup(folder, brokers, headwater));
}

/** Connect's own worker, likewise. */
export function jvmStarts(classPath: string, folder: string, brokers: string): Promise<Started> {
  const command = (properties: string): Command => jvm(classPath, properties);
  return starts(2, () => new BenchGroup(folder, brokers, command, JVM_LINES));
}

export interface Loaded {
  readonly loadedRssMb: number;
  readonly restP50Ms: number;
  readonly restP99Ms: number;
  /** From the lines' writing until every one is in the topic. */
  readonly carriedSeconds: number;
}

export function ownLoaded(folder: string, brokers: string): Promise<Loaded> {
  return loaded(new BenchGroup(folder, brokers, headwater), folder, brokers);
}

export function jvmLoaded(classPath: string, folder: string, brokers: string): Promise<Loaded> {
  const command = (properties: string): Command => jvm(classPath, properties);
  return loaded(new BenchGroup(folder, brokers, command, JVM_LINES), folder, brokers);
}

/** Ten file sources and ten file sinks carry lines through a worker while its REST API is asked. */
async function loaded(workers: BenchGroup, folder: string, brokers: string): Promise<Loaded> {
  await using group = workers;
  const worker = await group.add();
  await using kafka = kafkaJs({ 'bootstrap.servers': brokers }, silentLog, systemClock);
  const topic = `bench-lines-${randomUUID()}`;
  await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: -1, config: {} });
  const names: string[] = [];
  mkdirSync(join(folder, topic));
  for (let i = 0; i < LOADED_PAIRS; i += 1) {
    const file = join(folder, topic, `${i}`);
    writeFileSync(file, '');
    const source = { 'connector.class': 'FileStreamSource', file, topic };
    const sink = { 'connector.class': 'FileStreamSink', topics: topic, file: `${file}.out` };
    await group.send('PUT', `/connectors/source-${i}/config`, source);
    await group.send('PUT', `/connectors/sink-${i}/config`, sink);
    names.push(`source-${i}`, `sink-${i}`);
  }
  await group.running(names.length, names.length, SETTLE_MS);
  const text = Array.from({ length: LINES }, (_, i) => `line ${i} ${'x'.repeat(80)}\n`).join('');
  const begun = performance.now();
  for (let i = 0; i < LOADED_PAIRS; i += 1) appendFileSync(join(folder, topic, `${i}`), text);
  const times = await askEverything(worker.url, names);
  await carried(kafka, topic, LOADED_PAIRS * LINES);
  return {
    carriedSeconds: Math.round((performance.now() - begun) / 1_000),
    loadedRssMb: worker.rssMb().peak,
    restP99Ms: quantile(times, 0.99),
    restP50Ms: quantile(times, 0.5),
  };
}

/** The calls of dashboards and operators, some at once; ms of each. */
async function askEverything(url: string, names: readonly string[]): Promise<readonly number[]> {
  const paths = names.flatMap((name) => [
    `/connectors/${name}/status`,
    `/connectors/${name}`,
    `/connectors/${name}/tasks`,
    `/connectors/${name}/topics`,
    '/connectors?expand=status&expand=info',
    '/connectors',
    '/',
  ]);
  const times: number[] = [];
  let next = 0;
  const ask = async (): Promise<void> => {
    while (next < CALLS) {
      const path = paths[next++ % paths.length] ?? '/';
      const sent = performance.now();
      const answer = await fetch(url + path);
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`${path} was answered by ${answer.status}`);
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, ask));
  return times;
}

async function carried(kafka: Kafka, topic: string, lines: number): Promise<void> {
  const deadline = performance.now() + SETTLE_MS;
  const count = async (): Promise<number> =>
    (await kafka.admin.offsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);
  while ((await count()) < lines) {
    if (performance.now() > deadline) throw new Error('the lines are not carried in time');
    await systemClock.sleep(100);
  }
}

export interface Rebalanced {
  readonly rebalanceMs: number;
  readonly slowestMs: number;
  /** From the first worker's start until all connectors and tasks run for the first time. */
  readonly createdSeconds: number;
  readonly workerRssMb: number;
}

/**
 * Three workers, 200 connectors, 1,000 idle tasks: one connector's config is changed so that it has a task more or less;
 * how long until everything runs again, by the statuses that anybody can read.
 */
export async function rebalanced(folder: string, brokers: string): Promise<Rebalanced> {
  const plugins = [`plugin.path=${writeIdlePlugin(folder)}`];
  await using group = new BenchGroup(folder, brokers, headwater, plugins);
  await Promise.all([group.add(), group.add(), group.add()]);
  const begun = performance.now();
  const configure = (i: number, tasks: number): Promise<void> =>
    group.send('PUT', `/connectors/idle-${i}/config`, {
      'connector.class': 'IdleSource',
      'tasks.max': String(tasks),
    });
  for (let i = 0; i < IDLE_CONNECTORS; i += 1) await configure(i, IDLE_TASKS_EACH);
  const tasks = IDLE_CONNECTORS * IDLE_TASKS_EACH;
  await group.running(IDLE_CONNECTORS, tasks, SETTLE_MS);
  const createdSeconds = Math.round((performance.now() - begun) / 1_000);
  const times: number[] = [];
  for (let i = 0; i < CHANGES; i += 1) {
    const more = i % 2 === 0 ? 1 : 0;
    const sent = performance.now();
    await configure(17, IDLE_TASKS_EACH + more);
    await group.running(IDLE_CONNECTORS, tasks + more, SETTLE_MS);
    times.push(performance.now() - sent);
  }
  return {
    rebalanceMs: Math.round(quantile(times, 0.5)),
    slowestMs: Math.round(Math.max(...times)),
    createdSeconds,
    workerRssMb: Math.max(...group.workers.map((worker) => worker.rssMb().now)),
  };
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number((sorted[Math.floor(sorted.length * q)] ?? 0).toFixed(1));
}
