/**
 * Goal: the whole of SOQL's language means what Salesforce says it means, and its limits are told in Salesforce's words.
 * Method: a small org on a fixed clock; queries, and what they give. Conditions, orders and groups are held to DuckDB in
 * `oracle.test.ts`; here is what SQL has no word for.
 */
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { makeField } from '../../../../sandbox/salesforce/org/field-spec.ts';
import type { JsonValues, Write } from '../../../../sandbox/salesforce/org/types.ts';
import { runQuery } from '../../../../sandbox/salesforce/soql/query.ts';

type Row = Record<string, unknown>;

let time = Date.parse('2026-07-01T06:30:00Z');
let org: SandboxOrg;
const ids: Record<string, string> = {};

function write(...writes: readonly Write[]): (string | null)[] {
  return org.write({ userId: org.admin.id, origin: '' }, writes, true).map(({ id, errors }) => {
    if (errors.length > 0) throw errors[0] ?? new Error('not written');
    return id;
  });
}

function insert(entity: string, values: JsonValues): string {
  return write({ op: 'insert', entity, values })[0] ?? '';
}

function settings(values: JsonValues): void {
  write({ op: 'update', entity: 'User', id: org.admin.id, values });
}

beforeAll(() => {
  org = createOrg({ seed: 1, clock: { now: () => time, advance: () => {} } });
  const custom = { custom: true, label: 'x' };
  org.addField('Contact', makeField({ ...custom, name: 'Opens__c', type: 'time' }));
  org.addField(
    'Contact',
    makeField({
      ...custom,
      name: 'Sponsor__c',
      type: 'reference',
      referenceTo: ['Account'],
      relationshipName: 'Sponsor__r',
      childRelationshipName: 'Sponsored__r',
    }),
  );
  settings({ TimeZoneSidKey: 'America/Los_Angeles' });
  ids['acme'] = insert('Account', {
    Name: 'Acme',
    Industry: 'Energy',
    AnnualRevenue: 1235,
    BillingLatitude: 47.38,
    BillingLongitude: 8.54,
    Phone: '044',
  });
  ids['bolt'] = insert('Account', { Name: 'Bolt', ParentId: ids['acme'], Industry: 'Energy' });
  ids['ann'] = insert('Contact', {
    LastName: "O'Ann \\ 50%_x\n",
    AccountId: ids['bolt'],
    Sponsor__c: ids['acme'],
    Opens__c: '09:30:00.000Z',
  });
  ids['deal'] = insert('Opportunity', {
    Name: 'Deal',
    StageName: 'Prospecting',
    CloseDate: '2026-07-04',
    Amount: 0.1,
    AccountId: ids['acme'],
  });
  insert('Opportunity', {
    Name: 'D2',
    StageName: 'Closed Won',
    CloseDate: '2026-07-05',
    Amount: 0.2,
  });
  insert('Task', { Subject: 'on account', WhatId: ids['acme'] });
  insert('Task', { Subject: 'on deal', WhatId: ids['deal'], WhoId: ids['ann'] });
  insert('Task', { Subject: 'on nothing' });
  write({ op: 'delete', id: insert('Account', { Name: 'Gone' }) });
});
afterEach(() => vi.restoreAllMocks());

function rows(soql: string, { version = '60.0', deleted = false } = {}): readonly Row[] {
  const result = runQuery({ org, user: org.admin, version }, soql, { deleted });
  return result.records(0, result.length);
}

/** The rows without their attributes. */
function plain(soql: string): readonly Row[] {
  return rows(soql).map((row) => Object.fromEntries(Object.entries(row).slice(1)));
}

function names(from: string): unknown[] {
  return rows(`SELECT Name FROM ${from} ORDER BY Name`).map((row) => row['Name']);
}

function refusal(soql: string, version?: string): { code: string; message: string } {
  try {
    rows(soql, version === undefined ? {} : { version });
  } catch (error) {
    const { errorCode: code, message } = error as { errorCode: string; message: string };
    return { code, message };
  }
  throw new Error(`Not refused: ${soql}`);
}

describe('a parent of several types', () => {
  test('is shown as a Name, at its own address', () => {
    const soql =
      'SELECT What.Name, What.Type, Who.LastName, Owner.Alias FROM Task ORDER BY Subject';
    const url = `/services/data/v60.0/sobjects/Account/${ids['acme'] ?? ''}`;
    expect(rows(soql)).toMatchObject([
      { What: { attributes: { type: 'Name', url }, Name: 'Acme', Type: 'Account' }, Who: null },
      { What: { Name: 'Deal', Type: 'Opportunity' }, Who: { LastName: "O'Ann \\ 50%_x\n" } },
      { What: null, Owner: { Alias: 'admin' } },
    ]);
  });

  test('has the fields of a Name and no others', () => {
    expect(refusal('SELECT What.Amount FROM Task')).toEqual({
      code: 'INVALID_FIELD',
      message: expect.stringContaining("No such column 'Amount' on entity 'Name'."),
    });
    expect(refusal('SELECT Who.Account.Name FROM Task').message).toContain(
      "Didn't understand relationship 'Account' in field path.",
    );
  });

  test('shows by TYPEOF what each type has, by ELSE the rest', () => {
    const soql = (rest: string): string =>
      `SELECT TYPEOF What WHEN Account THEN Phone, Owner.Alias ${rest} END FROM Task ORDER BY Subject`;
    expect(plain(soql('ELSE Name'))).toMatchObject([
      { What: { attributes: { type: 'Account' }, Phone: '044', Owner: { Alias: 'admin' } } },
      { What: { attributes: { type: 'Name' }, Name: 'Deal' } },
      { What: null },
    ]);
    expect(plain(soql(''))).toMatchObject([
      { What: { Phone: '044' } },
      { What: null },
      { What: null },
    ]);
    for (const twice of [
      'What.Name, TYPEOF What WHEN Account THEN Id END',
      'TYPEOF What WHEN Account THEN Id END, What.Name',
    ]) {
      expect(refusal(`SELECT ${twice} FROM Task`)).toMatchObject({ code: 'INVALID_FIELD' });
    }
    expect(refusal('SELECT TYPEOF Account WHEN Account THEN Id END FROM Contact').code).toBe(
      'MALFORMED_QUERY',
    );
    expect(refusal('SELECT TYPEOF What WHEN User THEN Id END FROM Task').code).toBe(
      'MALFORMED_QUERY',
    );
  });
});

describe('relationships', () => {
  test('of custom fields go up by __r, and down by their own name', () => {
    expect(plain('SELECT Sponsor__r.Name FROM Contact')).toMatchObject([
      { Sponsor__r: { Name: 'Acme' } },
    ]);
    expect(
      plain("SELECT (SELECT Id FROM Sponsored__r) FROM Account WHERE Name = 'Acme'"),
    ).toMatchObject([{ Sponsored__r: { totalSize: 1, records: [{ Id: ids['ann'] }] } }]);
  });

  test('that lead nowhere are empty, and their checkboxes are neither set nor not null', () => {
    const found = (where: string): number =>
      rows(`SELECT Id FROM Opportunity WHERE ${where}`).length;
    expect(found('Account.Name = null')).toBe(1);
    expect(found('Account.IsDeleted = null')).toBe(2);
    expect(found('Account.IsDeleted != null')).toBe(0);
    expect(found('IsWon != null')).toBe(1);
    expect(found('IsWon = null')).toBe(1);
  });

  test('have aliases of their own in FROM', () => {
    const soql = (where: string): number =>
      runQuery(
        { org, user: org.admin, version: '60.0' },
        `SELECT COUNT() FROM Contact c, c.Account a, a.Parent p WHERE ${where}`,
      ).totalSize;
    expect(soql("a.Name = 'Bolt' AND p.Name = 'Acme' AND c.Account.Name = 'Bolt'")).toBe(1);
    expect(soql("p.Name = 'Bolt'")).toBe(0);
  });

  test('nest as children of children, from version 58.0 on', () => {
    const soql =
      'SELECT Name, (SELECT Name, (SELECT Id, Account.Name FROM Contacts) FROM ChildAccounts) FROM Account WHERE ParentId = null';
    expect(plain(soql)).toMatchObject([
      {
        ChildAccounts: {
          records: [{ Contacts: { totalSize: 1, records: [{ Account: { Name: 'Bolt' } }] } }],
        },
      },
    ]);
    expect(refusal(soql, '57.0').code).toBe('MALFORMED_QUERY');
  });

  test('of the recycle bin are seen by queryAll', () => {
    const soql = 'SELECT Name FROM Account WHERE IsDeleted = TRUE';
    expect(rows(soql, { deleted: true })).toMatchObject([{ Name: 'Gone' }]);
    expect(rows(soql)).toEqual([]);
  });
});

describe('texts', () => {
  test.each([
    [String.raw`LastName = 'o\'ann \\ 50%_X\n'`],
    [String.raw`LastName LIKE 'O\'Ann%50\%\_x_'`],
    [String.raw`LastName = 'O\u0027Ann \\ 50%_x\n'`],
  ])('are found with their escapes: %s', (where) => {
    expect(rows(`SELECT Id FROM Contact WHERE ${where}`)).toHaveLength(1);
  });

  test.each([[String.raw`LastName LIKE 'O\'Ann%50\_%'`], [String.raw`LastName LIKE '\%'`]])(
    'don’t have what an escaped wildcard would match: %s',
    (where) => expect(rows(`SELECT Id FROM Contact WHERE ${where}`)).toEqual([]),
  );

  test('with other escapes are refused', () => {
    expect(refusal(String.raw`SELECT Id FROM Contact WHERE LastName = 'a\qb'`).message).toContain(
      String.raw`Illegal character sequence '\q' in string literal.`,
    );
  });

  test('of times of day are compared as times', () => {
    expect(rows('SELECT Id FROM Contact WHERE Opens__c < 09:30:00.001Z')).toHaveLength(1);
    expect(rows('SELECT Id FROM Contact WHERE Opens__c = 09:30:00Z')).toHaveLength(1);
    expect(rows('SELECT Id FROM Contact WHERE Opens__c > 09:30:00.000Z')).toEqual([]);
  });
});

describe('the user’s time zone', () => {
  afterEach(() => settings({ TimeZoneSidKey: 'America/Los_Angeles' }));

  test('decides which day is today', () => {
    // 06:30 GMT: the evening of 30 June in Los Angeles.
    expect(rows('SELECT Id FROM Account WHERE CreatedDate = TODAY')).toHaveLength(2);
    expect(rows('SELECT Id FROM Account WHERE CreatedDate = LAST_MONTH')).toEqual([]);
    expect(rows('SELECT Id FROM Opportunity WHERE CloseDate = NEXT_N_DAYS:4')).toHaveLength(1);
    settings({ TimeZoneSidKey: 'GMT' });
    expect(rows('SELECT Id FROM Opportunity WHERE CloseDate = NEXT_N_DAYS:4')).toHaveLength(2);
  });

  test('is asked for by convertTimezone; date functions alone are in GMT', () => {
    const hours = (field: string): unknown =>
      plain(`SELECT HOUR_IN_DAY(${field}) h FROM Opportunity GROUP BY HOUR_IN_DAY(${field})`)[0];
    expect(hours('CreatedDate')).toEqual({ h: 6 });
    expect(hours('convertTimezone(CreatedDate)')).toEqual({ h: 23 });
    settings({ TimeZoneSidKey: 'Asia/Kolkata' });
    expect(hours('convertTimezone(CreatedDate)')).toEqual({ h: 12 });
  });

  test('has days of 23 and of 25 hours', () => {
    const day = (date: string): unknown[] => {
      time = Date.parse(`${date}T20:00:00Z`);
      return rows(
        'SELECT Subject FROM Event WHERE StartDateTime = TODAY ORDER BY StartDateTime',
      ).map((row) => row['Subject']);
    };
    const now = time;
    for (const at of [
      '2026-03-08T07:59:59Z',
      '2026-03-08T08:00:00Z',
      '2026-03-09T06:59:59Z',
      '2026-03-09T07:00:00Z',
      '2026-11-01T07:00:00Z',
      '2026-11-02T07:59:59Z',
      '2026-11-02T08:00:00Z',
    ]) {
      insert('Event', { Subject: at, StartDateTime: at, DurationInMinutes: 5 });
    }
    expect(day('2026-03-08')).toEqual(['2026-03-08T08:00:00Z', '2026-03-09T06:59:59Z']);
    expect(day('2026-11-01')).toEqual(['2026-11-01T07:00:00Z', '2026-11-02T07:59:59Z']);
    time = now;
  });
});

describe('what SELECT shows', () => {
  test('is formatted in the user’s language', () => {
    const soql =
      "SELECT FORMAT(AnnualRevenue) money, AnnualRevenue, FORMAT(CreatedDate) at, toLabel(Industry), FORMAT(convertCurrency(AnnualRevenue)) again FROM Account WHERE Name = 'Acme'";
    expect(plain(soql)).toEqual([
      {
        money: '$1,235',
        AnnualRevenue: 1235,
        at: expect.stringMatching(/^6\/30\/26, 11:30\sPM$/),
        Industry: 'Energy',
        again: '$1,235',
      },
    ]);
    settings({ LocaleSidKey: 'de_DE' });
    expect(plain("SELECT FORMAT(CloseDate) FROM Opportunity WHERE Name = 'Deal'")).toEqual([
      { CloseDate: '4.7.2026' },
    ]);
    settings({ LocaleSidKey: 'en_US' });
  });

  test('is shown in the place of a parent’s field', () => {
    expect(plain('SELECT toLabel(Account.Industry) FROM Contact')).toMatchObject([
      { Account: { Industry: 'Energy' } },
    ]);
  });

  test('can be a distance, in kilometres or miles', () => {
    const bern = (unit: string): string =>
      `DISTANCE(BillingAddress, GEOLOCATION(46.95, 7.44), '${unit}')`;
    const soql = `SELECT ${bern('km')}, ${bern('mi')} d FROM Account WHERE ${bern('km')} < 100 ORDER BY ${bern('km')}`;
    const [row = {}, ...more] = plain(soql);
    expect(more).toEqual([]);
    expect(row['expr0']).toBeCloseTo(95.9, 0);
    expect(row['d']).toBeCloseTo(59.6, 0);
    expect(refusal("SELECT DISTANCE(Name, GEOLOCATION(1, 2), 'km') FROM Account").code).toBe(
      'MALFORMED_QUERY',
    );
    expect(
      refusal("SELECT Id FROM Account WHERE DISTANCE(BillingAddress, GEOLOCATION(91, 2), 'km') < 1")
        .code,
    ).toBe('MALFORMED_QUERY');
  });

  test('can be every field of a group of them', () => {
    const [standard = {}] = plain('SELECT FIELDS(STANDARD) FROM Contact');
    expect(Object.keys(standard)).toEqual(expect.arrayContaining(['Id', 'LastName']));
    expect(Object.keys(standard)).not.toContain('Opens__c');
    expect(plain('SELECT FIELDS(CUSTOM), LastName FROM Contact LIMIT 200')).toMatchObject([
      { Opens__c: '09:30:00.000Z', Sponsor__c: ids['acme'] },
    ]);
    expect(refusal('SELECT Id, FIELDS(ALL) FROM Contact LIMIT 200')).toEqual({
      code: 'INVALID_FIELD',
      message: 'duplicate field selected: Id',
    });
  });
});

describe('groups', () => {
  test('have subtotals by ROLLUP and CUBE, told apart by GROUPING', () => {
    const soql = (grouping: string): readonly Row[] =>
      plain(
        `SELECT StageName s, Account.Name a, COUNT(Id) n, GROUPING(StageName) gs, GROUPING(Account.Name) ga FROM Opportunity GROUP BY ${grouping}(StageName, Account.Name)`,
      );
    expect(soql('ROLLUP')).toEqual([
      { s: 'Closed Won', a: null, n: 1, gs: 0, ga: 0 },
      { s: 'Closed Won', a: null, n: 1, gs: 0, ga: 1 },
      { s: 'Prospecting', a: 'Acme', n: 1, gs: 0, ga: 0 },
      { s: 'Prospecting', a: null, n: 1, gs: 0, ga: 1 },
      { s: null, a: null, n: 2, gs: 1, ga: 1 },
    ]);
    expect(soql('CUBE')).toHaveLength(7);
  });

  test('are summed as decimals, and shown formatted', () => {
    expect(plain('SELECT SUM(Amount) FROM Opportunity')).toEqual([{ expr0: 0.3 }]);
    expect(plain('SELECT FORMAT(MAX(CloseDate)) d, AVG(Amount) FROM Opportunity')).toEqual([
      { d: '7/5/2026', expr0: 0.15 },
    ]);
  });

  test('have aliases that look like amounts of money too', () => {
    const soql = 'SELECT COUNT(opp1.Id) cnt1 FROM Opportunity opp1 WHERE opp1.Amount > USD0.1';
    expect(plain(soql)).toEqual([{ cnt1: 1 }]);
  });

  test('show the names that they are grouped by, or their aliases', () => {
    const soql =
      'SELECT Account.Name, StageName stage, COUNT(Id) FROM Opportunity GROUP BY Account.Name, StageName ORDER BY COUNT(Id), stage';
    expect(plain(soql)).toEqual([
      { Name: null, stage: 'Closed Won', expr0: 1 },
      { Name: 'Acme', stage: 'Prospecting', expr0: 1 },
    ]);
  });
});

test('USING SCOPE mine leaves what the user owns; other scopes are refused by name', () => {
  const owner = insert('User', {
    Username: 'b@x.com',
    LastName: 'B',
    Email: 'b@x.com',
    Alias: 'b',
  });
  const other = insert('Account', { Name: 'Other', OwnerId: owner });
  expect(names('Account USING SCOPE mine')).toEqual(['Acme', 'Bolt']);
  expect(names('Account USING SCOPE everything')).toEqual(['Acme', 'Bolt', 'Other']);
  expect(refusal('SELECT Id FROM Account USING SCOPE team').code).toBe('INVALID_QUERY_SCOPE');
  write({ op: 'delete', id: other });
});

test('clauses that need nothing done are read', () => {
  for (const clause of [
    'WITH SECURITY_ENFORCED',
    'WITH USER_MODE LIMIT 5',
    'WITH SYSTEM_MODE',
    'FOR VIEW',
    'FOR REFERENCE',
    'LIMIT 1 FOR UPDATE',
    'FOR VIEW FOR REFERENCE UPDATE TRACKING, VIEWSTAT',
  ]) {
    expect(rows(`SELECT Id FROM Account ${clause}`).length).toBeGreaterThan(0);
  }
});

test('a query that runs for too long is stopped', () => {
  const big = createOrg({ seed: 2 });
  const writes = Array.from({ length: 1500 }, () => ({
    op: 'insert' as const,
    entity: 'Account',
    values: { Name: 'x' },
  }));
  big.write({ userId: big.admin.id, origin: '' }, writes, true);
  let ms = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (ms += 30_000));
  const reader = { org: big, user: big.admin, version: '60.0' };
  expect(() => runQuery(reader, "SELECT Id FROM Account WHERE Name = 'y'")).toThrow(
    'Your query request was running for too long.',
  );
});
