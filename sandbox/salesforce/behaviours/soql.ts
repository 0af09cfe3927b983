import type { BehaviourChapter } from './behaviour.ts';

const SOQL = 'docs: SOQL and SOSL Reference';
const LANGUAGE = 'test/unit/sandbox/soql/language.test.ts';
const ORACLE = 'test/unit/sandbox/soql/oracle.test.ts';

export const soql: BehaviourChapter = {
  title: 'SOQL and SOSL',
  behaviours: [
    {
      name: 'WHERE, ORDER BY (NULLS FIRST, LAST), LIMIT, OFFSET, LIKE, IN, INCLUDES, escaping',
      status: 'simulated',
      evidence: `${SOQL}; 2,000 generated queries answered as DuckDB answers them`,
      test: ORACLE,
    },
    {
      name: 'Parents to 5 levels, sub-queries of children, semi-joins and anti-joins, TYPEOF',
      status: 'simulated',
      evidence: SOQL,
      test: LANGUAGE,
    },
    {
      name: 'Aggregates, GROUP BY, ROLLUP, CUBE, HAVING',
      status: 'simulated',
      evidence: SOQL,
      test: ORACLE,
    },
    {
      name: 'Date literals and date functions, in the time zone of the user',
      status: 'partly',
      missing: 'fiscal years begin in January',
      evidence: SOQL,
      test: LANGUAGE,
    },
    {
      name: 'FIELDS(), toLabel(), FORMAT(), convertCurrency(), DISTANCE()',
      status: 'partly',
      missing: 'labels are the values',
      evidence: SOQL,
      test: LANGUAGE,
    },
    {
      name: 'FOR VIEW, FOR REFERENCE, FOR UPDATE, UPDATE TRACKING, WITH SECURITY_ENFORCED',
      status: 'partly',
      missing: 'read, and without effect',
      evidence: SOQL,
      test: LANGUAGE,
    },
    {
      name: 'USING SCOPE',
      status: 'partly',
      missing: 'scopes other than everything and mine: 400 INVALID_QUERY_SCOPE',
      evidence: SOQL,
      test: LANGUAGE,
    },
    {
      name: 'WITH DATA CATEGORY',
      status: 'refused',
      missing: '400 MALFORMED_QUERY',
      evidence: SOQL,
      test: 'test/unit/sandbox/soql/refusals.test.ts',
    },
    {
      name: 'Refusals: code, message, place in the query',
      status: 'partly',
      missing: 'words of rare refusals are made after the known ones (soql/README.md)',
      evidence: `${SOQL}; messages shown in public`,
      test: 'test/unit/sandbox/soql/refusals.test.ts',
    },
    {
      name: 'SOSL: FIND … IN … RETURNING … LIMIT, words, phrases, AND, OR, AND NOT, wildcards',
      status: 'partly',
      missing: 'no ranking; WITH other than SPELL_CORRECTION, METADATA: 400 MALFORMED_SEARCH',
      evidence: SOQL,
      test: 'test/integration/sandbox/query.test.ts',
    },
  ],
};
