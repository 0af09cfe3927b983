/**
 * Goal: a stack is brought up once, told and mended when half of it dies, and loses nothing that it acked.
 * Method: one stack of real JVMs, hurt step by step; the tests build on each other in order.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stackDown, stackEnd, stackStatus, stackUp } from '../../../sandbox/stack/index.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { kafkaJs } from '../../../src/kafka/kafkajs/index.ts';
import { hasJvm, ownEnvironment, startOwnStack } from '../../support/stack.ts';

const external = {
  KAFKA_BROKERS: '127.0.0.1:1',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1/apis/ccompat/v7',
};

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'headwater-stack-test-'));
}

describe.skipIf(!hasJvm)('local JVMs', () => {
  const dir = newFolder();
  const said: string[] = [];
  const options = {
    dir,
    env: ownEnvironment(),
    docker: false,
    onProgress: (text: string) => said.push(text),
  };
  const pids = (): Record<'kafka' | 'registry', { pid: number } | undefined> =>
    JSON.parse(readFileSync(join(dir, 'stack.json'), 'utf8')) as ReturnType<typeof pids>;
  let up: Awaited<ReturnType<typeof stackUp>>;

  beforeAll(async () => {
    up = await stackUp(options);
  }, 600_000);
  afterAll(async () => {
    await stackDown({ ...options, purge: true });
    rmSync(dir, { recursive: true, force: true });
  });

  async function write(value: string): Promise<void> {
    await using kafka = kafkaJs({ 'bootstrap.servers': up.kafkaBrokers }, silentLog, systemClock);
    await kafka.admin.createTopic({ topic: 't', partitions: 1, replicationFactor: 1, config: {} });
    await using producer = await kafka.producer({ clientId: 'stack' });
    await producer.send([{ topic: 't', key: null, value: Buffer.from(value), headers: [] }]);
  }

  async function values(): Promise<readonly string[]> {
    await using kafka = kafkaJs({ 'bootstrap.servers': up.kafkaBrokers }, silentLog, systemClock);
    const found: string[] = [];
    const { signal } = new AbortController();
    await kafka.readToEnd(
      't',
      ({ value }) => found.push(Buffer.from(value ?? '').toString()),
      signal,
    );
    return found;
  }

  async function register(subject: string, field: string): Promise<Response> {
    const schema = JSON.stringify({
      type: 'record',
      name: 'R',
      fields: [{ name: field, type: 'string' }],
    });
    return await fetch(`${up.schemaRegistryUrl}/subjects/${subject}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ schema }),
    });
  }

  test('up says where things are, on the loopback, and status agrees', async () => {
    expect(up).toEqual({
      kafkaBrokers: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
      schemaRegistryUrl: expect.stringMatching(
        /^http:\/\/127\.0\.0\.1:\d+\/apis\/ccompat\/v7$/,
      ) as string,
      kind: 'jvm',
    });
    expect(await stackStatus(options)).toEqual({ ...up, kafka: 'up', registry: 'up' });
    await write('first');
    expect(await values()).toEqual(['first']);
  });

  test('up twice is the same stack', async () => {
    const before = pids();
    expect(await stackUp(options)).toEqual(up);
    expect(pids()).toEqual(before);
  });

  test('the registry holds new versions to BACKWARD compatibility', async () => {
    expect((await register('backward-value', 'a')).status).toBe(200);
    expect((await register('backward-value', 'b')).status).toBe(409);
  });

  test('a registry killed right after a registration is told, mended, and knows the schema', async () => {
    const { id } = (await (await register('killed-value', 'a')).json()) as { id: number };
    const { kafka } = pids();
    await stackEnd(dir, 'registry', 'SIGKILL');
    expect(await stackStatus(options)).toMatchObject({ kafka: 'up', registry: 'down' });
    expect(await stackUp(options)).toEqual(up);
    expect(said).toContain('The registry had died; starting it again.');
    expect(pids().kafka).toEqual(kafka);
    const found = await fetch(`${up.schemaRegistryUrl}/schemas/ids/${id}`);
    expect(await found.json()).toMatchObject({ schema: expect.stringContaining('"R"') as string });
  });

  test('a killed Kafka is told, mended, and holds what it acked', async () => {
    await write('acked');
    await stackEnd(dir, 'kafka', 'SIGKILL');
    expect(await stackStatus(options)).toMatchObject({ kafka: 'down', registry: 'up' });
    expect(await stackUp(options)).toEqual(up);
    expect(said).toContain('The kafka had died; starting it again.');
    expect(await values()).toEqual(['first', 'acked']);
  });

  test('down ends both and keeps the data on the same ports', async () => {
    said.length = 0;
    await stackDown(options);
    expect(await stackStatus(options)).toEqual({ ...up, kafka: 'down', registry: 'down' });
    expect(await stackUp(options)).toEqual(up);
    expect(said.filter((text) => text.includes('had died'))).toEqual([]);
    expect(await values()).toEqual(['first', 'acked']);
    expect((await register('killed-value', 'a')).status).toBe(200);
  });

  test('a port that somebody else took meanwhile is said, not waited for', async () => {
    await stackEnd(dir, 'kafka', 'SIGTERM');
    const port = Number(up.kafkaBrokers.split(':')[1]);
    const thief = createServer();
    await new Promise<void>((resolve) => thief.listen(port, '127.0.0.1', resolve));
    await expect(stackUp(options)).rejects.toMatchObject({
      code: 'stack.port',
      message: `Kafka's port ${port} is taken by another program.`,
    });
    await new Promise((resolve) => thief.close(resolve));
  });

  test('a process that took over the id of a dead one is left alone', async () => {
    const file = join(dir, 'stack.json');
    const state = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...state, kafka: { pid: process.pid, started: '1' } }));
    // The other one is this very process: it would not come back from a mistake.
    await stackEnd(dir, 'kafka', 'SIGKILL');
    writeFileSync(file, JSON.stringify(state));
  });

  test('down --purge deletes what the stack wrote and nothing else', async () => {
    writeFileSync(join(dir, 'mine.txt'), 'not the stack');
    await stackDown({ ...options, purge: true });
    expect(readFileSync(join(dir, 'mine.txt'), 'utf8')).toBe('not the stack');
    for (const name of ['stack.json', 'kafka', 'registry', 'kafka.log', 'registry.log']) {
      expect(existsSync(join(dir, name)), name).toBe(false);
    }
    expect(await stackStatus(options)).toBeUndefined();
  });
});

test.skipIf(!hasJvm)("a test's own stack stops and starts one part at a time", async () => {
  await using stack = await startOwnStack();
  const options = { dir: stack.dir, env: ownEnvironment(), onProgress: () => undefined };
  await stack.killKafka();
  await stack.stopRegistry();
  expect(await stackStatus(options)).toMatchObject({ kafka: 'down', registry: 'down' });
  await stack.startKafka();
  expect(await stackStatus(options)).toMatchObject({ kafka: 'up', registry: 'down' });
  await stack.startRegistry();
  expect(await stackStatus(options)).toMatchObject({ kafka: 'up', registry: 'up' });
});

test('what the environment names is neither started nor ended, and told as it is', async () => {
  const dir = newFolder();
  const options = { dir, env: external, onProgress: () => undefined };
  expect(await stackUp(options)).toEqual({
    kafkaBrokers: external.KAFKA_BROKERS,
    schemaRegistryUrl: external.SCHEMA_REGISTRY_URL,
    kind: 'external',
  });
  expect(await stackStatus(options)).toMatchObject({ kafka: 'down', registry: 'down' });
  await stackDown({ ...options, purge: true });
  expect(existsSync(dir)).toBe(false);
});

test('a state that is broken is not taken for no stack', async () => {
  const dir = newFolder();
  writeFileSync(join(dir, 'stack.json'), '{');
  const options = { dir, env: {}, onProgress: () => undefined };
  await expect(stackUp(options)).rejects.toMatchObject({ kind: 'config', code: 'stack.state' });
  rmSync(dir, { recursive: true });
});
