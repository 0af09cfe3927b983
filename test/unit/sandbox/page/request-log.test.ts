/** Goal: the request log tells who asked what and what came of it, and stays small. */
import { expect, test } from 'vitest';
import { RequestLog } from '../../../../sandbox/salesforce/control/request-log.ts';
import { createApp } from '../../../../sandbox/salesforce/http.ts';
import { SalesforceError } from '../../../../sandbox/salesforce/org/types.ts';

const ENTRY = {
  at: 0,
  method: 'GET',
  path: '/',
  status: 200,
  ms: 1,
  client: null,
  userAgent: null,
  error: null,
};

test('the newest are kept, and numbered on', () => {
  const log = new RequestLog(3);
  for (let i = 0; i < 10; i++) log.add(ENTRY);
  expect(log.after(0).map(({ number }) => number)).toEqual([8, 9, 10]);
  expect(log.after(9).map(({ number }) => number)).toEqual([10]);
  log.clear();
  log.add(ENTRY);
  expect(log.after(0).map(({ number }) => number)).toEqual([11]);
});

test('an answer is noted with its client, its time and its error code', async () => {
  const log = new RequestLog();
  const app = createApp();
  log.follow(app);
  app.get('/services/data/fails', () => {
    throw new SalesforceError(400, 'MALFORMED_QUERY', 'unexpected token');
  });
  app.get('/__sandbox/v1/looked', (_request, reply) => reply.send({}));
  const headers = {
    'sforce-call-options': 'client=loader, defaultNamespace=x',
    'user-agent': 'Loader/1.0',
    authorization: 'Bearer 00DHw00001T8KFO!secret',
  };
  await app.inject({ url: '/services/data/fails?access_token=hidden', headers });
  await app.inject({ url: '/__sandbox/v1/looked' });
  await app.close();
  const [entry, ...others] = log.after(0);
  expect(others).toEqual([]);
  expect(entry).toMatchObject({
    number: 1,
    method: 'GET',
    path: '/services/data/fails?access_token=…',
    status: 400,
    client: 'loader',
    userAgent: 'Loader/1.0',
    error: 'MALFORMED_QUERY',
  });
  expect(entry?.ms).toBeGreaterThanOrEqual(0);
  expect(JSON.stringify(entry)).not.toContain('secret');
});
