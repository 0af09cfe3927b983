import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createSchemaRegistry } from '../../../src/registry/registry.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

describe('what a registry’s answer means', () => {
  const open: AsyncDisposable[] = [];
  afterEach(async () => {
    for (const server of open.splice(0)) await server[Symbol.asyncDispose]();
  });

  async function serve(handle: Handle): Promise<string> {
    const server = createServer(handle);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({
      [Symbol.asyncDispose]: () =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const answering =
    (status: number, body: unknown, headers: Record<string, string> = {}): Handle =>
    (_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    };

  it.each([
    [409, { message: 'not compatible' }, 'data', 'registry.incompatible'],
    [422, { message: 'bad schema' }, 'data', 'registry.schema.invalid'],
    [401, { message: 'who are you' }, 'auth', 'registry.auth'],
    [403, { message: 'no' }, 'auth', 'registry.auth'],
    [500, { message: 'oops' }, 'retriable', 'registry.unavailable'],
    [503, {}, 'retriable', 'registry.unavailable'],
    [404, 'a web page', 'config', 'registry.url'],
    [405, { message: 'what' }, 'config', 'registry.url'],
  ] as const)('%i %j is %s', async (status, body, kind, code) => {
    const url = await serve(answering(status, body));
    const registry = createSchemaRegistry({ urls: [url] });
    await expect(registry.register('orders-value', '"string"')).rejects.toMatchObject({
      kind,
      code,
    });
  });

  it('429 says how long to wait', async () => {
    const url = await serve(answering(429, { message: 'slow down' }, { 'retry-after': '3' }));
    await expect(createSchemaRegistry({ urls: [url] }).byId(1)).rejects.toMatchObject({
      kind: 'retriable',
      waitMs: 3000,
    });
  });

  it('nobody listening is retriable, and another URL is used meanwhile', async () => {
    const dead = await serve(answering(200, {}));
    for (const server of open.splice(0)) await server[Symbol.asyncDispose]();
    await expect(createSchemaRegistry({ urls: [dead] }).byId(1)).rejects.toMatchObject({
      kind: 'retriable',
      code: 'registry.unreachable',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
    const alive = await serve(answering(200, { schema: '"string"' }));
    expect(await createSchemaRegistry({ urls: [dead, alive] }).byId(1)).toBe('"string"');
  });

  it('an answer that never comes is retriable', async () => {
    const url = await serve(() => undefined);
    const registry = createSchemaRegistry({ urls: [url], timeoutMs: 50 });
    await expect(registry.byId(1)).rejects.toMatchObject({ code: 'registry.unreachable' });
  });

  it('credentials are sent, and never part of an error', async () => {
    let seen: string | undefined;
    const url = await serve((request, response) => {
      seen = request.headers.authorization;
      answering(401, { message: 'refused' })(request, response);
    });
    const registry = createSchemaRegistry({
      urls: [url],
      auth: { username: 'u', password: 'hunter2' },
    });
    const failure = await registry.latest('s').catch((error: unknown) => String(error));
    expect(seen).toBe(`Basic ${Buffer.from('u:hunter2').toString('base64')}`);
    expect(failure).not.toContain('hunter2');
  });

  it('each schema is asked for once, failures again', async () => {
    let calls = 0;
    const url = await serve((request, response) => {
      calls += 1;
      answering(calls === 1 ? 503 : 200, { id: 7, schema: '"string"' })(request, response);
    });
    const registry = createSchemaRegistry({ urls: [url] });
    await expect(registry.register('s', '"string"')).rejects.toMatchObject({ kind: 'retriable' });
    const ids = await Promise.all([1, 2, 3].map(() => registry.register('s', '"string"')));
    expect(ids).toEqual([7, 7, 7]);
    expect(await registry.register('s', '"string"')).toBe(7);
    expect(calls).toBe(2);
    await registry.byId(7);
    await registry.byId(7);
    expect(calls).toBe(3);
  });
});
