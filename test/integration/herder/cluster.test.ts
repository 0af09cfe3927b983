/**
 * Goal: a group of real workers keeps its promises through kills, pauses and changes: all that was written is delivered, the work is
 * balanced, and every request reaches who can carry it out (Invariants 3, 9, 10).
 * Method: three processes follow files; two of them are killed or paused; every line is found on the topic in the end.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { kafkaJs } from '../../../src/kafka/kafkajs/index.ts';
import type { GroupKafka } from '../../../src/kafka/port.ts';
import { Cluster, LineFile, loads } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';

const topic = `cluster-lines-${randomUUID()}`;
const JSON_BODY = { 'content-type': 'application/json' };
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
let kafka: GroupKafka;
let cluster: Cluster;
const sources = new Map(NAMES.map((name) => [name, new LineFile()]));

beforeAll(async () => {
  const properties = { 'bootstrap.servers': process.env['KAFKA_BROKERS'] ?? '' };
  kafka = kafkaJs(properties, silentLog, systemClock);
  await kafka.admin.createTopic({ topic, partitions: 1, replicationFactor: -1, config: {} });
  cluster = new Cluster();
  await cluster.add();
  await Promise.all([cluster.add(), cluster.add()]);
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await kafka[Symbol.asyncDispose]();
});

function writeEverywhere(text: string): void {
  for (const [name, file] of sources) file.write(`${name} ${text}`);
}

async function delivered(): Promise<readonly string[]> {
  const found: string[] = [];
  const { signal } = new AbortController();
  const onRecord = ({ value }: { value: Uint8Array | null }): number =>
    found.push(Buffer.from(value ?? []).toString());
  await kafka.readToEnd(topic, onRecord, signal);
  return found;
}

async function allDelivered(): Promise<void> {
  const written = [...sources.values()].flatMap(({ lines }) => lines);
  const found = await eventually(
    async () => new Set(await delivered()),
    (lines) => written.every((line) => lines.has(line)),
    30_000,
  );
  expect([...found].filter((line) => !written.includes(line))).toEqual([]);
}

describe('a group of three workers', () => {
  test('shares six connectors evenly, wherever they were asked for', async () => {
    for (const [name, { path }] of sources) {
      const config = { 'connector.class': 'FileStreamSource', file: path, topic, 'tasks.max': '1' };
      await cluster.request('POST', '/connectors', { name, config });
    }
    writeEverywhere('first');
    const all = await eventually(
      () => cluster.running(NAMES),
      (statuses) => loads(statuses).size === 3,
      30_000,
    );
    for (const load of loads(all).values()) expect(load).toEqual({ connectors: 2, tasks: 2 });
    await allDelivered();
  });

  test('goes on when one of them is killed', async () => {
    const [, victim] = cluster.workers;
    if (victim === undefined) expect.fail('no worker');
    writeEverywhere('before the kill');
    await cluster.kill(victim);
    writeEverywhere('after the kill');
    const all = await cluster.running(NAMES);
    expect(loads(all).size).toBe(2);
    await allDelivered();
  });

  test('takes a newcomer in, and a paused one back', async () => {
    await cluster.add();
    await eventually(
      () => cluster.running(NAMES),
      (statuses) => loads(statuses).size === 3,
      30_000,
    );
    const [paused] = cluster.workers;
    paused?.process.child.kill('SIGSTOP');
    writeEverywhere('while paused');
    const host = new URL(paused?.url ?? '').host;
    await eventually(
      () => cluster.statuses(),
      (all) => !loads(all).has(host),
      40_000,
    );
    await allDelivered();
    paused?.process.child.kill('SIGCONT');
    writeEverywhere('awake again');
    await eventually(
      () => cluster.running(NAMES),
      (statuses) => loads(statuses).size === 3,
      40_000,
    );
    await allDelivered();
  });

  test('changes, stops, alters, restarts and deletes connectors through any worker', async () => {
    const at = (name: string): string => `/connectors/${name}`;
    await cluster.request('PUT', `${at('a')}/stop`);
    await cluster.request('PATCH', `${at('a')}/offsets`, {
      offsets: [{ partition: { filename: sources.get('a')?.path }, offset: { position: 0 } }],
    });
    await cluster.request('PUT', `${at('a')}/resume`);
    await cluster.request('POST', `${at('b')}/restart?includeTasks=true`);
    await cluster.request('POST', `${at('c')}/tasks/0/restart`);
    await cluster.request('PATCH', `${at('d')}/config`, { 'batch.size': '7' });
    await cluster.request('DELETE', at('f'));
    sources.delete('f');
    await cluster.running(NAMES.slice(0, 5));
    const seen = (await delivered()).filter((line) => line === 'a first').length;
    expect(seen).toBeGreaterThanOrEqual(2);
  });

  test('sets a log level with all its workers, wherever it was asked for', async () => {
    const levels = (): Promise<readonly unknown[]> =>
      Promise.all(
        cluster.workers.map(async ({ url }) => {
          const answer = await fetch(`${url}/admin/loggers/group.probe`);
          return ((await answer.json()) as { level?: string }).level;
        }),
      );
    for (const [i, { url }] of cluster.workers.entries()) {
      const level = ['DEBUG', 'ERROR', 'WARN'][i];
      const { status } = await fetch(`${url}/admin/loggers/group.probe?scope=cluster`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ level }),
      });
      expect(status).toBe(204);
      await eventually(levels, (found) => found.every((each) => each === level));
    }
  });

  test.each([
    ['POST', 'tasks', '[]'],
    ['PUT', 'fence', undefined],
  ])('answers %s /connectors/{name}/%s to its members alone', async (method, path, body) => {
    const [first] = cluster.workers;
    const ask = async (headers: Record<string, string>): Promise<number> =>
      (
        await fetch(`${first?.url}/connectors/a/${path}`, {
          method,
          headers: { ...(body === undefined ? {} : JSON_BODY), ...headers },
          ...(body === undefined ? {} : { body }),
        })
      ).status;
    expect(await ask({})).toBe(400);
    const forged = {
      'X-Connect-Authorization': 'Zm9yZ2Vk',
      'X-Connect-Request-Signature-Algorithm': 'HmacSHA256',
    };
    expect(await ask(forged)).toBe(403);
  });

  test('leaves no trace of a stopped worker that left in order', async () => {
    const [leaving] = cluster.workers;
    await leaving?.process[Symbol.asyncDispose]();
    cluster.workers.shift();
    const all = await cluster.running(NAMES.slice(0, 5));
    expect(loads(all).size).toBe(2);
  });
});
