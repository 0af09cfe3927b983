/** Texts that are almost queries. */
import fc from 'fast-check';

const VALID = [
  "SELECT Id, Name, Owner.Name FROM Account WHERE Name LIKE 'A%' AND (Industry = 'Energy' OR NumberOfEmployees > 5) ORDER BY Name DESC NULLS LAST LIMIT 10 OFFSET 2",
  'SELECT Industry, COUNT(Id) n, SUM(AnnualRevenue), GROUPING(Industry) FROM Account GROUP BY ROLLUP(Industry, BillingCity) HAVING COUNT(Id) > 1 ORDER BY COUNT(Id)',
  "SELECT Id, (SELECT LastName FROM Contacts WHERE LastName != null LIMIT 2) FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Email LIKE '%@x') LIMIT 5",
  'SELECT TYPEOF What WHEN Account THEN Phone, Owner.Alias ELSE Name END, Owner.Name FROM Task WHERE CreatedDate = LAST_N_DAYS:3',
  "SELECT FORMAT(AnnualRevenue) a, toLabel(Industry), DISTANCE(BillingAddress, GEOLOCATION(1.5, -2), 'km') d FROM Account USING SCOPE mine WHERE DISTANCE(BillingAddress, GEOLOCATION(1, 2), 'mi') < 20",
  'SELECT FIELDS(ALL) FROM Contact WHERE HOUR_IN_DAY(convertTimezone(CreatedDate)) >= 3 LIMIT 200',
  "SELECT count() FROM Contact c, c.Account a WHERE a.Name = 'x' AND c.CreatedDate > 2026-01-01T00:00:00+01:00",
  'SELECT MAX(CreatedDate), FORMAT(MIN(AnnualRevenue)) FROM Account WITH SECURITY_ENFORCED FOR VIEW',
  "SELECT Id FROM Account USING SCOPE everything WHERE Id NOT IN ('001000000000001AAA', null) AND IsDeleted = FALSE FOR UPDATE",
];
const VALID_SEARCHES = [
  'FIND {acme* AND (bolt OR "a b") AND NOT x?z} IN NAME FIELDS RETURNING Account(Id, Name WHERE Name != \'x\' ORDER BY Name LIMIT 3), Contact LIMIT 10',
  'FIND {jo\\}e} IN ALL FIELDS RETURNING Contact(FORMAT(CreatedDate)) WITH SPELL_CORRECTION = false',
];
const WORDS = [
  ...'SELECT FROM WHERE AND OR NOT IN LIKE INCLUDES EXCLUDES GROUP BY ROLLUP CUBE HAVING ORDER ASC DESC NULLS FIRST LAST LIMIT OFFSET USING SCOPE WITH FOR VIEW TYPEOF WHEN THEN ELSE END ALL ROWS null true TODAY LAST_N_DAYS:5 LAST_N_YEARS:999999999 FIND RETURNING'.split(
    ' ',
  ),
  ...'Id Name Account Contact Contacts Owner.Name Parent.Parent.Name Industry AnnualRevenue CreatedDate BillingAddress What.Type COUNT( SUM( FIELDS( DISTANCE( GEOLOCATION( CALENDAR_YEAR( toLabel( FORMAT('.split(
    ' ',
  ),
  ..."( ) , = != <> < <= > >= : . ' \\ * { } 1 -1 1.5 1e400 99999999999999999999 2026-02-30 2026-13-01T00:00:00Z 12:00:00.000Z USD5 'a' '\\' '%_\\%' '001000000000001' \u0000 é 😀 -- /*".split(
    ' ',
  ),
];

const pieces = fc
  .array(fc.constantFrom(...WORDS), { maxLength: 25 })
  .map((words) => words.join(' '));

function mutated(valid: readonly string[]): fc.Arbitrary<string> {
  const change = fc.record({
    at: fc.nat(),
    length: fc.nat(12),
    put: fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 3, unit: 'binary' })),
  });
  return fc
    .tuple(fc.constantFrom(...valid), fc.array(change, { minLength: 0, maxLength: 4 }))
    .map(([text, changes]) =>
      changes.reduce((query, { at, length, put }) => {
        const start = at % (query.length + 1);
        return query.slice(0, start) + put + query.slice(start + length);
      }, text),
    );
}

const anything = fc.string({ unit: 'binary', maxLength: 60 });

export const almostQueries = fc.oneof(
  { weight: 6, arbitrary: mutated(VALID) },
  { weight: 3, arbitrary: pieces.map((text) => `SELECT Id FROM Account ${text}`) },
  { weight: 2, arbitrary: pieces },
  { weight: 1, arbitrary: anything },
);

export const almostSearches = fc.oneof(
  { weight: 6, arbitrary: mutated(VALID_SEARCHES) },
  { weight: 2, arbitrary: anything.map((text) => `FIND {${text}} RETURNING Account`) },
  { weight: 2, arbitrary: pieces.map((text) => `FIND {ab} ${text}`) },
  { weight: 1, arbitrary: anything },
);

/** Queries that would take long, or too deep a stack, if they were read without care. */
export const HEAVY: readonly (readonly [name: string, soql: string])[] = [
  ['parentheses', `SELECT Id FROM Account WHERE ${'('.repeat(50_000)}`],
  ['NOTs', `SELECT Id FROM Account WHERE ${'NOT '.repeat(20_000)} Name = 'x'`],
  ['sub-queries', `SELECT ${'(SELECT '.repeat(10_000)}`],
  ['functions', `SELECT Id FROM Account WHERE ${'FORMAT('.repeat(10_000)}`],
  ['an open string', `SELECT Id FROM Account WHERE Name = '${"\\'".repeat(45_000)}`],
  ['quotes', `SELECT Id FROM Account WHERE Name IN (${"'',".repeat(30_000)}`],
  ['wildcards', `SELECT Id FROM Account WHERE Name LIKE '${'%a_'.repeat(30_000)}'`],
  ['conditions', `SELECT Id FROM Account WHERE ${"Name='x' OR ".repeat(8000)}Name='y'`],
  ['values', `SELECT Id FROM Account WHERE Name IN (${"'abc',".repeat(16_000)}'x')`],
  ['fields', `SELECT ${'Name,'.repeat(19_000)}Id FROM Account`],
  ['dots', `SELECT ${'Parent.'.repeat(14_000)}Id FROM Account`],
  ['spaces', `SELECT Id FROM Account${' '.repeat(99_000)}`],
  ['length', `SELECT Id FROM Account WHERE Name = '${'x'.repeat(200_000)}'`],
];
