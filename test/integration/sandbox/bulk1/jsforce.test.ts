/**
 * Goal: a client written for the classic Bulk API works with the sandbox as it is.
 * Method: jsforce's `conn.bulk`, unmodified, against an org on a free port.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import { startBulkOrg } from '../bulk/support.ts';
import type { BulkOrg } from '../bulk/support.ts';

let sandbox: BulkOrg;
let conn: Connection;
const origins = new Set<string>();

beforeAll(async () => {
  sandbox = await startBulkOrg({ queueMs: 5, runMs: 5 });
  sandbox.org.onCommit(({ origin }) => origins.add(origin));
  conn = sandbox.connect();
  conn.bulk.pollInterval = 20;
});
afterAll(() => sandbox.close());

function accountOf(name: string): Readonly<Record<string, unknown>> | undefined {
  return sandbox.org.findBy('Account', 'Name', name)[0];
}

async function queried(soql: string): Promise<Record<string, unknown>[]> {
  const stream = await conn.bulk.query(soql);
  return new Promise((resolve, reject) => {
    const rows: Record<string, unknown>[] = [];
    stream.on('record', (row: Record<string, unknown>) => rows.push(row));
    stream.on('end', () => resolve(rows));
    stream.on('error', reject);
  });
}

/** jsforce's batches are thenable, yet no promises. */
async function resultsOf(batch: InsertBatch): Promise<readonly unknown[]> {
  const results = await batch;
  return results;
}

type InsertBatch = ReturnType<typeof conn.bulk.load<'insert'>>;

describe('writes', () => {
  test('insert what they load, and tell each row in its order', async () => {
    const results = await conn.bulk.load('Account', 'insert', [
      { Name: 'Classic "one"', Ext__c: 'c1' },
      { Name: '' },
      { Name: 'Classic two', Ext__c: 'c2' },
    ]);
    expect(results).toEqual([
      { id: accountOf('Classic "one"')?.['Id'], success: true, created: true, errors: [] },
      {
        id: null,
        success: false,
        created: false,
        errors: ['REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --'],
      },
      { id: accountOf('Classic two')?.['Id'], success: true, created: true, errors: [] },
    ]);
    expect([...origins]).toEqual(['com/salesforce/api/bulkapi/60.0']);
  });

  test('update, upsert by an external id and delete', async () => {
    await conn.bulk.load('Account', 'upsert', { extIdField: 'Ext__c' }, [
      { Name: 'Upserted', Ext__c: 'u1', Site: 'old' },
    ]);
    const again = await conn.bulk.load('Account', 'upsert', { extIdField: 'Ext__c' }, [
      { Name: 'Upserted again', Ext__c: 'u1' },
    ]);
    const id = again[0]?.id ?? '';
    expect(again).toEqual([{ id, success: true, created: false, errors: [] }]);
    expect(accountOf('Upserted again')).toMatchObject({ Id: id, Site: 'old' });
    await conn.bulk.load('Account', 'update', [{ Id: id, Site: '#N/A' }]);
    expect(accountOf('Upserted again')).toMatchObject({ Id: id, Site: null });
    const deleted = await conn.bulk.load('Account', 'delete', [{ Id: id }]);
    expect(deleted).toEqual([{ id, success: true, created: false, errors: [] }]);
    expect(accountOf('Upserted again')).toBeUndefined();
  });

  test('go by a job with several batches, closed by hand, whose counts add up', async () => {
    const job = conn.bulk.createJob('Account', 'insert', { concurrencyMode: 'Serial' });
    await job.open();
    const load = (names: string[]): Promise<readonly unknown[]> => {
      const batch = job.createBatch();
      const records = names.map((Name) => ({ Name, Site: 'serial' }));
      batch.once('queue', () => batch.poll(20, 20_000));
      return resultsOf(batch.execute(records));
    };
    const results = await Promise.all([load(['B1', 'B2']), load(['B3', ''])]);
    expect(results.map((rows) => rows.length)).toEqual([2, 2]);
    const list = await job.list();
    expect(list.map(({ state }) => state)).toEqual(['Completed', 'Completed']);
    expect(await job.check()).toMatchObject({
      state: 'Open',
      operation: 'insert',
      concurrencyMode: 'Serial',
      apiVersion: '60.0',
      numberBatchesTotal: '2',
      numberBatchesCompleted: '2',
      numberRecordsProcessed: '4',
      numberRecordsFailed: '1',
    });
    const id = job.id ?? '';
    expect(await job.close()).toMatchObject({ id, state: 'Closed' });
    const late = conn.bulk.job<'insert'>(id).createBatch();
    await expect(resultsOf(late.execute([{ Name: 'Late' }]))).rejects.toMatchObject({
      errorCode: 'InvalidJobState',
    });
  });

  test('fail as a batch where a column is unknown', async () => {
    await expect(
      conn.bulk.load('Account', 'insert', [{ Name: 'x', Nope__c: '1' }]),
    ).rejects.toThrow('InvalidBatch : Field name not found : Nope__c');
  });

  test('are refused for an object that there is not', async () => {
    await expect(conn.bulk.load('Nope__c', 'insert', [{ Name: 'x' }])).rejects.toMatchObject({
      errorCode: 'InvalidJob',
      message: 'Unable to find object: Nope__c',
    });
  });
});

describe('queries', () => {
  test('read what is there, parents too, each instant in Z', async () => {
    await conn.bulk.load('Account', 'insert', [{ Name: 'Read me', Ext__c: 'r1' }]);
    const rows = await queried(
      "SELECT Id, Name, Owner.Name, CreatedDate, Site FROM Account WHERE Ext__c = 'r1'",
    );
    expect(rows).toEqual([
      {
        Id: accountOf('Read me')?.['Id'],
        Name: 'Read me',
        'Owner.Name': sandbox.org.admin.name,
        CreatedDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
        Site: '',
      },
    ]);
  });

  test('fail as a batch with the message of SOQL', async () => {
    await expect(queried('SELECT Nope__c FROM Account')).rejects.toThrow(
      /^InvalidBatch : Failed to process query: INVALID_FIELD: [\s\S]*No such column 'Nope__c'/,
    );
  });
});

test('an ended session is renewed by what jsforce takes for its sign', async () => {
  const { accessToken } = sandbox.org.openSession(sandbox.org.admin.id);
  let renewed = 0;
  const ended = new jsforce.Connection({
    instanceUrl: sandbox.url,
    accessToken: `${sandbox.org.id}!ended`,
    version: '60.0',
    refreshFn: (_conn, done) => {
      renewed++;
      done(null, accessToken);
    },
  });
  const job = ended.bulk.createJob('Account', 'insert');
  expect(await job.open()).toMatchObject({ state: 'Open' });
  expect(renewed).toBe(1);
  expect(await job.abort()).toMatchObject({ state: 'Aborted' });
});
