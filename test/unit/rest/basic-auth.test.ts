/** Goal: with users, nobody else is answered; what workers ask each other is signed instead, as in Connect. */
import { describe, expect, test } from 'vitest';
import { app } from './harness.ts';

const users = new Map([
  ['alice', 'a:s3cret'],
  ['bob', ''],
]);
const basic = (pair: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
});

describe('basic authentication', () => {
  test.each([
    ['the right password', basic('alice:a:s3cret'), 200],
    ['none at all', {}, 401],
    ['a wrong password', basic('alice:s3cret'), 401],
    ['somebody else', basic('mallory:a:s3cret'), 401],
    ['nobody with no password', basic(':'), 401],
    ['no pair', basic('alice'), 401],
    ['another scheme', { authorization: 'Bearer a:s3cret' }, 401],
  ])('%s: %o is answered with %i', async (_what, headers, status) => {
    const answer = await app({ connectors: () => [] }, { users }).inject({
      url: '/connectors',
      headers,
    });
    expect(answer.statusCode).toBe(status);
    if (status === 401) {
      expect(answer.headers['www-authenticate']).toMatch(/^Basic /);
      expect(answer.json()).toEqual({
        error_code: 401,
        message: 'User cannot access the resource.',
      });
    }
  });

  test.each(['/', '/health', '/metrics', '/admin/loggers', '/nowhere'])(
    '%s is for users alone',
    async (url) => {
      expect((await app({}, { users }).inject({ url })).statusCode).toBe(401);
    },
  );

  test.each([
    // Passed on; only workers of a group have them.
    ['POST', '/connectors/a/tasks', 405],
    ['PUT', '/connectors/a/fence', 404],
    ['GET', '/connectors/a/tasks', 401],
    ['POST', '/connectors/a/tasks/0/restart', 401],
  ] as const)('%s %s without a login: %i', async (method, url, status) => {
    expect((await app({}, { users }).inject({ method, url })).statusCode).toBe(status);
  });

  test("a browser's question whether it may ask needs no login", async () => {
    const cors = { origin: '*', methods: 'GET' };
    const answer = await app({}, { users, cors }).inject({
      method: 'OPTIONS',
      url: '/connectors',
      headers: { origin: 'http://page.example', 'access-control-request-method': 'GET' },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBe('http://page.example');
  });
});

describe('/admin on listeners of its own', () => {
  test.each([
    ['all', '/admin/loggers', 200],
    ['connect', '/admin/loggers', 404],
    ['connect', '/connectors', 200],
    ['admin', '/admin/loggers', 200],
    ['admin', '/connectors', 404],
  ] as const)('serving %s, %s is answered with %i', async (serves, url, status) => {
    const answer = await app({ connectors: () => [] }, { serves }).inject({ url });
    expect(answer.statusCode).toBe(status);
  });
});
