/**
 * Goal: nothing that is sent to log in crashes the sandbox, hangs it, or makes it tell a secret.
 * Method: random requests to every address, without a network; then a login still works. test/long/oauth-fuzz.test.ts
 * does the same for longer.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attempt, createLoginTarget, loginRequests } from '../../../support/login-fuzz.ts';
import type { LoginTarget } from '../../../support/login-fuzz.ts';

const RUNS = 1000;

let target: LoginTarget;
beforeAll(async () => {
  target = await createLoginTarget(7);
});
afterAll(() => target.app.close());

test('every request is answered or refused', async () => {
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(loginRequests(target), async (request) => {
      const { status, wrong } = await attempt(target, request);
      statuses.add(status);
      expect(wrong).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
  expect([...statuses]).toEqual(expect.arrayContaining([200, 302, 400, 403]));
  const [client_id = '', client_secret = ''] = target.values;
  const answer = await target.app.inject({
    method: 'POST',
    url: '/services/oauth2/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id,
      client_secret,
    }).toString(),
  });
  expect(answer.statusCode).toBe(200);
});

test.each([
  ['/services/oauth2/token', 'application/x-www-form-urlencoded', 413],
  ['/services/oauth2/introspect', 'multipart/form-data; boundary=b', 413],
  ['/services/oauth2/revoke', 'text/plain', 413],
])('a body over 64 KB is refused by %s', async (url, type, status) => {
  const payload = 'a'.repeat(64 * 1024 + 1);
  const headers = { 'content-type': type };
  const answer = await target.app.inject({ method: 'POST', url, headers, payload });
  expect(answer.statusCode).toBe(status);
  expect(answer.json()).toEqual({
    error: 'invalid_request',
    error_description: 'Request body is too large',
  });
});

test('an envelope over 1 MB is refused with a fault', async () => {
  const payload = `<a>${'a'.repeat(1024 * 1024)}</a>`;
  const headers = { 'content-type': 'text/xml' };
  const url = '/services/Soap/u/60.0';
  const answer = await target.app.inject({ method: 'POST', url, headers, payload });
  expect(answer.statusCode).toBe(500);
  expect(answer.body).toContain('<faultstring>Request body is too large</faultstring>');
});
