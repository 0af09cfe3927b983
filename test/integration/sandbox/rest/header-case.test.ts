/**
 * Goal: clients that compare header names letter by letter find those of Salesforce.
 * Method: node's http client, which keeps names as they were sent, against the REST and Bulk routes.
 */
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRestOrg } from '../../../support/rest-org.ts';
import type { RestOrg } from '../../../support/rest-org.ts';

let rest: RestOrg;
beforeAll(async () => {
  rest = await startRestOrg();
});
afterAll(() => rest.close());

function headerNames(path: string): Promise<string[]> {
  const { instanceUrl, accessToken } = rest.conn;
  const headers = { Authorization: `Bearer ${accessToken ?? ''}`, 'Accept-Encoding': 'gzip' };
  return new Promise((resolve, reject) => {
    request(`${instanceUrl}/services/data/v60.0${path}`, { headers }, (response) => {
      response.resume();
      resolve(response.rawHeaders.filter((_, i) => i % 2 === 0));
    })
      .on('error', reject)
      .end();
  });
}

test('names begin each word with a capital, in JSON, in compressed and in streamed answers', async () => {
  const { id } = await rest.conn.sobject('Account').create({ Name: 'A' });
  expect(await headerNames(`/sobjects/Account/${id ?? ''}`)).toEqual(
    expect.arrayContaining(['Content-Type', 'Sforce-Limit-Info', 'ETag', 'Last-Modified']),
  );
  expect(await headerNames('/sobjects')).toEqual(
    expect.arrayContaining(['Content-Type', 'Content-Encoding', 'Vary']),
  );
  const job = await rest.conn.bulk2.query('SELECT Id FROM Account').then((stream) => stream);
  for await (const record of job) expect(record).toBeDefined();
  const [{ id: jobId } = { id: '' }] = (
    await rest.conn.request<{ records: { id: string }[] }>('/jobs/query')
  ).records;
  expect(await headerNames(`/jobs/query/${jobId}/results`)).toEqual(
    expect.arrayContaining(['Content-Type', 'Sforce-Locator', 'Sforce-NumberOfRecords']),
  );
});
