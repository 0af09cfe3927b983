/**
 * Goal: sources of a group deliver exactly once to whoever reads what is committed (KIP-618): through `kill -9` amid transactions,
 * and past a worker that was stopped by a signal and wakes up when another has its task.
 * Method: two real workers, file sources that commit each poll and once a second; what a read-committed reader finds is the
 * file, each line once and in order.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { kafkaJs } from '../../../src/kafka/kafkajs/index.ts';
import type { GroupKafka } from '../../../src/kafka/port.ts';
import { Cluster, LineFile, type ClusterWorker } from '../../support/cluster.ts';
import { committedLines } from '../../support/committed-lines.ts';
import { eventually } from '../../support/eventually.ts';

const KILLS = 3;
const LINES = 300;
const run = randomUUID().slice(0, 8);
const sources = (['poll', 'interval'] as const).map((boundary) => ({
  name: `${boundary}-${run}`,
  topic: `exactly-once-${boundary}-${run}`,
  file: new LineFile(),
  config: { 'transaction.boundary': boundary, 'transaction.boundary.interval.ms': '1000' },
}));
const NAMES = sources.map(({ name }) => name);
const [, slow] = sources;
const OPEN = slow?.topic ?? '';
let kafka: GroupKafka;
let cluster: Cluster;

beforeAll(async () => {
  const properties = { 'bootstrap.servers': process.env['KAFKA_BROKERS'] ?? '' };
  kafka = kafkaJs(properties, silentLog, systemClock);
  for (const { topic } of sources) {
    await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: -1, config: {} });
  }
  cluster = new Cluster(['exactly.once.source.support=enabled']);
  await Promise.all([cluster.add(), cluster.add()]);
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await kafka[Symbol.asyncDispose]();
});

/** Runs the source whose transactions stay open. */
async function owner(): Promise<ClusterWorker> {
  const all = await cluster.running(NAMES);
  const id = all[slow?.name ?? '']?.status.tasks[0]?.worker_id;
  const worker = cluster.workers.find(({ url }) => new URL(url).host === id);
  if (worker === undefined) throw new Error(`no worker ${id}`);
  return worker;
}

function writeEverywhere(text: string): void {
  for (let i = 0; i < LINES; i += 1) for (const { file } of sources) file.write(`${text} ${i}`);
}

/** Resolves when something is written that isn't committed: a transaction is open. */
async function opened(): Promise<void> {
  const end = async (): Promise<bigint> => (await kafka.admin.offsets(OPEN))[0]?.high ?? 0n;
  const before = await end();
  writeEverywhere(`from ${before} on`);
  await eventually(end, (now) => now > before, 30_000);
}

async function everyLineOnce(): Promise<void> {
  for (const { topic, file } of sources) {
    const found = await eventually(
      () => committedLines(kafka, topic),
      (lines) => lines.includes(file.lines.at(-1) ?? ''),
      60_000,
    );
    expect(found).toEqual(file.lines);
  }
}

test('a group comes from disabled by preparing to enabled worker by worker, and loses and repeats nothing', async () => {
  await using group = new Cluster();
  const topic = `rolling-${run}`;
  const file = new LineFile();
  await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: -1, config: {} });
  await Promise.all([group.add(), group.add()]);
  const config = { 'connector.class': 'FileStreamSource', file: file.path, topic };
  await group.request('POST', '/connectors', { name: 'rolling', config });
  await group.running(['rolling']);
  for (const mode of ['preparing', 'enabled']) {
    for (const former of group.workers.slice()) {
      for (let i = 0; i < LINES; i += 1) file.write(`${mode} ${i}`);
      await group.add([`exactly.once.source.support=${mode}`]);
      await group.stop(former);
      await group.running(['rolling']);
    }
  }
  // Small batches: the worker that is killed has many to commit.
  const required = { ...config, 'exactly.once.support': 'required', 'batch.size': '3' };
  await group.request('PUT', '/connectors/rolling/config', required);
  const all = await group.running(['rolling']);
  for (let i = 0; i < LINES; i += 1) file.write(`killed ${i}`);
  const host = all['rolling']?.status.tasks[0]?.worker_id;
  const killed = group.workers.find(({ url }) => new URL(url).host === host);
  if (killed !== undefined) await group.kill(killed);
  const last = file.lines.at(-1) ?? '';
  const found = await eventually(
    () => committedLines(kafka, topic),
    (lines) => lines.includes(last),
    60_000,
  );
  expect(found).toEqual(file.lines);
});

test('lines are published once each, though their worker is killed amid transactions', async () => {
  for (const { name, topic, file, config } of sources) {
    const shape = { 'connector.class': 'FileStreamSource', 'exactly.once.support': 'required' };
    const whole = { ...shape, ...config, 'batch.size': '7', file: file.path, topic };
    await cluster.request('POST', '/connectors', { name, config: whole });
  }
  for (let kill = 0; kill < KILLS; kill += 1) {
    const running = await owner();
    await opened();
    await cluster.kill(running);
    await cluster.add();
  }
  await cluster.running(NAMES);
  await everyLineOnce();
  for (const { name, file } of sources) {
    const offsets = await cluster.request('GET', `/connectors/${name}/offsets`);
    const position = file.lines.reduce((sum, line) => sum + line.length + 1, 0);
    const entry = { partition: { filename: file.path }, offset: { position } };
    expect(offsets).toEqual({ offsets: [entry] });
  }
});

test('a worker that wakes up amid a transaction, after another has taken its task, is refused', async () => {
  const stopped = await owner();
  await opened();
  stopped.process.child.kill('SIGSTOP');
  cluster.workers.splice(cluster.workers.indexOf(stopped), 1);
  await owner();
  writeEverywhere('meanwhile');
  await everyLineOnce();
  stopped.process.child.kill('SIGCONT');
  cluster.workers.push(stopped);
  await eventually(
    () => Promise.resolve(stopped.process.stdout() + stopped.process.stderr()),
    (output) => output.includes('kafka.fenced'),
    20_000,
  );
  writeEverywhere('after it');
  await everyLineOnce();
  // It is one of the group again, and hasn't shut out the one that has taken over.
  await cluster.running(NAMES);
});
