/**
 * Goal: what sends several requests in one gets Salesforce's answers, bodies and bounds included.
 * Method: jsforce's own requests, unmodified, against the REST routes of an org on a free port.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRestOrg } from '../../../support/rest-org.ts';
import type { RestOrg } from '../../../support/rest-org.ts';

let rest: RestOrg;
beforeAll(async () => {
  rest = await startRestOrg();
});
afterAll(() => rest.close());

const V = '/services/data/v60.0';
const post = (path: string, body: object): Promise<Record<string, unknown>> =>
  rest.conn.requestPost(path, body);
const count = async (name: string): Promise<number> =>
  (await rest.conn.query(`SELECT Id FROM Account WHERE Name = '${name}'`)).totalSize;

function create(referenceId: string, values: object, type = 'Account') {
  return { method: 'POST', url: `${V}/sobjects/${type}`, referenceId, body: values };
}

describe('a composite request', () => {
  test('goes on after a failure, but not with what refers to it', async () => {
    const answer = await post('/composite', {
      allOrNone: false,
      collateSubrequests: true,
      compositeRequest: [
        create('bad', {}),
        create('child', { LastName: 'x', AccountId: '@{bad.id}' }, 'Contact'),
        create('good', { Name: 'Goes on' }),
        { method: 'DELETE', url: `${V}/sobjects/Account/@{good.id}`, referenceId: 'gone' },
        {
          method: 'GET',
          url: `${V}/query?q=SELECT+Id+FROM+Account+WHERE+Name='Goes+on'`,
          referenceId: 'found',
        },
      ],
    });
    expect(answer).toMatchObject({
      compositeResponse: [
        { httpStatusCode: 400, body: [{ errorCode: 'REQUIRED_FIELD_MISSING' }] },
        { httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
        { httpStatusCode: 201, body: { success: true } },
        { httpStatusCode: 204, body: null, httpHeaders: {}, referenceId: 'gone' },
        { httpStatusCode: 200, body: { totalSize: 0, done: true } },
      ],
    });
  });

  test('refers into the records of a query and of a collection', async () => {
    await rest.conn.sobject('Account').create({ Name: 'Parent' });
    const answer = await post('/composite', {
      allOrNone: true,
      compositeRequest: [
        {
          method: 'GET',
          url: `${V}/query?q=SELECT+Id+FROM+Account+WHERE+Name='Parent'`,
          referenceId: 'q',
        },
        {
          method: 'POST',
          url: `${V}/composite/sobjects`,
          referenceId: 'c',
          body: {
            allOrNone: true,
            records: [
              { attributes: { type: 'Account' }, Name: 'Child', ParentId: '@{q.records[0].Id}' },
            ],
          },
        },
        {
          method: 'GET',
          url: `${V}/sobjects/Account/@{c[0].id}?fields=ParentId,Name`,
          referenceId: 'r',
        },
      ],
    });
    expect(answer).toMatchObject({
      compositeResponse: [
        { httpStatusCode: 200 },
        { httpStatusCode: 200, body: [{ success: true }] },
        { httpStatusCode: 200, body: { Name: 'Child', ParentId: expect.stringMatching(/^001/) } },
      ],
    });
  });

  test.each([
    ['26 parts', Array.from({ length: 26 }, (_, i) => create(`r${i}`, { Name: 'Many' }))],
    [
      '6 queries',
      Array.from({ length: 6 }, (_, i) => ({
        method: 'GET',
        url: `${V}/query?q=SELECT+Id+FROM+Lead`,
        referenceId: `q${i}`,
      })),
    ],
    ['two of a name', [create('same', { Name: 'Many' }), create('same', { Name: 'Many' })]],
    ['one without a name', [{ method: 'GET', url: `${V}/limits` }]],
    ['none', []],
  ])('of %s is refused as a whole', async (_, compositeRequest) => {
    await expect(post('/composite', { compositeRequest })).rejects.toMatchObject({
      errorCode: 'INVALID_INPUT',
    });
    expect(await count('Many')).toBe(0);
  });
});

describe('a batch', () => {
  const batchRequests = [
    { method: 'POST', url: 'v60.0/sobjects/Account', richInput: { Name: 'Batched' } },
    { method: 'GET', url: 'v60.0/sobjects/Account/001Hw0000zzzzzz' },
    { method: 'GET', url: 'v99.0/limits' },
    { method: 'POST', url: 'v60.0/sobjects/Account', richInput: { Name: 'Batched' } },
  ];

  test('answers each part for itself', async () => {
    expect(await post('/composite/batch', { batchRequests })).toMatchObject({
      hasErrors: true,
      results: [{ statusCode: 201 }, { statusCode: 404 }, { statusCode: 400 }, { statusCode: 201 }],
    });
  });

  test('that halts on errors leaves the rest out', async () => {
    const before = await count('Batched');
    const answer = await post('/composite/batch', { batchRequests, haltOnError: true });
    expect(answer).toMatchObject({
      hasErrors: true,
      results: [
        { statusCode: 201, result: { success: true } },
        { statusCode: 404, result: [{ errorCode: 'NOT_FOUND' }] },
        { statusCode: 412, result: [{ errorCode: 'BATCH_PROCESSING_HALTED' }] },
        { statusCode: 412 },
      ],
    });
    expect(await count('Batched')).toBe(before + 1);
  });
});

describe('graphs', () => {
  test('succeed or fail each as a whole', async () => {
    const answer = await post('/composite/graph', {
      graphs: [
        {
          graphId: '1',
          compositeRequest: [
            create('a', { Name: 'Graph kept' }),
            create('c', { LastName: 'Node', AccountId: '@{a.id}' }, 'Contact'),
          ],
        },
        {
          graphId: '2',
          compositeRequest: [create('a', { Name: 'Graph lost' }), create('c', {}, 'Contact')],
        },
      ],
    });
    expect(answer).toEqual({
      graphs: [
        {
          graphId: '1',
          isSuccessful: true,
          graphResponse: {
            compositeResponse: [
              expect.objectContaining({ httpStatusCode: 201, referenceId: 'a' }),
              expect.objectContaining({ httpStatusCode: 201, referenceId: 'c' }),
            ],
          },
        },
        {
          graphId: '2',
          isSuccessful: false,
          graphResponse: {
            compositeResponse: [
              {
                body: [
                  {
                    errorCode: 'PROCESSING_HALTED',
                    message:
                      'The transaction was rolled back since another operation in the same transaction failed.',
                  },
                ],
                httpHeaders: {},
                httpStatusCode: 400,
                referenceId: 'a',
              },
              {
                body: [expect.objectContaining({ errorCode: 'REQUIRED_FIELD_MISSING' })],
                httpHeaders: {},
                httpStatusCode: 400,
                referenceId: 'c',
              },
            ],
          },
        },
      ],
    });
    expect(await count('Graph kept')).toBe(1);
    expect(await count('Graph lost')).toBe(0);
  });

  test('take 500 nodes', async () => {
    const graph = (graphId: string, nodes: number) => ({
      graphId,
      compositeRequest: Array.from({ length: nodes }, (_, i) => create(`n${i}`, { Name: 'Node' })),
    });
    const answer = await post('/composite/graph', { graphs: [graph('1', 300), graph('2', 200)] });
    expect(answer).toMatchObject({ graphs: [{ isSuccessful: true }, { isSuccessful: true }] });
    await expect(
      post('/composite/graph', { graphs: [graph('1', 300), graph('2', 201)] }),
    ).rejects.toMatchObject({ errorCode: 'INVALID_INPUT' });
    expect(await count('Node')).toBe(500);
  });
});

describe('a tree', () => {
  const node = (referenceId: string, more: object = {}) => ({
    attributes: { type: 'Account', referenceId },
    Name: 'In a tree',
    ...more,
  });
  const chain = (levels: number): object =>
    node(`l${levels}`, levels === 1 ? {} : { ChildAccounts: { records: [chain(levels - 1)] } });
  const plant = async (records: readonly object[]) => {
    const { status, json } = await rest.raw('POST', 'v60.0/composite/tree/Account', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ records }),
    });
    return { status, json };
  };

  test.each([
    [
      'whose records share a reference',
      [node('same'), node('same')],
      'same',
      'Duplicate ReferenceId provided in the request.',
    ],
    [
      'whose records have no reference',
      [{ attributes: { type: 'Account' }, Name: 'In a tree' }],
      '',
      'Include a reference ID for each record in the request.',
    ],
  ])('%s fails as a whole', async (_, records, referenceId, message) => {
    expect(await plant(records)).toEqual({
      status: 400,
      json: {
        hasErrors: true,
        results: [{ referenceId, errors: [{ statusCode: 'INVALID_INPUT', message, fields: [] }] }],
      },
    });
    expect(await count('In a tree')).toBe(0);
  });

  test('is five levels deep and has 200 records at most', async () => {
    const many = Array.from({ length: 201 }, (_, i) => node(`n${i}`));
    for (const records of [[chain(6)], many]) {
      expect(await plant(records)).toMatchObject({
        status: 400,
        json: [{ errorCode: 'INVALID_INPUT' }],
      });
    }
    expect(await count('In a tree')).toBe(0);
    expect((await plant([chain(5)])).status).toBe(201);
    expect(await count('In a tree')).toBe(5);
  });
});

test('the composite resource lists its parts', async () => {
  expect(await rest.conn.request('/composite')).toEqual({
    tree: `${V}/composite/tree`,
    batch: `${V}/composite/batch`,
    sobjects: `${V}/composite/sobjects`,
    graph: `${V}/composite/graph`,
  });
});
