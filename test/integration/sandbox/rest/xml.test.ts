/**
 * Goal: clients that ask for XML get it, and the same that JSON says.
 * Method: plain HTTP requests, read by an XML parser.
 */
import { XMLParser } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRestOrg } from '../../../support/rest-org.ts';
import type { RestOrg } from '../../../support/rest-org.ts';

let rest: RestOrg;
let id: string;
beforeAll(async () => {
  rest = await startRestOrg();
  id = (await rest.conn.sobject('Account').create({ Name: 'A & <B>', Phone: '1' })).id ?? '';
});
afterAll(() => rest.close());

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@' });

async function xml(path: string, accept?: string): Promise<Record<string, unknown>> {
  const headers = accept === undefined ? {} : { accept };
  const answer = await rest.raw('GET', path, { headers });
  expect(answer.headers.get('content-type')).toBe('application/xml;charset=UTF-8');
  return parser.parse(answer.text) as Record<string, unknown>;
}

test.each([
  ['an ending', '.xml', undefined],
  ['a header', '', 'application/xml'],
])('a record comes as XML by %s', async (_, ending, accept) => {
  const parsed = await xml(`v60.0/sobjects/Account/${id}${ending}?fields=Name,Fax`, accept);
  expect(parsed['Account']).toMatchObject({
    '@type': 'Account',
    '@url': `/services/data/v60.0/sobjects/Account/${id}`,
    Name: 'A & <B>',
    Fax: { '@xsi:nil': 'true' },
  });
});

test('so do errors, queries, versions and resources', async () => {
  const missing = await xml('v60.0/sobjects/Account/001Hw0000zzzzzz.xml');
  expect(missing['Errors']).toMatchObject({
    Error: { errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' },
  });
  const found = await xml(`v60.0/query.xml?q=SELECT+Name+FROM+Account`);
  expect(found['QueryResult']).toMatchObject({
    totalSize: 1,
    done: true,
    records: { '@type': 'Account', Name: 'A & <B>' },
  });
  const versions = (await xml('', 'application/xml'))['Versions'] as { Version: unknown[] };
  expect(versions.Version[0]).toMatchObject({ label: "Winter '21" });
  expect((await xml('v60.0', 'text/xml'))['urls']).toMatchObject({
    sobjects: '/services/data/v60.0/sobjects',
  });
});

describe('JSON comes', () => {
  test.each([
    ['for any', '*/*', ''],
    ['for those who prefer it', 'application/json, application/xml;q=0.9', ''],
    ['by the ending', 'application/xml', '.json'],
  ])('%s', async (_, accept, ending) => {
    const path = `v60.0/sobjects/Account/${id}${ending}`;
    const { json } = await rest.raw('GET', path, { headers: { accept } });
    expect(json).toMatchObject({ Name: 'A & <B>' });
  });

  test('for an external id that ends in .xml', async () => {
    await rest.conn.sobject('Account').create({ Name: 'File', Ext__c: 'a.xml' });
    const { json } = await rest.raw('GET', 'v60.0/sobjects/Account/Ext__c/a.xml');
    expect(json).toMatchObject({ Name: 'File' });
  });
});
