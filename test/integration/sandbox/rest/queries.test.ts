/**
 * Goal: queries come as jsforce makes and follows them.
 * Method: jsforce, unmodified, against the REST routes of an org on a free port.
 */
import jsforce from 'jsforce';
import type { Connection } from 'jsforce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { createAccount, refused, startRestOrg } from '../../../support/rest-org.ts';
import type { RestOrg } from '../../../support/rest-org.ts';

let rest: RestOrg;
let conn: Connection;
let org: SandboxOrg;
beforeAll(async () => {
  rest = await startRestOrg();
  ({ conn, org } = rest);
});
afterAll(() => rest.close());

describe('queries', () => {
  beforeAll(() => {
    const writes = Array.from({ length: 4500 }, (_, i) => ({
      op: 'insert' as const,
      entity: 'Contact',
      values: { LastName: `L${String(i).padStart(4, '0')}` },
    }));
    org.write({ userId: org.admin.id, origin: '' }, writes, true);
  });

  test('come in pages that jsforce follows', async () => {
    const soql = 'SELECT Id, LastName FROM Contact ORDER BY LastName';
    const page = await conn.query(soql);
    expect(page).toMatchObject({ totalSize: 4500, done: false });
    expect(page.records).toHaveLength(2000);
    expect(page.nextRecordsUrl).toMatch(/\/services\/data\/v60\.0\/query\/01g\w{15}-2000$/);
    const next = await conn.queryMore(page.nextRecordsUrl ?? '');
    expect(next.records[0]).toMatchObject({ LastName: 'L2000' });
    const all = await conn.query(soql, { autoFetch: true, maxFetch: 10_000 });
    expect(all.records.map((record) => record['LastName'])).toEqual(
      Array.from({ length: 4500 }, (_, i) => `L${String(i).padStart(4, '0')}`),
    );
    const small = await conn.query(soql, { headers: { 'Sforce-Query-Options': 'batchSize=250' } });
    expect(small.records).toHaveLength(250);
    expect((await refused(conn.queryMore('01gHw0000000000AAA-2000'))).errorCode).toBe(
      'INVALID_QUERY_LOCATOR',
    );
  });

  test('are built by jsforce itself', async () => {
    const records = await conn
      .sobject('Contact')
      .find({ LastName: { $like: 'L000%' }, CreatedDate: { $gt: jsforce.SfDate.YESTERDAY } })
      .sort('-LastName')
      .limit(2)
      .select('LastName, Owner.Username')
      .execute();
    expect(records).toMatchObject([
      { LastName: 'L0009', Owner: { Username: org.admin.username } },
      { LastName: 'L0008' },
    ]);
    expect(await conn.sobject('Contact').count({ LastName: 'L0001' })).toBe(1);
  });

  test('of all see what is deleted', async () => {
    const id = await createAccount(conn, { Name: 'Deleted soon' });
    await conn.sobject('Account').destroy(id);
    const soql = `SELECT Name, IsDeleted FROM Account WHERE Id = '${id}'`;
    expect((await conn.query(soql)).totalSize).toBe(0);
    const all = await conn.query(soql, { scanAll: true });
    expect(all.records).toMatchObject([{ IsDeleted: true }]);
  });

  test('that are wrong are refused in Salesforce’s words', async () => {
    expect(await refused(conn.query('SELECT Id FROM Nope'))).toMatchObject({
      errorCode: 'INVALID_TYPE',
    });
    expect(await refused(conn.query('SELECT Id, FROM Account'))).toMatchObject({
      errorCode: 'MALFORMED_QUERY',
      message: expect.stringContaining("unexpected token: 'FROM'"),
    });
  });
});
