/**
 * Goal: classic jobs answer in the words and forms that loaders read, in XML, JSON and CSV.
 * Method: requests as simple-salesforce, salesforce-bulk, tap-salesforce and Data Loader's library send them.
 */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClock } from '../../../../sandbox/salesforce/org/clock.ts';
import { eventually } from '../../../support/eventually.ts';
import { startBulkOrg } from '../bulk/support.ts';
import type { BulkOrg } from '../bulk/support.ts';
import { classicCalls, jobInfo, JSON_TYPE, runBatch, valueOf, XML } from './support.ts';
import type { Answer, Call } from './support.ts';

let sandbox: BulkOrg;
let call: Call;

beforeAll(async () => {
  sandbox = await startBulkOrg();
  call = classicCalls(sandbox);
});
afterAll(() => sandbox.close());

const NS = 'http://www.force.com/2009/06/asyncapi/dataload';
const INSERT = { operation: 'insert', object: 'Account', contentType: 'CSV' };
const CSV = 'text/csv; charset=UTF-8';

function accountOf(name: string): Readonly<Record<string, unknown>> | undefined {
  return sandbox.org.findBy('Account', 'Name', name)[0];
}

function open(properties: Record<string, string>): Promise<Answer> {
  return call('POST', 'job', { body: jobInfo(properties), type: XML });
}

describe('a job', () => {
  test('is shown in XML, property by property', async () => {
    const opened = await open({ ...INSERT, concurrencyMode: 'Serial' });
    expect(opened).toMatchObject({ status: 201, type: 'application/xml' });
    const id = valueOf(opened, 'id');
    expect(id).toMatch(/^750\w{15}$/);
    const shown = opened.text
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z/g, 'T')
      .replaceAll(id, 'JOB');
    expect(shown).toBe(
      `<?xml version="1.0" encoding="UTF-8"?><jobInfo xmlns="${NS}"><id>JOB</id><operation>insert</operation><object>Account</object><createdById>${sandbox.org.admin.id}</createdById><createdDate>T</createdDate><systemModstamp>T</systemModstamp><state>Open</state><concurrencyMode>Serial</concurrencyMode><contentType>CSV</contentType><numberBatchesQueued>0</numberBatchesQueued><numberBatchesInProgress>0</numberBatchesInProgress><numberBatchesCompleted>0</numberBatchesCompleted><numberBatchesFailed>0</numberBatchesFailed><numberBatchesTotal>0</numberBatchesTotal><numberRecordsProcessed>0</numberRecordsProcessed><numberRetries>0</numberRetries><apiVersion>60.0</apiVersion><numberRecordsFailed>0</numberRecordsFailed><totalProcessingTime>0</totalProcessingTime><apiActiveProcessingTime>0</apiActiveProcessingTime><apexProcessingTime>0</apexProcessingTime></jobInfo>`,
    );
  });

  test('is made and closed in JSON while its batches of CSV are told in XML, as tap-salesforce reads them', async () => {
    const body = JSON.stringify({ operation: 'queryAll', object: 'Account', contentType: 'CSV' });
    const headers = { 'Sforce-Enable-PKChunking': 'true; chunkSize=50000' };
    const opened = await call('POST', 'job', { body, type: JSON_TYPE, headers });
    expect(opened).toMatchObject({ status: 201, type: 'application/json' });
    expect(opened.text).toContain('"apiVersion":60.0');
    const { id } = JSON.parse(opened.text) as { id: string };
    const soql = 'SELECT Id FROM Account';
    const batch = await call('POST', `job/${id}/batch`, { body: soql, type: 'text/csv' });
    expect(batch).toMatchObject({ status: 201, type: 'application/xml' });
    const closed = await call('POST', `job/${id}`, { body: '{"state":"Closed"}', type: JSON_TYPE });
    expect(JSON.parse(closed.text)).toMatchObject({ id, state: 'Closed', numberBatchesTotal: 1 });
    const list = await call('GET', `job/${id}/batch`, { type: JSON_TYPE });
    expect(list.type).toBe('application/xml');
    expect(list.text.match(/<batchInfo>/g)).toHaveLength(1);
  });

  test('takes the concurrency as a number, as simple-salesforce sends it', async () => {
    const given = { operation: 'insert', object: 'Account', contentType: 'JSON' };
    for (const [concurrencyMode, shown] of [
      [0, 'Parallel'],
      [1, 'Serial'],
    ] as const) {
      const body = JSON.stringify({ ...given, concurrencyMode });
      const opened = await call('POST', 'job', { body, type: JSON_TYPE });
      expect(JSON.parse(opened.text)).toMatchObject({ concurrencyMode: shown });
    }
  });

  test('is there for versions that REST no longer has: salesforce-bulk asks for 40.0', async () => {
    const given = { body: jobInfo(INSERT), type: XML, version: '40.0' };
    expect(valueOf(await call('POST', 'job', given), 'apiVersion')).toBe('40.0');
    const unknown = await call('POST', 'job', { ...given, version: '12.0' });
    expect([unknown.status, valueOf(unknown, 'exceptionCode')]).toEqual([400, 'InvalidVersion']);
  });

  test('that is aborted leaves what it has not begun unprocessed, and takes no more', async () => {
    let now = Date.UTC(2026, 0, 1);
    const slow = await startBulkOrg(
      { queueMs: 60_000 },
      createClock(() => now),
    );
    try {
      const ask = classicCalls(slow);
      const id = valueOf(await ask('POST', 'job', { body: jobInfo(INSERT), type: XML }), 'id');
      const batch = await ask('POST', `job/${id}/batch`, { body: 'Name\nNever\n', type: CSV });
      expect(valueOf(batch, 'state')).toBe('Queued');
      const path = `job/${id}/batch/${valueOf(batch, 'id')}`;
      const early = await ask('GET', `${path}/result`);
      expect(valueOf(early, 'exceptionMessage')).toBe('Batch not completed');
      const abort = { body: jobInfo({ state: 'Aborted' }), type: XML };
      expect(valueOf(await ask('POST', `job/${id}`, abort), 'state')).toBe('Aborted');
      now += 120_000;
      expect(valueOf(await ask('GET', path), 'state')).toBe('NotProcessed');
      expect([...slow.org.records('Account')]).toEqual([]);
      const late = await ask('POST', `job/${id}/batch`, { body: 'Name\nLate\n', type: CSV });
      expect([late.status, valueOf(late, 'exceptionCode')]).toEqual([400, 'InvalidJobState']);
    } finally {
      await slow.close();
    }
  });
});

test.each([
  ['Parallel', ['InProgress', 'InProgress']],
  ['Serial', ['InProgress', 'Queued']],
])('batches of a %s job are, after a while, %j', async (concurrencyMode, states) => {
  let now = Date.UTC(2026, 0, 1);
  const slow = await startBulkOrg(
    { runMs: 60_000 },
    createClock(() => now),
  );
  try {
    const ask = classicCalls(slow);
    const body = jobInfo({ ...INSERT, concurrencyMode });
    const path = `job/${valueOf(await ask('POST', 'job', { body, type: XML }), 'id')}`;
    for (const name of ['First', 'Second']) {
      await ask('POST', `${path}/batch`, { body: `Name\n${name}\n`, type: CSV });
    }
    const statesNow = async (): Promise<string[]> =>
      [...(await ask('GET', `${path}/batch`)).text.matchAll(/<state>(\w+)</g)].map(
        ([, state]) => state ?? '',
      );
    const begun = (): unknown[] => [...slow.org.records('Account')].map(({ Name }) => Name);
    await eventually(begun, (names) => names.length === (concurrencyMode === 'Serial' ? 1 : 2));
    expect(await statesNow()).toEqual(states);
    now += 60_000;
    await eventually(begun, (names) => names.length === 2);
    expect(begun()).toEqual(['First', 'Second']);
  } finally {
    await slow.close();
  }
});

describe('data', () => {
  test('of CSV may be packed, with either line end, and is given back as it came', async () => {
    const body = 'Name,Ext__c\r\n"Packed ""1""",p1\r\n,p2\r\n';
    const { path, batch } = await runBatch(call, INSERT, {
      body: gzipSync(body),
      type: CSV,
      headers: { 'Content-Encoding': 'gzip' },
    });
    expect(valueOf(batch, 'numberRecordsProcessed')).toBe('2');
    expect(valueOf(batch, 'numberRecordsFailed')).toBe('1');
    const result = await call('GET', `${path}/result`);
    expect(result).toEqual({
      status: 200,
      type: 'text/csv',
      text: `"Id","Success","Created","Error"\n"${String(accountOf('Packed "1"')?.['Id'])}","true","true",""\n"","false","false","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --"\n`,
    });
    expect((await call('GET', `${path}/request`)).text).toBe(body);
  });

  test('of XML has parents by external id, and nil where a field is to be emptied', async () => {
    const key = { name: 'Parent & Sons', ext: 'parent-1' };
    await runBatch(call, INSERT, { body: `Name,Ext__c\n${key.name},${key.ext}\n`, type: CSV });
    const body = `<?xml version="1.0" encoding="UTF-8"?><sObjects xmlns="${NS}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
      <sObject><LastName>&#77;iller &lt;x&gt;</LastName><Ext__c>x1</Ext__c><Title xsi:nil="true"/><Account><sObject><type>Account</type><Ext__c>${key.ext}</Ext__c></sObject></Account></sObject>
      <sObject><Ext__c>x2</Ext__c></sObject></sObjects>`;
    const job = {
      operation: 'upsert',
      object: 'Contact',
      contentType: 'XML',
      externalIdFieldName: 'Ext__c',
    };
    const { path } = await runBatch(call, job, { body, type: XML });
    const [contact] = sandbox.org.findBy('Contact', 'Ext__c', 'x1');
    expect(contact).toMatchObject({
      LastName: 'Miller <x>',
      AccountId: accountOf(key.name)?.['Id'],
    });
    const result = await call('GET', `${path}/result`);
    expect(result.text).toBe(
      `<?xml version="1.0" encoding="UTF-8"?><results xmlns="${NS}"><result><id>${String(contact?.['Id'])}</id><success>true</success><created>true</created></result><result><errors><fields>LastName</fields><message>Required fields are missing: [LastName]</message><statusCode>REQUIRED_FIELD_MISSING</statusCode></errors><success>false</success><created>false</created></result></results>`,
    );
  });

  test('of JSON keeps types, empties by null and finds parents', async () => {
    const records = [
      { Name: 'Jay', Ext__c: 'j1', NumberOfEmployees: 12, Site: 'there' },
      { Name: null, Ext__c: 'j2' },
    ];
    const job = {
      operation: 'upsert',
      object: 'Account',
      contentType: 'JSON',
      externalIdFieldName: 'ext__c',
    };
    const type = JSON_TYPE;
    const first = await runBatch(call, job, { body: JSON.stringify(records), type });
    const id = accountOf('Jay')?.['Id'];
    expect(JSON.parse((await call('GET', `${first.path}/result`)).text)).toEqual([
      { success: true, created: true, id, errors: [] },
      {
        success: false,
        created: false,
        id: null,
        errors: [
          {
            message: 'Required fields are missing: [Name]',
            fields: ['Name'],
            statusCode: 'REQUIRED_FIELD_MISSING',
            extendedErrorDetails: null,
          },
        ],
      },
    ]);
    const body = JSON.stringify([{ Ext__c: 'j1', Site: null, Parent: { Ext__c: 'parent-1' } }]);
    const again = await runBatch(call, job, { body, type });
    expect(again.batch.type).toBe('application/json');
    expect(accountOf('Jay')).toMatchObject({
      Id: id,
      NumberOfEmployees: 12,
      Site: null,
      ParentId: accountOf('Parent & Sons')?.['Id'],
    });
  });

  test.each([
    ['an empty one', '', 400],
    ['more than 10 MB', `Name\n${'x'.repeat(10_000_000)}`, 400],
  ])('that is %s is refused', async (_what, body, status) => {
    const id = valueOf(await open(INSERT), 'id');
    const answer = await call('POST', `job/${id}/batch`, { body, type: CSV });
    expect(answer.status).toBe(status);
    const said = [valueOf(answer, 'exceptionCode'), valueOf(answer, 'exceptionMessage')];
    expect(said).toEqual(
      body === ''
        ? ['InvalidBatch', 'The batch has no content']
        : ['ClientInputError', 'Exceeded max size limit of 10000000 with file size 10000005'],
    );
  });

  test.each([
    [
      'has too many rows',
      INSERT,
      `Name\n${'x\n'.repeat(10_001)}`,
      'InvalidBatch : Exceeded number of records: 10002. Number of records should be less than or equal to 10001',
    ],
    [
      'has a column twice',
      INSERT,
      'Name,Name\nx,y\n',
      'InvalidBatch : Duplicate field name : Name',
    ],
    ['has no rows', INSERT, 'Name\n', 'InvalidBatch : Records not found'],
    [
      'deletes by more than ids',
      { ...INSERT, operation: 'delete' },
      'Id,Name\n001000000000001AAA,x\n',
      "InvalidBatch : The 'delete' batch must contain only ids",
    ],
    [
      'is no JSON',
      { ...INSERT, contentType: 'JSON' },
      '[{"Name":"x"',
      'InvalidBatch : Unexpected end-of-input within/between OBJECT entries at [line:1, column:13]',
    ],
    [
      'is XML with a DOCTYPE',
      { ...INSERT, contentType: 'XML' },
      '<!DOCTYPE sObjects [<!ENTITY a "b">]><sObjects/>',
      'InvalidBatch : DOCTYPE is not allowed',
    ],
  ])('that %s fails the batch', async (_what, job, body, message) => {
    const { batch } = await runBatch(call, job, { body, type: CSV });
    expect([
      valueOf(batch, 'state'),
      valueOf(batch, 'stateMessage').replaceAll('&apos;', "'"),
    ]).toEqual(['Failed', message]);
  });
});

describe('a query', () => {
  const query = (contentType: string, soql: string): ReturnType<typeof runBatch> =>
    runBatch(
      call,
      { operation: 'query', object: 'Account', contentType },
      { body: soql, type: contentType === 'JSON' ? JSON_TYPE : CSV },
    );

  async function foundBy(contentType: string, soql: string): Promise<Answer> {
    const { path } = await query(contentType, soql);
    const list = await call('GET', `${path}/result`);
    const id = /752\w{15}/.exec(list.text)?.[0] ?? '';
    if (contentType === 'JSON') expect(list.text).toBe(`["${id}"]`);
    else expect(list.text).toContain(`<result-list xmlns="${NS}"><result>${id}</result>`);
    return call('GET', `${path}/result/${id}`);
  }

  test('gives records in the format of its job, JSON with instants as milliseconds', async () => {
    await runBatch(call, INSERT, { body: 'Name,Ext__c\nFound & kept,f1\n', type: CSV });
    const { Id, CreatedDate } = accountOf('Found & kept') ?? {};
    const instant = Math.floor(Number(CreatedDate) / 1000) * 1000;
    const soql = "SELECT Id, Name, Owner.Name, CreatedDate, Site FROM Account WHERE Ext__c = 'f1'";
    const { name, id } = sandbox.org.admin;
    expect(JSON.parse((await foundBy('JSON', soql)).text)).toEqual([
      {
        attributes: { type: 'Account', url: `/services/data/v60.0/sobjects/Account/${String(Id)}` },
        Id,
        Name: 'Found & kept',
        Owner: {
          attributes: { type: 'User', url: `/services/data/v60.0/sobjects/User/${id}` },
          Name: name,
        },
        CreatedDate: instant,
        Site: null,
      },
    ]);
    expect(await foundBy('XML', soql)).toEqual({
      status: 200,
      type: 'application/xml',
      text: `<?xml version="1.0" encoding="UTF-8"?><queryResult xmlns="${NS}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><records xsi:type="sObject"><type>Account</type><Id>${String(Id)}</Id><Name>Found &amp; kept</Name><Owner xsi:type="sObject"><type>User</type><Name>${name}</Name></Owner><CreatedDate>${new Date(instant).toISOString()}</CreatedDate><Site xsi:nil="true"/></records></queryResult>`,
    });
    expect((await foundBy('CSV', soql)).text).toBe(
      `"Id","Name","Owner.Name","CreatedDate","Site"\n"${String(Id)}","Found & kept","${name}","${new Date(instant).toISOString()}",""\n`,
    );
  });

  test('of all reads what is deleted', async () => {
    await runBatch(call, INSERT, { body: 'Name,Ext__c\nGone,g1\n', type: CSV });
    const id = String(accountOf('Gone')?.['Id']);
    const soql = { body: "SELECT Id, IsDeleted FROM Account WHERE Ext__c = 'g1'", type: CSV };
    await runBatch(call, { ...INSERT, operation: 'delete' }, { body: `Id\n${id}\n`, type: CSV });
    const counts = await Promise.all(
      ['query', 'queryAll'].map(async (operation) => {
        const { batch } = await runBatch(call, { ...INSERT, operation }, soql);
        return valueOf(batch, 'numberRecordsProcessed');
      }),
    );
    expect(counts).toEqual(['0', '1']);
  });

  test('that finds nothing says so in CSV, and is an empty list in JSON', async () => {
    const soql = "SELECT Id FROM Account WHERE Name = 'nobody'";
    expect((await foundBy('CSV', soql)).text).toBe('Records not found for this query');
    expect((await foundBy('JSON', soql)).text).toBe('[]');
  });

  test('of another object than its job’s fails', async () => {
    const { batch, path } = await query('CSV', 'SELECT Id FROM Contact');
    expect(valueOf(batch, 'stateMessage')).toBe(
      'InvalidBatch : The query is of Contact, the job of Account',
    );
    expect(valueOf(await call('GET', `${path}/result`), 'exceptionCode')).toBe('InvalidBatch');
  });
});

describe('a refusal', () => {
  test.each([
    ['GET', 'job/750000000000001AAA', {}, 400, 'InvalidJob'],
    ['GET', 'jobs', {}, 400, 'InvalidUrl'],
    ['POST', 'job/750000000000001AAA/spec', { body: 'x', type: CSV }, 400, 'InvalidUrl'],
    ['DELETE', 'job/750000000000001AAA', {}, 405, 'InvalidOperation'],
    ['POST', 'job', { body: '<jobInfo>', type: XML }, 400, 'InvalidXml'],
    [
      'POST',
      'job',
      { body: jobInfo({ ...INSERT, operation: 'merge' }), type: XML },
      400,
      'InvalidJob',
    ],
    [
      'POST',
      'job',
      { body: jobInfo({ ...INSERT, contentType: 'ZIP_CSV' }), type: XML },
      400,
      'UnsupportedContentType',
    ],
    [
      'POST',
      'job',
      { body: jobInfo({ ...INSERT, operation: 'hardDelete' }), type: XML },
      400,
      'FeatureNotEnabled',
    ],
    [
      'GET',
      'job/750000000000001AAA',
      { headers: { 'X-SFDC-Session': 'x' } },
      400,
      'InvalidSessionId',
    ],
  ])('of %s %s is in XML with a code', async (method, path, given, status, code) => {
    const answer = await call(method, path, given);
    expect(answer).toMatchObject({ status, type: 'application/xml' });
    expect(answer.text).toMatch(
      new RegExp(
        `^<\\?xml version="1.0" encoding="UTF-8"\\?><error xmlns="${NS}"><exceptionCode>${code}</exceptionCode><exceptionMessage>[^<]+</exceptionMessage></error>$`,
      ),
    );
  });

  test('is in JSON where the request is', async () => {
    const answer = await call('GET', 'job/750000000000001AAA', { type: JSON_TYPE });
    expect(answer).toEqual({
      status: 400,
      type: 'application/json',
      text: '{"exceptionCode":"InvalidJob","exceptionMessage":"Unable to find job with id: 750000000000001AAA"}',
    });
  });

  test('comes when requests are used up, and the session may be a bearer’s too', async () => {
    const { accessToken } = sandbox.org.openSession(sandbox.org.admin.id);
    const bearer = { 'X-SFDC-Session': '', Authorization: `Bearer ${accessToken}` };
    const given = { body: jobInfo(INSERT), type: XML, headers: bearer };
    expect((await call('POST', 'job', given)).status).toBe(201);
    sandbox.faults.requestLimitExceeded = 1;
    const answer = await call('POST', 'job', given);
    expect([answer.status, valueOf(answer, 'exceptionCode')]).toEqual([400, 'ExceededQuota']);
  });

  test('meets whoever asks for another user’s job', async () => {
    const values = {
      Username: 'else@x.test',
      LastName: 'E',
      Email: 'e@x.test',
      Alias: 'else',
      IsActive: true,
    };
    const [made] = sandbox.org.write(
      { userId: sandbox.org.admin.id, origin: '' },
      [{ op: 'insert', entity: 'User', values }],
      true,
    );
    const session = sandbox.org.openSession(made?.id ?? '').accessToken;
    const path = `job/${valueOf(await open(INSERT), 'id')}`;
    const answer = await call('GET', path, { headers: { 'X-SFDC-Session': session } });
    expect([answer.status, valueOf(answer, 'exceptionCode')]).toEqual([400, 'InvalidUser']);
    expect((await call('GET', path)).status).toBe(200);
  });
});
