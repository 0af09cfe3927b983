/**
 * Goal: Bulk, REST and SOQL show the same org, and no data breaks a job.
 * Method: random records and edits loaded by Bulk, in random dialects, then read all three ways and compared with a
 * model; random bytes as data, which must leave every job finished and every row accounted for.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DELIMITERS, dialect, ENDINGS, fuzzData, noise, parse } from './csv.ts';
import type { Dialect } from './csv.ts';
import { startBulkOrg } from './support.ts';
import type { BulkOrg } from './support.ts';

let sandbox: BulkOrg;
let round = 0;

beforeAll(async () => {
  sandbox = await startBulkOrg({ pageRows: 7 });
});
afterAll(() => sandbox.close());

/** Written here and not by the sandbox, whose own writer may be wrong. */
function toCsv(
  rows: readonly (readonly string[])[],
  { columnDelimiter, lineEnding }: Dialect,
): string {
  const cell = (text: string): string =>
    /^[\w .#/-]*$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
  return rows
    .map((row) => row.map(cell).join(DELIMITERS[columnDelimiter]) + ENDINGS[lineEnding])
    .join('');
}

const letters = fc.string({
  unit: fc.constantFrom('a', 'B', '"', ',', '|', '\t', ';', '^', '`', '\n', '\r', 'é', '😀', ' '),
  minLength: 1,
  maxLength: 12,
});
const name = letters.map((text) => `N${text}`);
const record = fc.record({
  Name: name,
  Site: fc.option(letters.map((text) => `S${text}`)),
  AnnualRevenue: fc.option(fc.integer({ min: -99_999, max: 99_999 })),
  NumberOfEmployees: fc.option(fc.integer({ min: 0, max: 1_000_000 })),
});
type Account = typeof record extends fc.Arbitrary<infer T> ? T : never;
const FIELDS = ['Name', 'Site', 'AnnualRevenue', 'NumberOfEmployees'] as const;

function row(key: string, account: Account): string[] {
  return [key, ...FIELDS.map((field) => String(account[field] ?? '#N/A'))];
}

describe('what Bulk wrote', () => {
  test('is the same by Bulk, by REST and by SOQL, after inserts, upserts and deletes', async () => {
    const conn = sandbox.connect();
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 12 }),
        fc.array(fc.tuple(fc.nat({ max: 15 }), record), { maxLength: 8 }),
        fc.array(fc.nat({ max: 15 }), { maxLength: 4 }),
        dialect,
        async (inserted, edited, deleted, written) => {
          const prefix = `r${++round}-`;
          const model = new Map(inserted.map((account, i) => [`${prefix}${i}`, account]));
          const edits = new Map(edited.map(([i, account]) => [`${prefix}${i}`, account]));
          const upsert = { operation: 'upsert', externalIdFieldName: 'Ext__c' };
          const base = { object: 'Account', ...written };
          const header = ['Ext__c', ...FIELDS];
          for (const part of [model, edits]) {
            const rows = [...part].map(([key, account]) => row(key, account));
            const { job } = await sandbox.ingest(
              { ...base, ...upsert },
              toCsv([header, ...rows], written),
            );
            expect(job).toMatchObject({ state: 'JobComplete', numberRecordsFailed: 0 });
          }
          for (const [key, account] of edits) model.set(key, account);
          const gone = [...new Set(deleted.map((i) => `${prefix}${i}`))];
          const ids = gone.flatMap((key) => sandbox.org.findBy('Account', 'Ext__c', key));
          const csv = toCsv([['Id'], ...ids.map(({ Id }) => [String(Id)])], written);
          await sandbox.ingest({ ...base, operation: 'delete' }, csv);
          for (const key of gone) model.delete(key);

          const soql = `SELECT Id, Ext__c, ${FIELDS.join(', ')} FROM Account WHERE Ext__c LIKE '${prefix}%' ORDER BY Ext__c`;
          const bySoql = await conn.query<Record<string, unknown>>(soql);
          const kept = [...model].toSorted(([a], [b]) => (a < b ? -1 : 1));
          expect(bySoql.records.map((each) => pick(each, ['Ext__c', ...FIELDS]))).toEqual(
            kept.map(([Ext__c, account]) => ({ Ext__c, ...account })),
          );
          const found = bySoql.records.map(({ Id }) => String(Id));
          const byRest = await conn.sobject('Account').retrieve(found);
          expect(byRest.map((each) => pick(each, FIELDS))).toEqual(kept.map(([, each]) => each));
          expect(await readByBulk(soql, written)).toEqual(
            kept.map(([key, each], i) => [
              found[i] ?? '',
              key,
              ...FIELDS.map((field) => String(each[field] ?? '')),
            ]),
          );
        },
      ),
      { numRuns: 12 },
    );
  });
});

async function readByBulk(query: string, written: Dialect): Promise<string[][]> {
  const body = { operation: 'query', query, ...written };
  const { id } = await sandbox.json('POST', 'query', body);
  await sandbox.finished('query', id);
  const rows: string[][] = [];
  let locator: string | null = null;
  while (locator !== 'null') {
    const from = locator === null ? '' : `?locator=${locator}`;
    const page = await sandbox.call('GET', `query/${id}/results${from}`);
    locator = page.headers.get('Sforce-Locator') ?? 'null';
    rows.push(...parse(await page.text(), written).slice(1));
  }
  return rows;
}

function pick(from: object, names: readonly string[]): Record<string, unknown> {
  const entries = Object.entries(from).filter(([key]) => names.includes(key));
  return Object.fromEntries(entries);
}

describe('data of any kind', () => {
  test('leaves every job finished, every row accounted for, and nothing crashed', async () => {
    await fuzzData(sandbox, { numRuns: 120 });
  });

  test('in place of JSON is refused with 400, never with 500', async () => {
    const words = fc.constantFrom('insert', 'Account', 'CSV', 'COMMA', 'LF', '', 'x');
    const json = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .dictionary(
          fc.constantFrom('operation', 'object', 'query', 'contentType', 'lineEnding', 'state'),
          fc.oneof(words, fc.jsonValue()),
        )
        .map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(json, fc.constantFrom('ingest', 'query'), async (body, kind) => {
        const response = await sandbox.call('POST', kind, { body, type: 'application/json' });
        expect([200, 400]).toContain(response.status);
        await response.arrayBuffer();
      }),
      { numRuns: 150 },
    );
  });

  test('in place of a multipart body is refused with 400', async () => {
    await fc.assert(
      fc.asyncProperty(noise, async (text) => {
        const type = 'multipart/form-data; boundary=b';
        const body = `--b\r\nContent-Disposition: form-data; name="job"\r\n\r\n${text}\r\n--b--\r\n`;
        for (const sent of [text, body]) {
          const response = await sandbox.call('POST', 'ingest', { body: sent, type });
          expect(response.status).toBe(400);
          await response.arrayBuffer();
        }
      }),
      { numRuns: 30 },
    );
  });
});
