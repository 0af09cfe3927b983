/**
 * Goal: the commands serve a JVM worker too: plain REST, secrets in the clear, a group that rebalances.
 * Method: a server that answers as such a worker does; the command's client in this process.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ask } from '../../../src/cli/client.ts';
import { systemClock, type Clock } from '../../../src/foundation/clock.ts';
import { files, headwater } from '../../support/headwater-process.ts';

const REBALANCE =
  'Cannot complete request because of a conflicting operation (e.g. worker rebalance)';
let server: Server | undefined;

afterEach(() => server?.close());

/** A clock that sleeps for no time, and remembers. */
function impatient(slept: number[]): Clock {
  return {
    ...systemClock,
    sleep: (ms) => {
      slept.push(ms);
      return Promise.resolve();
    },
  };
}

async function serve(
  answer: (request: IncomingMessage) => { status: number; body: unknown },
): Promise<string> {
  const started = createServer((request, response) => {
    const { status, body } = answer(request);
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

test('a group that rebalances is asked again', async () => {
  const answers = [
    { status: 409, body: { error_code: 409, message: REBALANCE } },
    { status: 200, body: { name: 'a' } },
  ];
  const url = await serve(() => answers.shift() ?? { status: 500, body: {} });
  const slept: number[] = [];
  const answer = await ask(url, 'PUT', 'connectors/a/config', {}, impatient(slept));
  expect(answer.body).toEqual({ name: 'a' });
  expect(slept).toHaveLength(1);
});

test('a group that rebalances on and on ends in an error that says to come again', async () => {
  const url = await serve(() => ({ status: 409, body: { error_code: 409, message: REBALANCE } }));
  const slept: number[] = [];
  const asked = ask(url, 'PUT', 'connectors/a/config', {}, impatient(slept));
  await expect(asked).rejects.toMatchObject({ kind: 'retriable', message: REBALANCE });
  expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(10_000);
});

test('a connector that exists already is a conflict at once', async () => {
  let asked = 0;
  const url = await serve(() => {
    asked += 1;
    return { status: 409, body: { error_code: 409, message: 'Connector a already exists' } };
  });
  await expect(ask(url, 'POST', 'connectors', {})).rejects.toMatchObject({ kind: 'conflict' });
  expect(asked).toBe(1);
});

test("a class that the worker lacks is the configuration's fault, though it answers 500", async () => {
  const message =
    'org.apache.kafka.connect.runtime.rest.errors.BadRequestException: Failed to find any class';
  const url = await serve(() => ({ status: 500, body: { error_code: 500, message } }));
  const asked = ask(url, 'PUT', 'connector-plugins/x/config/validate', {});
  await expect(asked).rejects.toMatchObject({ kind: 'config' });
});

test('user and password of the URL log in, and are in no message', async () => {
  const seen: (string | undefined)[] = [];
  const url = await serve(({ headers }) => {
    seen.push(headers.authorization);
    return { status: 401, body: 'no' };
  });
  const refused = await ask(url.replace('//', '//me:s3cret%21@'), 'GET', '').catch(String);
  expect(seen).toEqual([`Basic ${Buffer.from('me:s3cret!').toString('base64')}`]);
  expect(refused).not.toContain('s3cret');
});

test('a secret that a worker shows is compared in apply, without a word of it', async () => {
  const url = await serve(() => ({
    status: 200,
    body: {
      jdbc: {
        info: {
          name: 'jdbc',
          config: { name: 'jdbc', 'connector.class': 'X', 'db.password': 'old-one' },
        },
      },
    },
  }));
  const { 'jdbc.properties': path = '' } = files({
    'jdbc.properties': 'connector.class=X\ndb.password=new-one\n',
  });
  await using diff = headwater(['connectors', 'diff', path, '--url', url]);
  expect(await diff.exited).toBe(1);
  expect(diff.stdout()).toBe('update  jdbc\n        ~ db.password: [hidden] → [hidden]\n');
});

test("an older worker's status is told without what it doesn't know", async () => {
  const connector = { state: 'RUNNING', worker_id: 'w1:8083' };
  const url = await serve(({ url: path }) => {
    if (path === '/') return { status: 200, body: { version: '3.7.0', kafka_cluster_id: 'k' } };
    if (path !== '/connectors?expand=status') return { status: 404, body: { error_code: 404 } };
    return {
      status: 200,
      body: { a: { status: { connector, tasks: [{ id: 0, ...connector, state: 'FAILED' }] } } },
    };
  });
  await using status = headwater(['worker', 'status', '--json', '--url', url]);
  expect(await status.exited).toBe(0);
  expect(JSON.parse(status.stdout())).toEqual({
    health: { status: 'unknown', message: 'This worker has no /health.' },
    worker: { version: '3.7.0', kafka_cluster_id: 'k' },
    connectors: { RUNNING: 1 },
    tasks: { FAILED: 1 },
    workers: { 'w1:8083': { connectors: 1, tasks: 1 } },
  });
});
