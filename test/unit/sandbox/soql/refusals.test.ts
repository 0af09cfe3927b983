/**
 * Goal: what SOQL doesn't allow is refused with Salesforce's codes, words and places.
 * Method: queries on an empty org, and the errors that they give.
 */
import { describe, expect, test } from 'vitest';
import { createOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { runQuery } from '../../../../sandbox/salesforce/soql/query.ts';

const org = createOrg({ seed: 1 });

function refusal(soql: string): { code: string; message: string } {
  try {
    runQuery({ org, user: org.admin, version: '60.0' }, soql);
  } catch (error) {
    const { errorCode: code, message } = error as { errorCode: string; message: string };
    return { code, message };
  }
  throw new Error(`Not refused: ${soql}`);
}

const semi = (where: string): string => `SELECT Id FROM Account WHERE ${where}`;
const CONTACTS = '(SELECT AccountId FROM Contact)';

describe('a query is refused in Salesforce’s words:', () => {
  test.each<[soql: string, code: string, message: string]>([
    [
      semi(`Id IN ${CONTACTS} OR Name = 'x'`),
      'MALFORMED_QUERY',
      "Semi join sub-selects are not allowed with the 'OR' operator",
    ],
    [
      semi(`Name = 'x' AND (Id IN ${CONTACTS} OR Name = 'y')`),
      'MALFORMED_QUERY',
      'Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions.',
    ],
    [
      semi(`NOT Id IN ${CONTACTS}`),
      'MALFORMED_QUERY',
      "Semi join sub-selects are not allowed with the 'NOT' operator",
    ],
    [
      semi(Array.from({ length: 3 }, () => `Id IN ${CONTACTS}`).join(' AND ')),
      'MALFORMED_QUERY',
      'Maximum 2 semi join sub-selects are allowed.',
    ],
    [
      semi('Id IN (SELECT AccountId FROM Contact WHERE OwnerId IN (SELECT Id FROM User))'),
      'MALFORMED_QUERY',
      'Nesting of semi join sub-selects is not supported',
    ],
    [
      semi('Id IN (SELECT Id FROM Contact)'),
      'MALFORMED_QUERY',
      "The selected field 'Id' in the subquery and the left operand field in the where expression in the outer query 'Id' should point to the same object type",
    ],
    [
      semi('Id IN (SELECT ParentId FROM Account)'),
      'MALFORMED_QUERY',
      'The inner and outer selects should not be on the same object type',
    ],
    [semi('Name IN (SELECT LastName FROM Contact)'), 'MALFORMED_QUERY', 'should be an id field'],
    [
      semi('Parent.OwnerId IN (SELECT OwnerId FROM Contact)'),
      'MALFORMED_QUERY',
      'cannot have more than one level of relationships',
    ],
    ['SELECT Id FROM Account ALL ROWS', 'MALFORMED_QUERY', 'ALL ROWS not allowed in this context'],
    [
      'SELECT Id FROM Account WHERE Name = :name',
      'MALFORMED_QUERY',
      'Bind variables only allowed in Apex code',
    ],
    [
      'SELECT Id FROM Account WHERE Id IN :ids',
      'MALFORMED_QUERY',
      'Bind variables only allowed in Apex code',
    ],
    [
      'SELECT Id FROM Account LIMIT :n',
      'MALFORMED_QUERY',
      'Bind variables only allowed in Apex code',
    ],
    [
      'SELECT Name n FROM Account',
      'MALFORMED_QUERY',
      'only aggregate expressions use field aliasing',
    ],
    ['SELECT Name, name FROM Account', 'INVALID_FIELD', 'duplicate field selected: Name'],
    ['SELECT COUNT(Id) n, MAX(Name) N FROM Account', 'MALFORMED_QUERY', 'duplicate alias: N'],
    [
      'SELECT MAX(Name) FROM Account LIMIT 1',
      'MALFORMED_QUERY',
      'Non-grouped query that uses overall aggregate functions cannot also use LIMIT',
    ],
    [
      'SELECT Name FROM Account GROUP BY Industry',
      'MALFORMED_QUERY',
      'Field must be grouped or aggregated: Name',
    ],
    [
      'SELECT CALENDAR_YEAR(CreatedDate) FROM Account',
      'MALFORMED_QUERY',
      'Field must be grouped or aggregated: CreatedDate',
    ],
    [
      'SELECT Industry FROM Account GROUP BY Industry ORDER BY Name',
      'MALFORMED_QUERY',
      'Ordered field must be grouped or aggregated: Name',
    ],
    [
      'SELECT AnnualRevenue FROM Account GROUP BY AnnualRevenue',
      'MALFORMED_QUERY',
      "field 'AnnualRevenue' can not be grouped in a query call",
    ],
    [
      'SELECT CreatedDate FROM Account GROUP BY CreatedDate',
      'MALFORMED_QUERY',
      "field 'CreatedDate' can not be grouped in a query call",
    ],
    [
      'SELECT SUM(Name) FROM Account',
      'INVALID_FIELD',
      'field Name does not support aggregate operator SUM',
    ],
    [
      'SELECT Id, (SELECT COUNT() FROM Contacts) FROM Account',
      'MALFORMED_QUERY',
      'only root queries support aggregate expressions',
    ],
    [
      "SELECT Id FROM Account WHERE Id LIKE '001%'",
      'INVALID_QUERY_FILTER_OPERATOR',
      'invalid operator on id field',
    ],
    [
      "SELECT Id FROM Account WHERE Name INCLUDES ('x')",
      'INVALID_QUERY_FILTER_OPERATOR',
      'invalid operator on string field',
    ],
    [
      'SELECT Id FROM Account WHERE IsDeleted > FALSE',
      'INVALID_QUERY_FILTER_OPERATOR',
      'invalid operator on boolean field',
    ],
    [
      'SELECT Id FROM Opportunity WHERE CloseDate = 2026-02-30',
      'MALFORMED_QUERY',
      'Invalid date: 2026-02-30',
    ],
    [
      'SELECT Id FROM Account WHERE CreatedDate = LAST_N_YEARS:999999999',
      'MALFORMED_QUERY',
      'Invalid date: LAST_N_YEARS:999999999',
    ],
    [
      'SELECT Id FROM Account WHERE CreatedDate = LAST_N_DAYS:-1',
      'MALFORMED_QUERY',
      "unexpected token: '-1'",
    ],
    [
      'SELECT Parent.Parent.Parent.Parent.Parent.Parent.Name FROM Account',
      'MALFORMED_QUERY',
      'at most 5 levels',
    ],
    [`SELECT Id FROM Account WHERE ${'('.repeat(200)}`, 'QUERY_TOO_COMPLICATED', 'too complicated'],
    [
      'SELECT Id FROM Account WITH DATA CATEGORY Geo__c AT x__c',
      'MALFORMED_QUERY',
      'WITH DATA CATEGORY is not simulated',
    ],
    [
      "SELECT Id FROM Account WHERE (Name = 'x'",
      'MALFORMED_QUERY',
      "expecting a right parentheses, found '<EOF>'",
    ],
    ['SELECT * FROM Account', 'MALFORMED_QUERY', "line 1:7 no viable alternative at character '*'"],
    [
      "SELECT Id FROM Account WHERE Name = 'x",
      'MALFORMED_QUERY',
      "line 1:36 mismatched character '<EOF>' expecting '''",
    ],
  ])('%s', (soql, code, message) => {
    expect(refusal(soql)).toEqual({ code, message: expect.stringContaining(message) });
  });

  test('with the place, a piece of the line and a caret', () => {
    const soql =
      "SELECT Id, Name FROM Account\nWHERE Name = 'some text' AND Industry = 'Energy' AND Nope__c = 'x' AND Phone = null AND Fax = null";
    expect(refusal(soql).message).toBe(
      [
        '',
        "' AND Industry = 'Energy' AND Nope__c = 'x' AND Phone = null",
        '                              ^',
        'ERROR at Row:2:Column:54',
        "No such column 'Nope__c' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.",
      ].join('\n'),
    );
  });

  test('in the first line too, and where a line begins', () => {
    expect(refusal('Nope').message).toBe(
      "\nNope\n^\nERROR at Row:1:Column:1\nunexpected token: 'Nope'",
    );
    expect(refusal('\nSELECT\nNope\nFROM Account').message).toContain(
      '\nNope\n^\nERROR at Row:3:Column:1\nNo such column',
    );
  });
});
