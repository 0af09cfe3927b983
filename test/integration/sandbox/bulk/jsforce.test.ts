/**
 * Goal: a client written for the Bulk API 2.0 works with the sandbox as it is.
 * Method: jsforce's bulk2, unmodified, against an org on a free port.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from 'jsforce';
import { startBulkOrg } from './support.ts';
import type { BulkOrg } from './support.ts';

let sandbox: BulkOrg;
let conn: Connection;
const origins = new Set<string>();

beforeAll(async () => {
  sandbox = await startBulkOrg({ queueMs: 5, runMs: 5 });
  sandbox.org.onCommit(({ origin }) => origins.add(origin));
  conn = sandbox.connect();
  conn.bulk2.pollInterval = 20;
});
afterAll(() => sandbox.close());

const PATIENCE = { pollInterval: 20, pollTimeout: 20_000 };

function names(): unknown[] {
  return [...sandbox.org.records('Account')].map((account) => account['Name']);
}

interface Loaded {
  readonly sf__Id: string;
  readonly sf__Created?: string;
  readonly sf__Error?: string;
  readonly [column: string]: string | undefined;
}

async function load(
  operation: 'insert' | 'update' | 'upsert' | 'delete' | 'hardDelete',
  input: Record<string, unknown>[] | string,
  more: { externalIdFieldName?: string; lineEnding?: 'LF' | 'CRLF' } = {},
): Promise<{ successful: Loaded[]; failed: Loaded[]; unprocessed: unknown }> {
  const results = await conn.bulk2.loadAndWaitForResults({
    object: 'Account',
    operation,
    input: input as Record<string, string>[],
    ...PATIENCE,
    ...more,
  });
  return {
    successful: results.successfulResults as unknown as Loaded[],
    failed: results.failedResults as unknown as Loaded[],
    unprocessed: results.unprocessedRecords,
  };
}

async function query(soql: string, options: object = {}): Promise<Record<string, unknown>[]> {
  const stream = await conn.bulk2.query(soql, { ...PATIENCE, ...options });
  return stream.toArray() as Promise<Record<string, unknown>[]>;
}

describe('loadAndWaitForResults', () => {
  test('inserts records, and tells those that failed with the reason', async () => {
    const { successful, failed, unprocessed } = await load('insert', [
      { Name: 'Acme "Inc", Bern', NumberOfEmployees: 12, Ext__c: 'a' },
      { Name: null, NumberOfEmployees: 1, Ext__c: 'b' },
      { Name: 'Twin', NumberOfEmployees: 'many', Ext__c: 'c' },
    ]);
    expect(successful).toEqual([
      {
        sf__Id: expect.stringMatching(/^001\w{15}$/),
        sf__Created: 'true',
        Name: 'Acme "Inc", Bern',
        NumberOfEmployees: '12',
        Ext__c: 'a',
      },
    ]);
    expect(failed.map((row) => row.sf__Error)).toEqual([
      'REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --',
      "INVALID_TYPE_ON_FIELD_IN_RECORD:Failed to deserialize field at col 1. Due to, 'many' is not a valid value for the type xsd:int:NumberOfEmployees --",
    ]);
    expect(failed.map((row) => row.sf__Id)).toEqual(['', '']);
    expect(unprocessed).toEqual([]);
    expect(names()).toEqual(['Acme "Inc", Bern']);
    expect([...origins]).toEqual(['com/salesforce/api/bulkapi/60.0;client=loader']);
  });

  test('updates by id', async () => {
    const id = await conn.sobject('Account').create({ Name: 'Old', Site: 'kept' });
    const { successful, failed } = await load('update', [
      { Id: id.id, Name: 'New' },
      { Id: '001000000000001', Name: 'Nobody' },
    ]);
    expect(successful).toMatchObject([{ sf__Id: id.id, sf__Created: 'false', Name: 'New' }]);
    expect(failed).toMatchObject([
      {
        sf__Id: '001000000000001',
        sf__Error: 'INVALID_CROSS_REFERENCE_KEY:invalid cross reference id --',
      },
    ]);
    expect(sandbox.org.record('Account', id.id ?? '')).toMatchObject({ Name: 'New', Site: 'kept' });
  });

  test('upserts by an external id, and by id', async () => {
    const { successful } = await load(
      'upsert',
      [
        { Ext__c: 'a', Name: 'Changed' },
        { Ext__c: 'new', Name: 'Made' },
      ],
      { externalIdFieldName: 'Ext__c' },
    );
    expect(successful.map((row) => [row['Name'], row.sf__Created])).toEqual([
      ['Changed', 'false'],
      ['Made', 'true'],
    ]);
    const [first] = successful;
    const byId = await load(
      'upsert',
      [
        { Id: first?.sf__Id, Name: 'By id' },
        { Id: '', Name: 'Without' },
      ],
      { externalIdFieldName: 'Id' },
    );
    expect(byId.successful.map((row) => [row['Name'], row.sf__Created])).toEqual([
      ['By id', 'false'],
      ['Without', 'true'],
    ]);
  });

  test('deletes into the recycle bin', async () => {
    const { id = '' } = await conn.sobject('Account').create({ Name: 'Gone' });
    const { successful } = await load('delete', [{ Id: id }]);
    expect(successful).toEqual([{ sf__Id: id, sf__Created: 'false', Id: id }]);
    expect(sandbox.org.record('Account', id)).toBeUndefined();
    expect(sandbox.org.record('Account', id, true)).toMatchObject({ IsDeleted: true });
  });

  test('erases for good only with the permission', async () => {
    const { id = '' } = await conn.sobject('Account').create({ Name: 'Erased' });
    await expect(load('hardDelete', [{ Id: id }])).rejects.toMatchObject({
      errorCode: 'FEATURENOTENABLED',
    });
    sandbox.org.putUser({ ...sandbox.org.admin, bulkApiHardDelete: true });
    const { successful } = await load('hardDelete', [{ Id: id }]);
    expect(successful).toHaveLength(1);
    expect(sandbox.org.record('Account', id, true)).toBeUndefined();
  });

  test('throws where the job fails as a whole', async () => {
    const before = names().length;
    await expect(load('insert', [{ Nom: 'x' }])).rejects.toThrow(
      'Ingest job failed to complete due to: InvalidBatch : Field name not found : Nom',
    );
    await expect(load('insert', 'Name\r\nx\r\n')).rejects.toThrow(
      'ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF',
    );
    await expect(load('upsert', [{ Name: 'x' }])).rejects.toThrow('External ID was blank');
    expect(names()).toHaveLength(before);
    expect((await load('insert', 'Name\r\nWindows\r\n', { lineEnding: 'CRLF' })).failed).toEqual(
      [],
    );
    expect(names()).toContain('Windows');
  });
});

describe('jobs in steps', () => {
  test('are opened, loaded, closed, polled, and deleted', async () => {
    const job = conn.bulk2.createJob({ object: 'Account', operation: 'insert' });
    await job.open();
    expect(job.getInfo()).toMatchObject({ state: 'Open', contentUrl: expect.any(String) });
    await job.uploadData([{ Name: 'In steps' }]);
    await job.close();
    await job.poll(20, 20_000);
    expect(await job.check()).toMatchObject({ numberRecordsProcessed: 1, numberRecordsFailed: 0 });
    const again = conn.bulk2.job('ingest', { id: job.id ?? '' });
    expect(await again.getSuccessfulResults()).toHaveLength(1);
    expect(await again.getSuccessfulResults(true)).toMatch(/^"sf__Id","sf__Created","Name"\n"001/);
    await again.delete();
    await expect(again.check()).rejects.toMatchObject({ errorCode: 'NOT_FOUND' });
  });

  test('that are aborted leave what was uploaded unprocessed', async () => {
    const job = conn.bulk2.createJob({ object: 'Account', operation: 'insert' });
    await job.open();
    await job.uploadData([{ Name: 'Never' }]);
    await job.abort();
    await expect(job.poll(20, 5_000)).rejects.toThrow('Job has been aborted');
    expect(await job.getUnprocessedRecords()).toEqual([{ Name: 'Never' }]);
    expect(names()).not.toContain('Never');
    await expect(job.abort()).rejects.toMatchObject({ errorCode: 'INVALIDJOBSTATE' });
  });
});

describe('query', () => {
  test('streams records, with those of parents', async () => {
    const [account] = (await load('insert', [{ Name: 'Parent', Ext__c: 'p' }])).successful;
    await conn.bulk2.loadAndWaitForResults({
      object: 'Contact',
      operation: 'insert',
      input: 'LastName,Account.Ext__c\n"Ångström\n😀",p\nLonely,\nLost,nobody\n',
      ...PATIENCE,
    });
    const rows = await query(
      'SELECT Id, lastname, Account.Name, HasOptedOutOfEmail, CreatedDate FROM Contact ORDER BY LastName DESC',
    );
    expect(rows).toEqual([
      expect.objectContaining({ LastName: 'Ångström\n😀', 'Account.Name': 'Parent' }),
      expect.objectContaining({ LastName: 'Lonely', 'Account.Name': '' }),
    ]);
    expect(rows[0]).toMatchObject({
      HasOptedOutOfEmail: 'false',
      CreatedDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
    });
    expect(account?.sf__Id).toMatch(/^001/);
  });

  test('includes the recycle bin where asked, and finds nothing where there is nothing', async () => {
    const gone = "SELECT Id, IsDeleted FROM Account WHERE Name = 'Gone'";
    expect(await query(gone)).toEqual([]);
    expect(await query(gone, { scanAll: true })).toMatchObject([{ IsDeleted: 'true' }]);
  });

  test('is refused at once where it makes no sense', async () => {
    await expect(query('SELECT Nome FROM Account')).rejects.toThrow("No such column 'Nome'");
    await expect(query('SELECT BillingAddress FROM Account')).rejects.toThrow(
      'Selecting compound data not supported in Bulk Query',
    );
  });

  test('of many rows comes while other requests are answered', async () => {
    const lines = Array.from({ length: 3_000 }, (_, i) => `Many ${i}`).join('\n');
    const { successful } = await load('insert', `Name\n${lines}\n`);
    expect(successful).toHaveLength(3_000);
    const [rows] = await Promise.all([
      query("SELECT Name FROM Account WHERE Name LIKE 'Many %'"),
      sleep(1).then(() => conn.sobject('Account').count()),
    ]);
    expect(rows).toHaveLength(3_000);
  });
});
