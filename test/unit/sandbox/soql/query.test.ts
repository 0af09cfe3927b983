/**
 * Goal: SOQL finds what Salesforce's would, and refuses in its words what it can't read.
 * Method: a small org on a fixed clock; queries, and the names or numbers that they give.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { makeField } from '../../../../sandbox/salesforce/org/field-spec.ts';
import { SalesforceError } from '../../../../sandbox/salesforce/org/types.ts';
import type { JsonValues } from '../../../../sandbox/salesforce/org/types.ts';
import { runQuery } from '../../../../sandbox/salesforce/soql/query.ts';
import type { QueryResult } from '../../../../sandbox/salesforce/soql/query.ts';

const NOW = Date.parse('2026-11-24T09:00:00Z');
let time = NOW;
let org: SandboxOrg;
const ids: Record<string, string> = {};

function insert(entity: string, values: JsonValues): string {
  const actor = { userId: org.admin.id, origin: '' };
  const [result] = org.write(actor, [{ op: 'insert', entity, values }], true);
  if (typeof result?.id !== 'string') throw result?.errors[0] ?? new Error('not written');
  return result.id;
}

/** Date literals are those of the user. */
function inTimeZone(zone: string): void {
  const values = { TimeZoneSidKey: zone };
  const write = { op: 'update' as const, entity: 'User', id: org.admin.id, values };
  const [result] = org.write({ userId: org.admin.id, origin: '' }, [write], true);
  expect(result?.errors).toEqual([]);
}

beforeAll(() => {
  org = createOrg({
    seed: 1,
    clock: { now: () => time, advance: (ms) => void (time += ms) },
  });
  const custom = { custom: true, label: 'x' };
  org.addField('Account', makeField({ ...custom, name: 'Tags__c', type: 'multipicklist' }));
  org.addField(
    'Account',
    makeField({ ...custom, name: 'Ext__c', type: 'string', externalId: true }),
  );
  org.addField('Account', makeField({ ...custom, name: 'Since__c', type: 'date' }));
  const add = (name: string, at: string, more: JsonValues = {}): void => {
    time = Date.parse(at);
    ids[name] = insert('Account', { Name: name, ...more });
  };
  inTimeZone('GMT');
  add('Acme', '2026-11-24T08:00:00Z', {
    Industry: 'Energy',
    AnnualRevenue: 100,
    Tags__c: 'a;b',
    Ext__c: 'X-1',
    Since__c: '2026-11-24',
    BillingCity: 'Zürich',
    Description: 'long',
  });
  add('Bolt', '2026-11-23T23:59:59Z', {
    Industry: 'Energy',
    AnnualRevenue: 300,
    Tags__c: 'b',
    Ext__c: 'x-2',
    Since__c: '2026-10-31',
  });
  add('Cog 50%', '2026-01-01T00:00:00Z', {
    Industry: 'Retail',
    Tags__c: 'c',
    ParentId: ids['Acme'],
  });
  add("Dan's", '2025-12-31T00:00:00Z', { AnnualRevenue: 50, ParentId: ids['Bolt'] });
  time = NOW;
  insert('Contact', { LastName: 'Zoe', AccountId: ids['Acme'] });
  insert('Contact', { LastName: 'Yan', FirstName: 'Al', AccountId: ids['Acme'] });
  insert('Contact', { LastName: 'Xia', AccountId: ids['Bolt'] });
  insert('Contact', { LastName: 'Wim' });
  insert('Task', { Subject: 'Call', WhatId: ids['Acme'] });
  ids['gone'] = insert('Account', { Name: 'Gone' });
  org.write({ userId: org.admin.id, origin: '' }, [{ op: 'delete', id: ids['gone'] }], true);
});

function query(soql: string, deleted = false): QueryResult {
  return runQuery({ org, user: org.admin, version: '60.0' }, soql, { deleted });
}

function rows(soql: string): readonly Record<string, unknown>[] {
  const result = query(soql);
  return result.records(0, result.length);
}

/** The names of the accounts that a condition finds, by their first letters. */
function found(where: string): string {
  return rows(`SELECT Name FROM Account WHERE ${where} ORDER BY Name`)
    .map((row) => String(row['Name']).charAt(0))
    .join('');
}

function refusal(soql: string): SalesforceError {
  try {
    query(soql);
  } catch (error) {
    if (error instanceof SalesforceError) return error;
    throw error;
  }
  throw new Error(`Not refused: ${soql}`);
}

describe('WHERE', () => {
  test.each([
    ["Name = 'acme'", 'A'],
    ["name != 'Acme'", 'BCD'],
    ["Name <> 'Acme'", 'BCD'],
    ["Name IN ('ACME', 'bolt')", 'AB'],
    ["Name NOT IN ('ACME', 'bolt')", 'CD'],
    ["Name = 'Dan\\'s'", 'D'],
    ["Name LIKE 'a%'", 'A'],
    ["Name LIKE '_ol%'", 'B'],
    ["Name LIKE '%50\\%'", 'C'],
    ["Name LIKE '%5\\%'", ''],
    ["(NOT Name LIKE 'A%')", 'BCD'],
    ['Industry = null', 'D'],
    ["Industry = ''", 'D'],
    ['Industry != null', 'ABC'],
    ["Industry != 'Energy'", 'CD'],
    ['AnnualRevenue > 50', 'AB'],
    ['AnnualRevenue >= 50 AND AnnualRevenue < 300', 'AD'],
    ['AnnualRevenue = null', 'C'],
    ["Name > 'b' AND Name <= 'COG 50%'", 'BC'],
    ["Name = 'Acme' OR (Name = 'Bolt' AND Industry = 'Energy')", 'AB'],
    ["NOT (Name = 'Acme' OR Name = 'Bolt')", 'CD'],
    ["NOT Name = 'Acme' AND Industry = 'Energy'", 'B'],
    ["((Name = 'Acme') OR ((Name = 'Bolt')))", 'AB'],
    ["Tags__c INCLUDES ('a;b', 'c')", 'AC'],
    ["Tags__c EXCLUDES ('b')", 'CD'],
    ["Parent.Name = 'Acme'", 'C'],
    ["Parent.Owner.Username LIKE 'admin%'", 'CD'],
    ["Account.Name = 'Acme'", 'A'],
    ['IsDeleted = FALSE', 'ABCD'],
    ['Id IN (SELECT AccountId FROM Contact)', 'AB'],
    ['Id NOT IN (SELECT AccountId FROM Contact WHERE AccountId != null)', 'CD'],
    [
      "Id IN (SELECT AccountId FROM Contact WHERE Account.Industry = 'Energy' AND LastName = 'Xia')",
      'B',
    ],
    ["Ext__c = 'x-1'", 'A'],
    ["Ext__c IN ('X-1', 'X-2') AND AnnualRevenue > 200", 'B'],
    ['CALENDAR_YEAR(CreatedDate) = 2025', 'D'],
    ['DAY_ONLY(CreatedDate) = 2026-11-23', 'B'],
  ])('%s finds %s', (where, names) => {
    expect(found(where)).toBe(names);
  });

  test('an id is found with 15 and with 18 characters', () => {
    const id = ids['Acme'] ?? '';
    expect(found(`Id = '${id}'`)).toBe('A');
    expect(found(`Id = '${id.slice(0, 15)}'`)).toBe('A');
    expect(found(`Id IN ('${id}', '${ids["Dan's"] ?? ''}')`)).toBe('AD');
    expect(found(`ParentId = '${id}'`)).toBe('C');
  });

  test('ids page by key, because they sort as they compare', () => {
    const all = rows('SELECT Id FROM Contact ORDER BY Id').map((row) => String(row['Id']));
    expect(all).toEqual(all.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(rows(`SELECT Id FROM Contact WHERE Id > '${all[1] ?? ''}' ORDER BY Id`)).toHaveLength(2);
  });
});

describe('dates', () => {
  test.each([
    ['CreatedDate = TODAY', 'A'],
    ['CreatedDate = YESTERDAY', 'B'],
    ['CreatedDate < TODAY', 'BCD'],
    ['CreatedDate <= YESTERDAY', 'BCD'],
    ['CreatedDate >= LAST_N_DAYS:1', 'AB'],
    ['CreatedDate = LAST_N_DAYS:1', 'AB'],
    ['CreatedDate = THIS_YEAR', 'ABC'],
    ['CreatedDate = LAST_YEAR', 'D'],
    ['CreatedDate = THIS_QUARTER', 'AB'],
    ['CreatedDate = LAST_N_QUARTERS:3', 'C'],
    ['CreatedDate > N_DAYS_AGO:1', 'A'],
    ['CreatedDate != TODAY', 'BCD'],
    ['CreatedDate IN (TODAY, LAST_YEAR)', 'AD'],
    ['CreatedDate > 2026-11-23T23:59:59Z', 'A'],
    ['CreatedDate >= 2026-11-24T00:59:59+01:00', 'AB'],
    ['CreatedDate = 2026-01-01T00:00:00.000+0000', 'C'],
    ['Since__c = TODAY', 'A'],
    ['Since__c = LAST_MONTH', 'B'],
    ['Since__c < 2026-11-01', 'B'],
    ['Since__c > TODAY', ''],
    ['Since__c = null', 'CD'],
  ])('%s finds %s', (where, names) => expect(found(where)).toBe(names));
});

describe('SELECT', () => {
  test('parents nest, under their own names whatever the spelling', () => {
    const url = `/services/data/v60.0/sobjects/Account/${ids['Acme'] ?? ''}`;
    expect(
      rows(
        "SELECT lastname, account.name, account.OWNER.username FROM contact WHERE lastname = 'Zoe'",
      ),
    ).toEqual([
      {
        attributes: { type: 'Contact', url: expect.stringContaining('/sobjects/Contact/003') },
        LastName: 'Zoe',
        Account: {
          attributes: { type: 'Account', url },
          Name: 'Acme',
          Owner: {
            attributes: { type: 'User', url: expect.any(String) },
            Username: 'admin@headwater.sandbox',
          },
        },
      },
    ]);
    expect(rows("SELECT Account.Name FROM Contact WHERE LastName = 'Wim'")).toMatchObject([
      { Account: null },
    ]);
  });

  test('a polymorphic parent is read', () => {
    expect(rows('SELECT What.Name FROM Task')).toMatchObject([{ What: { Name: 'Acme' } }]);
  });

  test('instants, addresses and person names look as in REST', () => {
    expect(
      rows("SELECT CreatedDate, Since__c, BillingAddress FROM Account WHERE Name = 'Acme'"),
    ).toMatchObject([
      {
        CreatedDate: '2026-11-24T08:00:00.000+0000',
        Since__c: '2026-11-24',
        BillingAddress: { city: 'Zürich', street: null, postalCode: null },
      },
    ]);
    expect(rows("SELECT Name, MailingAddress FROM Contact WHERE FirstName = 'Al'")).toMatchObject([
      { Name: 'Al Yan', MailingAddress: null },
    ]);
  });

  test('children are a result of their own; none are null', () => {
    const soql =
      "SELECT Name, (SELECT LastName FROM Contacts WHERE LastName != 'Q' ORDER BY LastName LIMIT 1), (SELECT Id FROM ChildAccounts) FROM Account WHERE Name IN ('Acme', 'Bolt') ORDER BY Name";
    expect(rows(soql)).toMatchObject([
      {
        Contacts: { totalSize: 1, done: true, records: [{ LastName: 'Yan' }] },
        ChildAccounts: { totalSize: 1 },
      },
      { Contacts: { records: [{ LastName: 'Xia' }] } },
    ]);
    expect(
      rows("SELECT (SELECT Id FROM Contacts) FROM Account WHERE Name = 'Cog 50%'"),
    ).toMatchObject([{ Contacts: null }]);
  });

  test('FIELDS gives groups of fields, in bounded queries', () => {
    const [all = {}] = rows('SELECT FIELDS(ALL) FROM Account LIMIT 1');
    expect(Object.keys(all)).toEqual(
      expect.arrayContaining(['Id', 'Name', 'Tags__c', 'BillingAddress']),
    );
    const [custom = {}] = rows('SELECT Id, FIELDS(CUSTOM) FROM Account LIMIT 1');
    expect(Object.keys(custom)).toEqual(['attributes', 'Id', 'Tags__c', 'Ext__c', 'Since__c']);
    expect(Object.keys(rows('SELECT FIELDS(STANDARD) FROM Account')[0] ?? {})).not.toContain(
      'Tags__c',
    );
    expect(refusal('SELECT FIELDS(ALL) FROM Account').message).toContain('LIMIT of at most 200');
  });

  test('an alias of the object is understood everywhere', () => {
    expect(
      rows("SELECT a.Name, a.Owner.Name FROM Account a WHERE a.Name = 'Bolt' ORDER BY a.Name"),
    ).toMatchObject([{ Name: 'Bolt', Owner: { Name: 'Sandbox Administrator' } }]);
  });
});

describe('ORDER BY, LIMIT, OFFSET', () => {
  const revenues = (order: string): unknown[] =>
    rows(`SELECT AnnualRevenue FROM Account ORDER BY ${order}`).map((row) => row['AnnualRevenue']);

  test.each<[string, unknown[]]>([
    ['AnnualRevenue', [null, 50, 100, 300]],
    ['AnnualRevenue DESC', [null, 300, 100, 50]],
    ['AnnualRevenue NULLS LAST', [50, 100, 300, null]],
    ['AnnualRevenue DESC NULLS LAST', [300, 100, 50, null]],
    ['Industry DESC NULLS LAST, AnnualRevenue DESC', [null, 300, 100, 50]],
    ['Parent.Name DESC NULLS LAST, Name DESC LIMIT 2', [50, null]],
    ['Name LIMIT 2 OFFSET 1', [300, null]],
  ])('%s', (order, expected) => expect(revenues(order)).toEqual(expected));
});

describe('counting', () => {
  test('COUNT() is the size alone', () => {
    expect(query('SELECT COUNT() FROM Account')).toMatchObject({ totalSize: 4, length: 0 });
    expect(query("SELECT count() FROM Account WHERE Industry = 'Energy' LIMIT 1").totalSize).toBe(
      1,
    );
  });

  test('aggregates without groups give one row, of nothing too', () => {
    expect(
      rows(
        'SELECT COUNT(Id), SUM(AnnualRevenue) total, AVG(AnnualRevenue), MIN(Name), MAX(CreatedDate) FROM Account',
      ),
    ).toEqual([
      {
        attributes: { type: 'AggregateResult' },
        expr0: 4,
        total: 450,
        expr1: 150,
        expr2: 'Acme',
        expr3: '2026-11-24T08:00:00.000+0000',
      },
    ]);
    expect(rows("SELECT COUNT(Id), MAX(Name) m FROM Account WHERE Name = 'none'")).toMatchObject([
      { expr0: 0, m: null },
    ]);
  });

  test('groups are named, filtered and sorted', () => {
    const soql =
      'SELECT Industry, COUNT(Id) n, COUNT_DISTINCT(OwnerId) owners FROM Account GROUP BY Industry HAVING COUNT(Id) >= 1 ORDER BY COUNT(Id) DESC, Industry';
    expect(rows(soql)).toMatchObject([
      { Industry: 'Energy', n: 2, owners: 1 },
      { Industry: null, n: 1 },
      { Industry: 'Retail', n: 1 },
    ]);
    expect(
      rows(
        'SELECT Account.Name, COUNT(Id) FROM Contact WHERE AccountId != null GROUP BY Account.Name ORDER BY Account.Name',
      ),
    ).toMatchObject([
      { Name: 'Acme', expr0: 2 },
      { Name: 'Bolt', expr0: 1 },
    ]);
    expect(
      rows(
        'SELECT CALENDAR_YEAR(CreatedDate) y, COUNT(Id) FROM Account GROUP BY CALENDAR_YEAR(CreatedDate) ORDER BY CALENDAR_YEAR(CreatedDate)',
      ),
    ).toMatchObject([
      { y: 2025, expr0: 1 },
      { y: 2026, expr0: 3 },
    ]);
  });
});

test('queryAll sees the recycle bin, query does not', () => {
  const soql = `SELECT Name, IsDeleted FROM Account WHERE Id = '${ids['gone'] ?? ''}'`;
  expect(query(soql).totalSize).toBe(0);
  expect(query(soql, true).records(0, 1)).toMatchObject([{ Name: 'Gone', IsDeleted: true }]);
  expect(query('SELECT Id FROM Account', true).totalSize).toBe(5);
});

describe('a query that is refused', () => {
  test.each([
    ['SELECT Id, FROM Account', 'MALFORMED_QUERY', "unexpected token: 'FROM'"],
    ['SELECT Id FORM Account', 'MALFORMED_QUERY', "unexpected token: 'Account'"],
    ['', 'MALFORMED_QUERY', "unexpected token: '<EOF>'"],
    ["SELECT Id FROM Account WHERE Name = 'a", 'MALFORMED_QUERY', 'Column:37'],
    [
      'SELECT Id FROM Account WHERE Name = foo',
      'MALFORMED_QUERY',
      'ERROR at Row:1:Column:37\nBind variables only allowed in Apex code',
    ],
    [
      "SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'",
      'MALFORMED_QUERY',
      "unexpected token: 'OR'",
    ],
    [
      'SELECT Id, Nope FROM Account',
      'INVALID_FIELD',
      "ERROR at Row:1:Column:12\nNo such column 'Nope' on entity 'Account'.",
    ],
    ['SELECT Owner.Nope FROM Account', 'INVALID_FIELD', "No such column 'Nope' on entity 'User'."],
    [
      'SELECT Nope.Name FROM Account',
      'INVALID_FIELD',
      "Didn't understand relationship 'Nope' in field path.",
    ],
    ['SELECT Id FROM Nope__c', 'INVALID_TYPE', "sObject type 'Nope__c' is not supported."],
    [
      'SELECT Id, (SELECT Id FROM Nopes) FROM Account',
      'INVALID_TYPE',
      "relationship 'Nopes' in FROM part",
    ],
    [
      "SELECT Id FROM Account WHERE AnnualRevenue = '5'",
      'INVALID_FIELD',
      'must be of type double and should not be enclosed in quotes',
    ],
    [
      'SELECT Id FROM Account WHERE Name = 5',
      'INVALID_FIELD',
      'must be of type string and should be enclosed in quotes',
    ],
    [
      'SELECT Id FROM Account WHERE CreatedDate > 2026-01-01',
      'INVALID_FIELD',
      'must be of type dateTime',
    ],
    [
      "SELECT Id FROM Account WHERE Id = 'x'",
      'INVALID_QUERY_FILTER_OPERATOR',
      'invalid ID field: x',
    ],
    [
      "SELECT Id FROM Account WHERE Description = 'long'",
      'INVALID_FIELD',
      "field 'Description' can not be filtered in a query call",
    ],
    [
      'SELECT Id FROM Account ORDER BY Description',
      'MALFORMED_QUERY',
      "field 'Description' can not be sorted",
    ],
    [
      'SELECT Name, COUNT(Id) FROM Account',
      'MALFORMED_QUERY',
      'Field must be grouped or aggregated: Name',
    ],
    [
      'SELECT Id FROM Account LIMIT 1 OFFSET 2001',
      'NUMBER_OUTSIDE_VALID_RANGE',
      'Maximum SOQL offset allowed is 2000',
    ],
  ])('%s', (soql, code, message) => {
    const error = refusal(soql);
    expect({ code: error.errorCode, message: error.message }).toEqual({
      code,
      message: expect.stringContaining(message),
    });
    expect(error.httpStatus).toBe(400);
  });

  test('an object hidden from the user is none', () => {
    const user = { ...org.admin, hiddenObjects: ['Account'] };
    const run = (soql: string) => (): unknown => runQuery({ org, user, version: '60.0' }, soql);
    expect(run('SELECT Id FROM Account')).toThrow("sObject type 'Account' is not supported.");
    expect(run('SELECT Account.Name FROM Contact')).toThrow(
      "Didn't understand relationship 'Account'",
    );
  });
});

test('records by id and by external id come from an index', () => {
  const big = createOrg({ seed: 2 });
  big.addField(
    'Account',
    makeField({ name: 'Ext__c', label: 'Ext', type: 'string', externalId: true, custom: true }),
  );
  const writes = Array.from({ length: 20_000 }, (_, i) => ({
    op: 'insert' as const,
    entity: 'Account',
    values: { Name: `A${i}`, Ext__c: `e${i}` },
  }));
  const written = big.write({ userId: big.admin.id, origin: '' }, writes, true);
  let scanned = 0;
  const org2 = new Proxy(big, {
    get: (target, key) => {
      if (key === 'records') scanned++;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const reader = { org: org2, user: big.admin, version: '60.0' };
  const some = written.slice(5000, 5200).map((result) => `'${result.id ?? ''}'`);
  expect(runQuery(reader, `SELECT Name FROM Account WHERE Id IN (${some.join()})`).totalSize).toBe(
    200,
  );
  expect(runQuery(reader, "SELECT Name FROM Account WHERE Ext__c = 'E777'").totalSize).toBe(1);
  expect(scanned).toBe(0);
});
