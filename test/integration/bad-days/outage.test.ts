/**
 * Goal: while broker and registry are away workers say so, for as long as they are; when they are back all goes on by
 * itself, and what was committed meanwhile is on the topic and in the warehouse.
 * Method: a stack of its own, killed and started again one by one. A source and a warehouse run through it in one worker;
 * another, which keeps its offsets in Kafka, is started and stopped meanwhile.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import {
  files,
  headwater,
  readyUrl,
  workerFile,
  type HeadwaterProcess,
} from '../../support/headwater-process.ts';
import { control, Site } from '../../support/site.ts';
import { hasJvm, startOwnStack, type OwnStack } from '../../support/stack.ts';

const UP_WITHIN_MS = 90_000;
/** Longer than a stage's first tries again, shorter than a test likes to wait. */
const A_WHILE_MS = 3_000;
/** The graceful timeout, what closing clients may take, and a busy machine. */
const STOPS_WITHIN_MS = 25_000;
/** Tries again after this at the latest, not after a minute. */
const SOON = { 'errors.retry.delay.max.ms': '1000' };

describe.skipIf(!hasJvm)('broker and registry away', { timeout: 180_000 }, () => {
  let stack: OwnStack;
  let site: Site;
  let second: HeadwaterProcess | undefined;
  let secondArgs: readonly string[];
  let noKafka: string;
  let noRegistry: string;
  /** Names of all accounts created, in order. */
  const created: string[] = [];

  beforeAll(async () => {
    stack = await startOwnStack();
    vi.stubEnv('KAFKA_BROKERS', stack.kafkaBrokers);
    vi.stubEnv('SCHEMA_REGISTRY_URL', stack.schemaRegistryUrl);
    const registry = stack.schemaRegistryUrl;
    noKafka = `Kafka can't be reached (connect ECONNREFUSED ${stack.kafkaBrokers}). Check bootstrap.servers and that the broker is up.`;
    noRegistry = `The schema registry at ${registry} can't be reached: connect ECONNREFUSED ${new URL(registry).host}. Check schema.registry.url and that the registry is up.`;
    site = await Site.open((make) => [
      make.source('shop', SOON),
      make.warehouse('warehouse', make.topic('shop'), SOON),
    ]);
    secondArgs = secondWorker();
  }, 180_000);
  afterAll(async () => {
    await second?.[Symbol.asyncDispose]();
    await site?.[Symbol.asyncDispose]();
    await stack?.[Symbol.asyncDispose]();
    vi.unstubAllEnvs();
  });

  async function create(Name: string, more: object = {}): Promise<void> {
    await site.line.org.create('Account', { Name, ...more });
    created.push(Name);
  }

  /** On the topic, in order, repetitions left out; and in the warehouse. */
  async function arrived(): Promise<void> {
    const unique = await eventually(
      async () => [...new Set(await site.names('shop', created.length))],
      (names) => names.length >= created.length,
    );
    expect(unique).toEqual(created);
    const sql = `SELECT Name FROM "${site.make.topic('shop').replaceAll('.', '_')}"`;
    const rows = await eventually(
      async () => (await site.line.worker.query(sql)) ?? [],
      (found) => found.length >= created.length,
      UP_WITHIN_MS,
    );
    expect(rows.map(({ Name }) => String(Name)).toSorted()).toEqual(created.toSorted());
  }

  async function told(worker: HeadwaterProcess, what: string): Promise<void> {
    const url = await readyUrl(worker);
    const status = async (): Promise<string> =>
      await (await fetch(`${url}/connectors/lines/tasks/0/status`)).text();
    await eventually(status, (text) => text.includes(what), UP_WITHIN_MS);
  }

  test('killed under a running worker: told, and not painted over by what goes well', async () => {
    for (const name of ['shop', 'warehouse']) await site.until(name, 'RUNNING', '', UP_WITHIN_MS);
    await create('before');
    await arrived();
    await Promise.all([stack.killKafka(), stack.killRegistry()]);
    await create('unsent');
    expect((await site.until('shop', 'RESTARTING')).why).toContain(noKafka);
    expect((await site.until('warehouse', 'RESTARTING')).why).toContain(noKafka);
    // Invariant 10: events still come.
    const until = performance.now() + A_WHILE_MS;
    while (performance.now() < until) {
      await create(`unsent ${created.length}`);
      expect((await site.seen('shop')).state).toBe('RESTARTING');
    }
  });

  test('a worker that starts meanwhile answers and says the same; stopped, it ends with 0', async () => {
    second = headwater(secondArgs);
    await told(second, noKafka);
    const asked = performance.now();
    second.child.kill('SIGTERM');
    expect(await second.exited).toBe(0);
    expect(performance.now() - asked).toBeLessThan(STOPS_WITHIN_MS);
    second = headwater(secondArgs);
    await readyUrl(second);
  });

  test('a source that starts meanwhile listens already', async () => {
    await site.put(site.make.source('first-start', SOON));
    await site.until('first-start', 'RESTARTING', noKafka);
    await create('early');
  });

  test('the broker is back: the registry is told; both are: all goes on, nothing is missing', async () => {
    const field = { entity: 'Account', name: 'Bikes__c', type: 'Number', precision: 5, scale: 0 };
    await control(site.line.sandbox, 'POST', '/fields', field);
    await create('grown', { Bikes__c: 7 });
    await stack.startKafka();
    expect((await site.until('shop', 'RESTARTING', noRegistry, UP_WITHIN_MS)).why).toBe(noRegistry);
    await stack.startRegistry();
    for (const name of ['shop', 'warehouse', 'first-start']) {
      await site.until(name, 'RUNNING', '', UP_WITHIN_MS);
    }
    await arrived();
    expect(await site.names('first-start', 2)).toEqual(['early', 'grown']);
    if (second !== undefined) await told(second, '"RUNNING"');
  });
});

/** Arguments of a worker with one connector, its offsets in Kafka. */
function secondWorker(): readonly string[] {
  const { 'in.txt': file = '' } = files({ 'in.txt': 'one\n' });
  const config = { name: 'lines', 'connector.class': 'FileStreamSource', file, topic: 'lines' };
  const { 'lines.json': lines = '' } = files({
    'lines.json': JSON.stringify({ ...config, ...SOON }),
  });
  const inKafka = ['offset.storage.topic=own-offsets', 'offset.storage.replication.factor=1'];
  return ['worker', workerFile(inKafka), lines];
}
