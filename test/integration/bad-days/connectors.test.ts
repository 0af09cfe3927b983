/**
 * Goal: whatever a connector's code throws, wherever and however, ends what threw it with one clear error: the worker answers, the
 * others deliver.
 * Method: one real worker process with bad connectors beside FileStream ones, which go on throughout.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { RawRecord } from '../../../src/data/record.ts';
import { systemClock } from '../../../src/foundation/clock.ts';
import { silentLog } from '../../../src/foundation/log.ts';
import { kafkaJs } from '../../../src/kafka/kafkajs/index.ts';
import { writeBadPlugin } from '../../support/bad-plugin.ts';
import { eventually } from '../../support/eventually.ts';
import {
  headwater,
  readyUrl,
  workerFile,
  type HeadwaterProcess,
} from '../../support/headwater-process.ts';
import { pluginFolder, type PluginFolder } from '../../support/plugin-packages.ts';

const CANARY = 'canary/hurt 7d2e';
const GRACEFUL_MS = 1_000;
const topic = `bad-days-${randomUUID()}`;

let at: PluginFolder;
let worker: HeadwaterProcess;
let url: string;
let lines = '';

beforeAll(async () => {
  at = pluginFolder();
  writeBadPlugin(at);
  worker = headwater([
    'worker',
    workerFile([
      `plugin.path=${at.path}`,
      `task.shutdown.graceful.timeout.ms=${GRACEFUL_MS}`,
      'offset.flush.interval.ms=100',
    ]),
  ]);
  url = await readyUrl(worker);
  for (const file of ['in', 'out']) writeFileSync(join(at.path, file), '');
  const neighbours = {
    lines: { 'connector.class': 'FileStreamSource', file: join(at.path, 'in'), topic },
    [`copy-${topic}`]: {
      'connector.class': 'FileStreamSink',
      file: join(at.path, 'out'),
      topics: topic,
    },
  };
  for (const [name, config] of Object.entries(neighbours)) {
    expect(await put(name, config)).toMatchObject({ status: 201 });
  }
  await neighboursDeliver();
});
afterEach(neighboursDeliver);
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  at[Symbol.dispose]();
});

/** What is written now comes out at the other end, and what came before came once. */
async function neighboursDeliver(): Promise<void> {
  const line = `${randomUUID()}\n`;
  appendFileSync(join(at.path, 'in'), line);
  lines += line;
  await eventually(
    () => readFileSync(join(at.path, 'out'), 'utf8'),
    (text) => text === lines,
  ).catch((cause: unknown) => {
    throw new Error(`The neighbours don't deliver: ${worker.stderr().slice(-3_000)}`, { cause });
  });
}

async function call(
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; text: string }> {
  const answer = await fetch(url + path, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

function put(name: string, config: object): Promise<{ status: number; text: string }> {
  return call('PUT', `/connectors/${name}/config`, config);
}

interface Shown {
  readonly state: string;
  readonly trace?: string;
}

async function shown(name: string): Promise<Shown> {
  const { text } = await call('GET', `/connectors/${name}/status`);
  const { connector, tasks } = JSON.parse(text) as { connector: Shown; tasks: readonly Shown[] };
  return tasks[0] ?? connector;
}

function failed(name: string, timeoutMs?: number): Promise<Shown> {
  return eventually(
    () => shown(name),
    ({ state }) => state === 'FAILED',
    timeoutMs,
  );
}

/** All of a topic's keys, values and headers. */
async function read(name: string): Promise<string> {
  const properties = { 'bootstrap.servers': process.env['KAFKA_BROKERS'] ?? '' };
  await using kafka = kafkaJs(properties, silentLog, systemClock);
  let text = '';
  const onRecord = ({ key, value, headers }: RawRecord): void => {
    const bytes = [key, value, ...headers.flatMap((each) => [Buffer.from(each.key), each.value])];
    for (const each of bytes) text += `${Buffer.from(each ?? []).toString()}\n`;
  };
  await kafka.readToEnd(name, onRecord, AbortSignal.timeout(20_000));
  return text;
}

/** The first line: what a person reads. */
const firstLine = ({ trace = '' }: Shown): string => trace.split('\n', 1)[0] ?? '';

const SAID: Readonly<Record<string, string>> = {
  error: 'broke',
  text: 'broke as text',
  undefined: 'undefined was thrown, without a reason',
  unreadable: "an error was thrown that can't be read",
  timer: "The task's code threw where nobody could catch it: broke in a timer",
  timers: "The task's code threw where nobody could catch it: broke in a timer",
  promise: "The task's code threw where nobody could catch it: broke in a promise",
};

async function remove(...names: readonly string[]): Promise<void> {
  await Promise.all(
    names.map(async (name) => {
      expect([name, (await call('DELETE', `/connectors/${name}`)).status]).toEqual([name, 204]);
    }),
  );
}

const bad = (type: 'Source' | 'Sink', where: string, how: string): Record<string, string> => ({
  'connector.class': `Bad${type}`,
  at: where,
  how,
  key: CANARY,
  ...(type === 'Sink' ? { topics: topic } : {}),
});

test('a source that throws: anything, at any call, from a timer, or in a promise that nobody awaits', async () => {
  const throwing = ['error', 'text', 'undefined', 'unreadable'];
  const cases = [
    ...['open-now', 'poll', 'plan', 'onCommitted'].flatMap((where) =>
      throwing.map((how) => [where, how] as const),
    ),
    ...['timer', 'timers', 'promise'].map((how) => ['poll', how] as const),
  ];
  const named = cases.map(([where, how]) => ({ name: `${where}-${how}`, where, how }));
  for (const { name, where, how } of named) {
    expect(await put(name, bad('Source', where, how))).toMatchObject({ status: 201 });
  }
  for (const { name, how } of named) {
    expect([name, firstLine(await failed(name))]).toEqual([name, SAID[how]]);
  }
  // Where in the plugin.
  expect((await shown('poll-error')).trace).toContain(`${at.path}/bad/plugin.js:`);
  // Once each, though a timer goes on throwing.
  const timers = worker
    .stderr()
    .split('\n')
    .filter((line) => line.includes('"error"') && line.includes('poll-timers'))
    .map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(timers).toEqual([
    `Task failed: ${SAID['timers']}`,
    'Task 0 of poll-timers: its code threw where nobody could catch it: broke in a timer',
  ]);
  await remove(...named.map(({ name }) => name));
});

test('a plan whose code breaks in a timer fails its connector; a check that throws is answered', async () => {
  await put('plan-timer', bad('Source', 'plan-later', 'timer'));
  expect(firstLine(await failed('plan-timer'))).toBe(
    "Planning the tasks of plan-timer: the connector's code threw where nobody could catch it: broke in a timer",
  );
  for (const [how, said] of Object.entries(SAID).filter(([name]) => !/timer|promise/.test(name))) {
    const answer = await put(`check-${how}`, bad('Source', 'check', how));
    expect(answer).toEqual({
      status: 500,
      text: JSON.stringify({ error_code: 500, message: said }),
    });
  }
  const { status, text } = await put('check-timer', bad('Source', 'check', 'timer'));
  expect([status, text]).toEqual([400, expect.stringContaining('broke in a timer') as string]);
  await remove('plan-timer');
});

test('a sink that throws in assign, put or revoke, and in closing: why it failed is told, not how it closed', async () => {
  const cases = [
    ...['put', 'assign'].flatMap((where) =>
      ['error', 'unreadable'].map((how) => [where, how] as const),
    ),
    ['put', 'timer'] as const,
    ['put', 'promise'] as const,
  ];
  const named = cases.map(([where, how]) => ({ name: `sink-${where}-${how}`, where, how }));
  for (const { name, where, how } of named) {
    const config = { ...bad('Sink', where, how), and: 'dispose' };
    expect(await put(name, config)).toMatchObject({ status: 201 });
  }
  await put('sink-revoke', bad('Sink', 'revoke', 'error'));
  for (const { name, how } of named) {
    expect([name, firstLine(await failed(name, 60_000))]).toEqual([name, SAID[how]]);
  }
  await eventually(
    () => shown('sink-revoke'),
    ({ state }) => state === 'RUNNING',
  );
  await remove('sink-revoke', ...named.map(({ name }) => name));
});

test('a password in what a connector throws is in no answer, no trace and no log line', async () => {
  const config = { ...bad('Source', 'poll', 'secret'), 'errors.log.enable': 'true' };
  await put('secret', config);
  const { trace = '' } = await failed('secret');
  expect(trace).toContain('refused: password [hidden] of [hidden]');
  const checked = await put('secret-check', bad('Source', 'check', 'secret'));
  expect(checked.text).toContain('refused: password [hidden] of [hidden]');
  const queue = `${topic}-letters`;
  await put('rejects', {
    ...bad('Sink', 'reject', 'none'),
    'errors.tolerance': 'all',
    'errors.log.enable': 'true',
    'errors.log.include.messages': 'true',
    'errors.deadletterqueue.topic.name': queue,
    'errors.deadletterqueue.topic.replication.factor': '1',
    'errors.deadletterqueue.context.headers.enable': 'true',
  });
  const letters = await eventually(
    () => read(queue).catch(() => ''),
    (text) => text.includes('__connect.errors.exception.stacktrace'),
  );
  expect(letters).toContain('refused: password [hidden]');
  expect(worker.stderr()).toContain('A record was not processed: refused: password [hidden]');
  for (const said of [trace, checked.text, letters, worker.stderr()]) {
    expect(said).not.toContain(CANARY);
    expect(said).not.toContain(encodeURIComponent(CANARY));
  }
  await remove('secret', 'rejects');
});

test('a task that breaks and then never closes is FAILED with why; deleted, it holds up nobody', async () => {
  await put('stuck', { ...bad('Source', 'dispose', 'hang'), and: 'poll' });
  await put('stuck-sink', { ...bad('Sink', 'dispose', 'hang'), and: 'put' });
  for (const name of ['stuck', 'stuck-sink']) {
    expect(firstLine(await failed(name, 60_000))).toBe(
      `broke And the task doesn't close: it didn't within ${GRACEFUL_MS} ms (task.shutdown.graceful.timeout.ms). Restart it; if it never closes, the worker.`,
    );
  }
  const asked = performance.now();
  await remove('stuck', 'stuck-sink');
  expect(performance.now() - asked).toBeLessThan(10_000);
});

test.each(['open-later', 'poll', 'plan-later'])(
  'a %s that hangs: REST answers, and the connector can be changed, restarted and deleted',
  async (where) => {
    const name = `hang-${where}`;
    const config = bad('Source', where, 'hang');
    expect(await put(name, config)).toMatchObject({ status: 201 });
    if (where === 'poll') {
      await eventually(
        () => shown(name),
        ({ state }) => state === 'RUNNING',
      );
    }
    expect(await call('GET', '/connectors')).toMatchObject({ status: 200 });
    expect(await put(name, { ...config, how: 'error' })).toMatchObject({ status: 200 });
    // Invariant 5: what hangs may still write, so its successor waits; a plan writes nothing.
    const [state, why] =
      where === 'plan-later' ? ['FAILED', /^broke$/] : ['RESTARTING', /waits for its end/];
    const seen = await eventually(
      () => shown(name),
      (task) => task.state === state && why.test(firstLine(task)),
    );
    expect(seen.state).toBe(state);
    expect(await call('POST', `/connectors/${name}/restart?includeTasks=true`)).toMatchObject({
      status: 202,
    });
    await remove(name);
  },
);

test('what a package leaves running when it is loaded is told with its folder', async () => {
  const said = `The package in ${at.path}/bad: its code threw where nobody could catch it: broke at the top`;
  await eventually(worker.stderr, (text) => text.includes(said));
});
