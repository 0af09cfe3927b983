/** What every answer carries, and how long it may take. */
import { describe, expect, test } from 'vitest';
import { responseHeadersProblem } from '../../../src/config/response-headers.ts';
import { app } from './harness.ts';

describe('response.http.headers.config', () => {
  test('sets, adds and dates headers of every answer, errors too', async () => {
    const rules =
      'set X-Frame-Options: DENY, "add Cache-Control: no-cache, no-store", set Content-Type:text/plain, setDate Expires: 60000';
    const served = app({}, { headers: { rules, now: () => Date.UTC(2026, 0, 1) } });
    for (const url of ['/', '/nowhere']) {
      const { headers } = await served.inject(url);
      expect(headers, url).toMatchObject({
        'x-frame-options': 'DENY',
        'cache-control': 'no-cache, no-store',
        'content-type': 'text/plain',
        expires: 'Thu, 01 Jan 2026 00:01:00 GMT',
      });
    }
  });

  test.each([
    ['put X: 1', '"put" in "put X: 1" must be one of set, add, setDate, addDate'],
    ['set X', '"set X" must be an action, a header\'s name, a colon and its value'],
    ['set a b: 1', '"set a b: 1" must be an action, a header\'s name, a colon and its value'],
    ['addDate Expires: soon', 'the value of Expires must be milliseconds'],
    ['set X: a:b, add Y: 2', undefined],
    ['', undefined],
  ])('%j: %s', (text, problem) => {
    expect(responseHeadersProblem(text)).toBe(problem);
  });
});

test('a request that nobody answers ends as Connect ends it', async () => {
  const never = app({ offsets: () => new Promise(() => {}) }, { answerWithinMs: 20 });
  const answer = await never.inject('/connectors/c/offsets');
  expect(answer.statusCode).toBe(500);
  expect(answer.json()).toEqual({ error_code: 500, message: 'Request timed out' });
});

test('a method that a path doesn’t have is answered with those it has', async () => {
  const { statusCode, headers } = await app().inject({ method: 'DELETE', url: '/connectors' });
  expect(statusCode).toBe(405);
  expect(headers['allow']).toBe('GET,HEAD,POST,OPTIONS');
});
