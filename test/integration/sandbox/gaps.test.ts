/**
 * Goal: what isn't simulated is refused as Salesforce refuses what it doesn't know, and named in the log; never a 200.
 * Method: a running sandbox is asked for such things over REST, alone and inside composite requests.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/index.ts';

describe('what is not simulated', () => {
  const log: string[] = [];
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ onWarning: (sentence) => log.push(sentence) });
  });
  afterAll(() => sandbox.close());

  const call = async (path: string, body?: unknown): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`${sandbox.http}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${sandbox.accessToken}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  };
  const data = '/services/data/v62.0';

  test.each([
    [`${data}/analytics/reports`, 404, 'NOT_FOUND', 'GET /analytics/reports'],
    [`${data}/sobjects/Idea/describe`, 404, 'NOT_FOUND', 'the standard object Idea'],
    [
      `${data}/query?q=SELECT+Id+FROM+Solution`,
      400,
      'INVALID_TYPE',
      'the standard object Solution',
    ],
    [
      `${data}/query?q=SELECT+Id+FROM+Account+USING+SCOPE+team`,
      400,
      'INVALID_QUERY_SCOPE',
      'USING SCOPE team',
    ],
    ['/services/apexrest/orders', 404, 'NOT_FOUND', 'GET /services/apexrest/orders'],
  ])('%s is %i %s', async (path, status, code, gap) => {
    const answer = await call(path);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject([{ errorCode: code }]);
    expect(log).toContain(`not simulated: ${gap}`);
  });

  test('a part of a composite request is named, too', async () => {
    const parts = [{ method: 'GET', url: `${data}/ui-api/records`, referenceId: 'one' }];
    const answer = await call(`${data}/composite`, { compositeRequest: parts });
    expect(JSON.parse(answer.text)).toMatchObject({ compositeResponse: [{ httpStatusCode: 404 }] });
    expect(log).toContain('not simulated: GET /ui-api/records');
  });

  test('a custom object that is not there is the caller’s slip, and no gap', async () => {
    const before = log.length;
    expect((await call(`${data}/query?q=SELECT+Id+FROM+Idea__c`)).status).toBe(400);
    expect(log.slice(before)).toEqual([]);
  });
});
