/** Goal: query jobs page, list and refuse as warehouses expect. */
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBulkOrg } from './support.ts';
import type { BulkOrg, CallOptions, JobJson } from './support.ts';

let sandbox: BulkOrg;

beforeAll(async () => {
  sandbox = await startBulkOrg({ pageRows: 10 });
  const lines = Array.from({ length: 64 }, (_, i) => `N${String(i).padStart(2, '0')}`);
  await sandbox.ingest({ object: 'Account', operation: 'insert' }, ['Name', ...lines].join('\n'));
});
afterAll(() => sandbox.close());

const ALL = 'SELECT Name FROM Account ORDER BY Name';

async function run(query: string, more: object = {}): Promise<JobJson> {
  const { id } = await sandbox.json('POST', 'query', { operation: 'query', query, ...more });
  return sandbox.finished('query', id);
}

async function page(
  path: string,
  options?: CallOptions,
): Promise<{ locator: string | null; count: string | null; lines: string[] }> {
  const response = await sandbox.call('GET', path, options);
  expect(response.headers.get('Content-Type')).toBe('text/csv');
  const { headers } = response;
  return {
    locator: headers.get('Sforce-Locator'),
    count: headers.get('Sforce-NumberOfRecords'),
    lines: (await response.text()).split('\n').slice(0, -1),
  };
}

async function refusal(response: Promise<Response>): Promise<[number, string]> {
  const answer = await response;
  const [first] = (await answer.json()) as { errorCode: string }[];
  return [answer.status, first?.errorCode ?? ''];
}

describe('results', () => {
  test('come in pages of maxRecords, each with the header, until the locator is null', async () => {
    const { id } = await run(ALL);
    const first = await page(`query/${id}/results?maxRecords=25`);
    expect(first).toMatchObject({ locator: 'MjU', count: '25' });
    expect(first.lines.slice(0, 2)).toEqual(['"Name"', '"N00"']);
    const second = await page(`query/${id}/results?maxRecords=25&locator=${first.locator}`);
    const last = await page(`query/${id}/results?maxRecords=25&locator=${second.locator}`);
    expect(last).toMatchObject({ locator: 'null', count: '14' });
    const rows = [first, second, last].flatMap(({ lines }) => lines.slice(1));
    expect(rows).toEqual([...rows].sort());
    expect(new Set(rows).size).toBe(64);
    expect(await page(`query/${id}/results?maxRecords=25`)).toEqual(first);
  });

  test('can be read in parallel, five pages told at a time', async () => {
    const { id } = await run(ALL);
    const urls: string[] = [];
    let next: string | null = `/services/data/v60.0/jobs/query/${id}/resultPages`;
    const told: number[] = [];
    while (next !== null) {
      const answer = (await sandbox.json('GET', next.split('/jobs/')[1] ?? '')) as unknown as {
        resultPages: { resultUrl: string }[];
        nextRecordsUrl: string | null;
        done: boolean;
      };
      expect(answer.done).toBe(answer.nextRecordsUrl === null);
      told.push(answer.resultPages.length);
      urls.push(...answer.resultPages.map(({ resultUrl }) => resultUrl));
      next = answer.nextRecordsUrl;
    }
    expect(told).toEqual([5, 2]);
    const pages = await Promise.all(urls.map((url) => page(url.split('/jobs/')[1] ?? '')));
    expect(pages.flatMap(({ lines }) => lines.slice(1))).toHaveLength(64);
  });

  test('are in the dialect asked for, and compressed for those who take it', async () => {
    const { id } = await run('SELECT Name, Id FROM Account LIMIT 1', {
      columnDelimiter: 'PIPE',
      lineEnding: 'CRLF',
    });
    const headers = { 'Accept-Encoding': 'identity' };
    const plain = await sandbox.call('GET', `query/${id}/results`, { headers });
    expect(await plain.text()).toMatch(/^"Name"\|"Id"\r\n"N00"\|"001\w{15}"\r\n$/);
    const address = `${sandbox.url}/services/data/v60.0/jobs/query/${id}/results`;
    const { get } = await import('node:http');
    const packed = await new Promise<Buffer>((resolve, reject) => {
      const token = sandbox.connect().accessToken ?? '';
      const asked = { 'Accept-Encoding': 'gzip', Authorization: `Bearer ${token}` };
      get(address, { headers: asked }, (response) => {
        expect(response.headers['content-encoding']).toBe('gzip');
        response.toArray().then((chunks) => resolve(Buffer.concat(chunks)), reject);
      }).on('error', reject);
    });
    expect(gunzipSync(packed).toString()).toMatch(/^"Name"\|"Id"/);
  });

  test('of nothing are the header alone, in the spelling of the org', async () => {
    const soql =
      "SELECT id, account.owner.name, FORMAT(createddate) made FROM contact WHERE lastname = 'x'";
    const { id } = await run(soql);
    expect(await page(`query/${id}/results`)).toEqual({
      locator: 'null',
      count: '0',
      lines: ['"Id","Account.Owner.Name","made"'],
    });
  });

  test('are refused before the end, by another version, and from where there is nothing', async () => {
    const { id } = await run(ALL);
    const results = `query/${id}/results`;
    expect(await refusal(sandbox.call('GET', results, { version: '59.0' }))).toEqual([
      409,
      'INVALIDVERSION',
    ]);
    for (const bad of ['locator=NjQ', 'locator=x', 'locator=LTE']) {
      const refused = await refusal(sandbox.call('GET', `${results}?${bad}`));
      expect(refused).toEqual([400, 'INVALID_QUERY_LOCATOR']);
    }
    expect(await refusal(sandbox.call('GET', `${results}?maxRecords=0`))).toEqual([
      400,
      'INVALID_INPUT',
    ]);
    const old = `query/${id}/resultPages`;
    expect((await refusal(sandbox.call('GET', old, { version: '57.0' })))[0]).toBe(404);
  });
});

describe('a query job', () => {
  test('is shown as Salesforce shows it, whatever it says of PK chunking', async () => {
    const response = await sandbox.call('POST', 'query', {
      body: JSON.stringify({ operation: 'queryAll', query: ALL }),
      type: 'application/json',
      headers: { 'Sforce-Enable-PKChunking': 'chunkSize=100000' },
    });
    const created = (await response.json()) as JobJson;
    expect(created).toEqual({
      id: expect.stringMatching(/^750\w{15}$/),
      operation: 'queryAll',
      object: 'Account',
      createdById: sandbox.org.admin.id,
      createdDate: expect.stringMatching(/\.000\+0000$/),
      systemModstamp: expect.stringMatching(/\.000\+0000$/),
      state: 'UploadComplete',
      concurrencyMode: 'Parallel',
      contentType: 'CSV',
      apiVersion: 60,
      lineEnding: 'LF',
      columnDelimiter: 'COMMA',
    });
    expect(await sandbox.finished('query', created.id)).toEqual({
      ...created,
      state: 'JobComplete',
      systemModstamp: expect.any(String),
      jobType: 'V2Query',
      numberRecordsProcessed: 64,
      retries: 0,
      totalProcessingTime: expect.any(Number),
      isPkChunkingSupported: true,
    });
    expect((await sandbox.call('DELETE', `query/${created.id}`)).status).toBe(204);
    expect((await sandbox.call('GET', `ingest/${created.id}`)).status).toBe(404);
  });

  test('is aborted', async () => {
    const slow = await startBulkOrg({ queueMs: 600_000 });
    try {
      const { id } = await slow.json('POST', 'query', { operation: 'query', query: ALL });
      expect(await refusal(slow.call('GET', `query/${id}/results`))).toEqual([
        400,
        'INVALIDJOBSTATE',
      ]);
      expect(await slow.json('PATCH', `query/${id}`, { state: 'Aborted' })).toMatchObject({
        id,
        state: 'Aborted',
      });
      expect(await slow.json('PATCH', `query/${id}`, { state: 'Aborted' })).toMatchObject([
        { errorCode: 'INVALIDJOBSTATE', message: 'Aborting already Aborted Job not allowed' },
      ]);
    } finally {
      await slow.close();
    }
  });

  test.each([
    ['SELECT Nome FROM Account', 'INVALID_FIELD'],
    ['SELECT Id FROM Nothing', 'INVALID_TYPE'],
    ['SELECT', 'MALFORMED_QUERY'],
    ['', 'INVALIDJOB'],
    ['SELECT Id, (SELECT Id FROM Contacts) FROM Account', 'API_ERROR'],
    ['SELECT COUNT(Id) FROM Account', 'API_ERROR'],
    ['SELECT COUNT() FROM Account', 'API_ERROR'],
    ['SELECT Name FROM Account GROUP BY Name', 'API_ERROR'],
    ['SELECT Id FROM Account OFFSET 1', 'API_ERROR'],
    ['SELECT FIELDS(STANDARD) FROM Account', 'API_ERROR'],
  ])('that asks %j is refused as %s', async (query, code) => {
    const body = JSON.stringify({ operation: 'query', query });
    const refused = refusal(sandbox.call('POST', 'query', { body, type: 'application/json' }));
    expect(await refused).toEqual([400, code]);
  });

  test('is listed with others of its type', async () => {
    interface List {
      readonly done: boolean;
      readonly nextRecordsUrl: string | null;
      readonly records: readonly { readonly jobType: string }[];
    }
    const list = async (path: string): Promise<List> =>
      (await sandbox.json('GET', path)) as unknown as List;
    const types = async (path: string): Promise<string[]> =>
      [...new Set((await list(path)).records.map(({ jobType }) => jobType))].sort();
    await run(ALL);
    expect(await types('query')).toEqual(['V2Query']);
    expect(await types('ingest')).toEqual(['V2Ingest', 'V2Query']);
    expect(await types('ingest?jobType=V2Ingest')).toEqual(['V2Ingest']);
    expect(await types('query?jobType=Classic')).toEqual([]);
    expect(await types('query?isPkChunkingEnabled=true')).toEqual([]);
    expect(await refusal(sandbox.call('GET', 'query?jobType=New'))).toEqual([
      400,
      'INVALID_QUERY_FILTER_OPERATOR',
    ]);
    const all = await list('query');
    expect(all).toMatchObject({ done: true, nextRecordsUrl: null });
  });
});
