/**
 * Goal: each way of sending several requests in one does what it is for.
 * Method: jsforce, unmodified, against the REST routes of an org on a free port.
 */
import type { Connection } from 'jsforce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRestOrg } from '../../../support/rest-org.ts';
import type { RestOrg } from '../../../support/rest-org.ts';

let rest: RestOrg;
let conn: Connection;
const origins: string[] = [];
beforeAll(async () => {
  rest = await startRestOrg();
  ({ conn } = rest);
  rest.org.onCommit(({ origin }) => origins.push(origin));
});
afterAll(() => rest.close());

describe('composite requests', () => {
  const post = (path: string, body: unknown): Promise<Record<string, unknown>> =>
    conn.requestPost(path, body as object);

  test('refer to earlier answers', async () => {
    const answer = await post('/composite', {
      allOrNone: true,
      compositeRequest: [
        {
          method: 'POST',
          url: '/services/data/v60.0/sobjects/Account',
          referenceId: 'a',
          body: { Name: 'Comp' },
        },
        {
          method: 'POST',
          url: '/services/data/v60.0/sobjects/Contact',
          referenceId: 'c',
          body: { LastName: 'Of @{a.id}', AccountId: '@{a.id}' },
        },
        {
          method: 'GET',
          url: '/services/data/v60.0/sobjects/Account/@{a.id}?fields=Name',
          referenceId: 'r',
        },
      ],
    });
    expect(answer).toMatchObject({
      compositeResponse: [
        { httpStatusCode: 201, referenceId: 'a', httpHeaders: { Location: expect.any(String) } },
        { httpStatusCode: 201, referenceId: 'c' },
        { httpStatusCode: 200, body: { Name: 'Comp' } },
      ],
    });
  });

  test('all or none are one transaction, undone by a failure', async () => {
    const count = origins.length;
    const answer = await post('/composite', {
      allOrNone: true,
      compositeRequest: [
        {
          method: 'POST',
          url: '/services/data/v60.0/sobjects/Account',
          referenceId: 'a',
          body: { Name: 'Lost' },
        },
        {
          method: 'POST',
          url: '/services/data/v60.0/sobjects/Contact',
          referenceId: 'c',
          body: {},
        },
      ],
    });
    expect(answer).toMatchObject({
      compositeResponse: [
        { httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
        { httpStatusCode: 400, body: [{ errorCode: 'REQUIRED_FIELD_MISSING' }] },
      ],
    });
    expect(origins).toHaveLength(count);
    expect((await conn.query("SELECT Id FROM Account WHERE Name = 'Lost'")).totalSize).toBe(0);
  });

  test('in batches stand alone', async () => {
    expect(
      await post('/composite/batch', {
        batchRequests: [
          { method: 'GET', url: 'v60.0/sobjects/Account/001Hw0000zzzzzz' },
          { method: 'POST', url: 'v60.0/sobjects/Account', richInput: { Name: 'Batch' } },
        ],
      }),
    ).toMatchObject({ hasErrors: true, results: [{ statusCode: 404 }, { statusCode: 201 }] });
  });

  test('trees bring children along', async () => {
    const tree = {
      records: [
        {
          attributes: { type: 'Account', referenceId: 'ref1' },
          Name: 'Tree',
          Contacts: {
            records: [{ attributes: { type: 'Contact', referenceId: 'ref2' }, LastName: 'Leaf' }],
          },
        },
      ],
    };
    expect(await post('/composite/tree/Account', tree)).toMatchObject({
      hasErrors: false,
      results: [
        { referenceId: 'ref1' },
        { referenceId: 'ref2', id: expect.stringMatching(/^003/) },
      ],
    });
    expect((await conn.query("SELECT Id FROM Contact WHERE Account.Name = 'Tree'")).totalSize).toBe(
      1,
    );
  });
});
