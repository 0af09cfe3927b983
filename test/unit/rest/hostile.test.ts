/**
 * Goal: whatever a client sends is answered with Connect's error body and a status below 500, and creates
 * nothing that no path reaches.
 */
import { connect } from 'node:net';
import type { LightMyRequestResponse as Response } from 'fastify';
import { describe, expect, test } from 'vitest';
import type { Properties } from '../../../src/config/definition.ts';
import type { ConnectorInfo } from '../../../src/herder/herder.ts';
import { app, json } from './harness.ts';

const info = (name: string, config: Properties = {}): ConnectorInfo => ({
  name,
  config,
  tasks: [],
  type: 'source',
});

interface ErrorAnswer {
  readonly error_code: number;
  readonly message: string;
}

describe('paths', () => {
  test.each([
    ['an escape that is none', '/connectors/%zz', 400],
    ['bytes that are no UTF-8', '/connectors/%ff', 400],
    ['a name longer than a path may hold', `/connectors/${'a'.repeat(12_000)}`, 414],
  ])('%s is refused in the usual shape', async (_what, url, status) => {
    const answer = await app().inject(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.json<ErrorAnswer>()).toMatchObject({
      error_code: status,
      message: expect.stringContaining(`HTTP ${status}`),
    });
  });

  test.each([
    ['a slash', 'a/b'],
    ['a step in a path', '..'],
    ['half a character', '\ud800'],
    ['too many characters', 'a'.repeat(1_001)],
  ])('a name of %s is refused: no path would reach it', async (_what, name) => {
    const created: string[] = [];
    const rest = app({
      create: async (given) => {
        created.push(given);
        return info(given);
      },
    });
    const payload = JSON.stringify({ name, config: {} });
    const answer = await rest.inject({
      method: 'POST',
      url: '/connectors',
      headers: json,
      payload,
    });
    expect(answer.statusCode).toBe(400);
    expect(created).toEqual([]);
  });

  test.each(['🚲 café', 'a;b?c#d%2F', '__proto__', 'ж'.repeat(1_000)])(
    'the name %j goes through every path as it is',
    async (name) => {
      const rest = app({ info: (given) => info(given), create: async (given) => info(given) });
      const created = await rest.inject({
        method: 'POST',
        url: '/connectors',
        headers: json,
        payload: JSON.stringify({ name, config: {} }),
      });
      const path = new URL(String(created.headers.location)).pathname;
      expect((await rest.inject(path)).json<ConnectorInfo>().name).toBe(name);
    },
  );
});

describe('bodies', () => {
  const post = async (payload: string | Buffer): Promise<{ status: number; message: string }> => {
    const answer = await app({ create: async (name) => info(name) }).inject({
      method: 'POST',
      url: '/connectors',
      headers: json,
      payload,
    });
    return { status: answer.statusCode, message: answer.json<ErrorAnswer>().message };
  };

  test('what is no JSON is not quoted: it may be a secret', async () => {
    const cut = await post('{"name":"a","config":{"password":canary-8f3a}}');
    expect(cut.status).toBe(400);
    expect(cut.message).toMatch(/^The body is not JSON: Unexpected token/);
    expect(cut.message).not.toContain('canary');
  });

  test('bytes that are no UTF-8 are refused, not replaced (Invariant 6)', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"name":"a'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]);
    expect((await post(bytes)).status).toBe(400);
  });

  test('a byte order mark is no part of it', async () => {
    expect((await post('\ufeff{"name":"a","config":{}}')).status).toBe(201);
  });

  test('more than 10 MiB are refused', async () => {
    const answer = await post(`{"name":"${'a'.repeat(10 * 1024 * 1024)}"}`);
    expect(answer).toEqual({ status: 413, message: 'HTTP 413 Payload Too Large' });
  });

  test('a hundred thousand brackets are refused', async () => {
    const deep = `${'['.repeat(1e5)}1234567890123456789${']'.repeat(1e5)}`;
    expect((await post(`{"name":"a","config":{"x":${deep}}}`)).status).toBe(400);
  });

  test('a property called __proto__ is a property', async () => {
    let seen: Properties = {};
    const rest = app({
      create: async (name, config) => {
        seen = config;
        return info(name);
      },
    });
    const payload = '{"name":"a","config":{"__proto__":"x","toString":"y"}}';
    await rest.inject({ method: 'POST', url: '/connectors', headers: json, payload });
    expect(Object.entries(seen)).toEqual([
      ['__proto__', 'x'],
      ['toString', 'y'],
      ['name', 'a'],
    ]);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    '%s is not taken for JSON',
    async (type) => {
      const answer = await app().inject({
        method: 'POST',
        url: '/connectors',
        headers: { 'content-type': type },
        payload: '{"name":"a","config":{}}',
      });
      expect(answer.json()).toEqual({
        error_code: 415,
        message: 'HTTP 415 Unsupported Media Type',
      });
    },
  );
});

describe('methods', () => {
  test('HEAD answers as GET, without a body', async () => {
    const answer = await app({ connectors: () => ['a'] }).inject({
      method: 'HEAD',
      url: '/connectors',
    });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
  });

  test('OPTIONS names the methods of a path, and 404 where there is none', async () => {
    const rest = app();
    const options = async (url: string): Promise<Response> =>
      await rest.inject({ method: 'OPTIONS', url });
    expect((await options('/connectors/a')).headers.allow).toBe('GET,HEAD,DELETE,OPTIONS');
    expect((await options('/nowhere')).statusCode).toBe(404);
  });

  test('TRACE is refused', async () => {
    const rest = app();
    const answer = await rest.inject({ method: 'TRACE' as 'GET', url: '/connectors' });
    expect(answer.statusCode).toBe(405);
  });
});

test('includeTasks and onlyFailed are read as Java reads booleans', async () => {
  const seen: unknown[] = [];
  const rest = app({
    restart: async (_name, options) => {
      seen.push(options);
      return undefined;
    },
  });
  for (const query of ['includeTasks=TRUE&onlyFailed=yes', 'includeTasks=&includeTasks=true']) {
    await rest.inject({ method: 'POST', url: `/connectors/a/restart?${query}` });
  }
  expect(seen).toEqual([
    { includeTasks: true, onlyFailed: false },
    { includeTasks: false, onlyFailed: false },
  ]);
});

test('a client that goes away in the middle of a request harms nobody', async () => {
  const rest = app({ connectors: () => [] });
  await rest.listen({ host: '127.0.0.1', port: 0 });
  const address = rest.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const head = 'POST /connectors HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
  const socket = connect(port, '127.0.0.1');
  await new Promise<void>((resolve) =>
    socket.write(`${head}Content-Length: 100\r\n\r\n{"name"`, () => resolve()),
  );
  socket.destroy();
  const answer = await fetch(`http://127.0.0.1:${port}/connectors`);
  expect(answer.status).toBe(200);
  await rest.close();
});
