/**
 * Goal: whatever speaks HTTP to the sandbox can be made to suffer, exactly as often and where it is said.
 * Method: a whole sandbox; plain sockets, fetch and jsforce see what comes back, the org what was done.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { connect } from 'node:net';
import jsforce from 'jsforce';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FaultySandbox } from './support.ts';

let faulty: FaultySandbox;
beforeAll(async () => {
  faulty = await FaultySandbox.start();
});
afterEach(() => faulty.clear());
afterAll(() => faulty[Symbol.asyncDispose]());

const account = (): Promise<{ status: number; text: string }> =>
  faulty.rest('POST', '/sobjects/Account', { Name: 'A' });

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

test('requests of a route wait, so many times', async () => {
  await faulty.set({ latency: { ms: 300, jitterMs: 20, path: '*/query', count: 1 } });
  const query = (): Promise<unknown> => faulty.rest('GET', '/query?q=SELECT+Id+FROM+Account');
  expect(await timed(() => faulty.rest('GET', '/limits'))).toBeLessThan(290);
  expect(await timed(query)).toBeGreaterThan(290);
  expect(await timed(query)).toBeLessThan(290);
});

test('a body trickles, and is whole', async () => {
  const { text } = await faulty.call('GET', '/services/data');
  await faulty.set({ slowBody: { bytesPerSecond: text.length * 2 } });
  const slow = await timed(async () => {
    expect((await faulty.call('GET', '/services/data')).text).toBe(text);
  });
  expect(slow).toBeGreaterThan(400);
});

describe('a connection is reset', () => {
  test('before anything is done', async () => {
    const before = faulty.accounts();
    await faulty.set({ connectionReset: 1 });
    await expect(account()).rejects.toThrow('fetch failed');
    expect(faulty.accounts()).toBe(before);
    expect((await account()).status).toBe(201);
  });

  test('after it is done, so that the client cannot know', async () => {
    const before = faulty.accounts();
    await faulty.set({ connectionReset: { at: 'after', method: 'POST', count: 1 } });
    await expect(account()).rejects.toThrow('fetch failed');
    expect(faulty.accounts()).toBe(before + 1);
  });

  test('half-way through the answer', async () => {
    await faulty.set({ connectionReset: { at: 'midBody', count: 1 } });
    const { http } = faulty.sandbox;
    const response = await fetch(`${http}/services/data`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  test('over TLS too', async () => {
    await faulty.set({ connectionReset: 1 });
    const request = get(`${faulty.sandbox.https}/services/data`, {
      ca: readFileSync(faulty.sandbox.ca),
    });
    const [error] = (await once(request, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
  });
});

test('a half-open connection takes a request, does nothing, and stays', async () => {
  await faulty.set({ halfOpen: { count: 1, method: 'DELETE' } });
  faulty.addAccount('Kept');
  const before = faulty.accounts();
  const { http, accessToken } = faulty.sandbox;
  const socket = connect(Number(new URL(http).port), '127.0.0.1');
  let received = 0;
  socket.on('data', (data) => (received += data.length));
  const id = [...faulty.sandbox.org.records('Account')].at(-1)?.['Id'];
  socket.write(
    `DELETE /services/data/v60.0/sobjects/Account/${String(id)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${accessToken}\r\n\r\n`,
  );
  await expect
    .poll(async () => (await faulty.call('GET', '/__sandbox/v1/faults')).text)
    .toContain('"halfOpen":0');
  await faulty.rest('GET', '/limits');
  expect([received, socket.closed, faulty.accounts()]).toEqual([0, false, before]);
  socket.destroy();
});

describe('maintenance', () => {
  const login = (): Promise<Response> =>
    fetch(`${faulty.sandbox.http}/services/oauth2/token`, { method: 'POST' });

  test('is a page for everybody, and the control API still answers', async () => {
    await faulty.set({ maintenance: true });
    for (const answer of [
      await faulty.rest('GET', '/limits'),
      await faulty.call('POST', '/cometd/60.0', []),
    ]) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
      expect(answer.text).toContain('We are down for maintenance.');
    }
    expect((await login()).status).toBe(503);
    await faulty.clear();
    expect((await faulty.rest('GET', '/limits')).status).toBe(200);
  });

  test("or Salesforce's error", async () => {
    await faulty.set({ maintenance: { format: 'json', count: 1 } });
    expect(JSON.parse((await faulty.rest('GET', '/limits')).text)).toEqual([
      { errorCode: 'SERVER_UNAVAILABLE', message: expect.stringContaining('too busy') },
    ]);
  });
});

test('a write that was committed is answered with 500', async () => {
  const before = faulty.accounts();
  await faulty.set({ errorAfterCommit: 1 });
  expect((await faulty.rest('GET', '/limits')).status).toBe(200);
  expect((await faulty.rest('POST', '/sobjects/Account', {})).status).toBe(400);
  const answer = await account();
  expect(answer.status).toBe(500);
  expect(JSON.parse(answer.text)).toEqual([
    { errorCode: 'UNKNOWN_EXCEPTION', message: expect.stringContaining('ErrorId') },
  ]);
  expect(faulty.accounts()).toBe(before + 1);
  expect((await account()).status).toBe(201);
});

test('jsforce repeats what failed, and says which limit was met', async () => {
  const { http: instanceUrl, accessToken } = faulty.sandbox;
  const conn = new jsforce.Connection({ instanceUrl, accessToken, version: '60.0' });
  await faulty.set({ connectionReset: 1, serviceUnavailable: 1 });
  expect((await conn.query('SELECT Id FROM Account')).done).toBe(true);
  expect((await faulty.call('GET', '/__sandbox/v1/faults')).text).toContain(
    '"serviceUnavailable":0',
  );
  await faulty.set({ requestLimitExceeded: 1 });
  await expect(conn.query('SELECT Id FROM Account')).rejects.toMatchObject({
    errorCode: 'REQUEST_LIMIT_EXCEEDED',
  });
});

test('chance is the same by the same seed', async () => {
  const run = async (): Promise<number[]> => {
    await faulty.set({ serviceUnavailable: { probability: 0.4 } });
    const statuses: number[] = [];
    for (let i = 0; i < 20; i++) statuses.push((await faulty.rest('GET', '/limits')).status);
    return statuses;
  };
  const first = await run();
  expect(await run()).toEqual(first);
  expect(new Set(first)).toEqual(new Set([200, 503]));
});
