/**
 * Goal: no text makes a query or a search crash, hang or fail with anything but Salesforce's errors.
 * Method: random texts, rows of tokens and mutations of valid queries, read and run on a small org; texts made to be heavy.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { SalesforceError } from '../../../../sandbox/salesforce/org/types.ts';
import { runQuery } from '../../../../sandbox/salesforce/soql/query.ts';
import { runSearch } from '../../../../sandbox/salesforce/sosl/search.ts';
import { almostQueries, almostSearches, HEAVY } from '../../../support/soql-fuzz.ts';

const RUNS = Number(process.env['HEADWATER_FUZZ_RUNS'] ?? 3000);
const org = createOrg({ seed: 3 });
const reader = { org, user: org.admin, version: '60.0' };

beforeAll(() => {
  const actor = { userId: org.admin.id, origin: '' };
  const text = 'ab '.repeat(80);
  const writes = ['Acme', 'Bolt', text].map((Name) => ({
    op: 'insert' as const,
    entity: 'Account',
    values: { Name, Industry: 'Energy', BillingLatitude: 1, BillingLongitude: 2 },
  }));
  const [acme] = org.write(actor, writes, true);
  const contact = { LastName: 'x', AccountId: acme?.id };
  const task = { Subject: 'y', WhatId: acme?.id };
  org.write(actor, [{ op: 'insert', entity: 'Contact', values: contact }], true);
  org.write(actor, [{ op: 'insert', entity: 'Task', values: task }], true);
});

/** The code of the refusal, or ok; anything else is thrown on. */
function outcome(run: () => unknown): string {
  try {
    JSON.stringify(run());
    return 'ok';
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    expect(error.httpStatus).toBe(400);
    expect(error.message).not.toBe('');
    return error.errorCode;
  }
}

const query = (soql: string): string =>
  outcome(() => {
    const result = runQuery(reader, soql);
    return result.records(0, result.length);
  });
const search = (sosl: string): string => outcome(() => runSearch(reader, sosl));

test.each([
  ['queries', almostQueries, query],
  ['searches', almostSearches, search],
] as const)('%s that are almost right are answered or refused', (_, texts, run) => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(texts, (text) => {
      const code = run(text);
      seen.set(code, (seen.get(code) ?? 0) + 1);
    }),
    { numRuns: RUNS },
  );
  expect(seen.get('ok')).toBeGreaterThan(RUNS / 100);
  expect(seen.size).toBeGreaterThan(2);
});

describe('a heavy query is refused or answered soon:', () => {
  test.each(HEAVY)('%s', (_, soql) => {
    const start = process.cpuUsage();
    expect(query(soql)).toMatch(/^(ok|MALFORMED_QUERY|INVALID_FIELD|QUERY_TOO_COMPLICATED)$/);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(3000);
  });
});
