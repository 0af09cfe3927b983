/**
 * Goal: as `test/unit/sandbox/soql/`, for longer: a minute of texts that are almost queries, a minute of almost searches.
 * Method: the same; what was found is written to docs/evidence/soql.md. `HEADWATER_SEED` repeats a run.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOrg } from '../../sandbox/salesforce/org/org.ts';
import { SalesforceError } from '../../sandbox/salesforce/org/types.ts';
import { runQuery } from '../../sandbox/salesforce/soql/query.ts';
import { runSearch } from '../../sandbox/salesforce/sosl/search.ts';
import { writeEvidence } from '../support/evidence.ts';
import { seededRandom } from '../support/random.ts';
import { almostQueries, almostSearches } from '../support/soql-fuzz.ts';

const MINUTE_MS = 60_000;

test('two minutes of random texts are answered or refused', () => {
  const { seed } = seededRandom();
  const org = createOrg({ seed: 3 });
  const reader = { org, user: org.admin, version: '60.0' };
  const counts = { answered: 0, refused: 0, slowestMs: 0 };
  const attempt = (run: () => unknown): void => {
    const begun = performance.now();
    try {
      run();
      counts.answered++;
    } catch (error) {
      if (!(error instanceof SalesforceError)) throw error;
      counts.refused++;
    }
    counts.slowestMs = Math.max(counts.slowestMs, Math.ceil(performance.now() - begun));
  };
  const options = { seed, numRuns: Infinity, interruptAfterTimeLimit: MINUTE_MS };
  const begun = performance.now();
  let ok = false;
  try {
    fc.assert(
      fc.property(almostQueries, (soql) => {
        attempt(() => runQuery(reader, soql));
      }),
      options,
    );
    fc.assert(
      fc.property(almostSearches, (sosl) => {
        attempt(() => runSearch(reader, sosl));
      }),
      options,
    );
    ok = counts.slowestMs < 1000;
  } finally {
    writeEvidence('soql', {
      what: 'Random texts, rows of tokens and mutations of valid queries were given to SOQL and SOSL for a minute each. To pass, each is answered or refused with an error of Salesforce within a second.',
      seed,
      seconds: (performance.now() - begun) / 1_000,
      ok,
      counts,
    });
  }
  expect(ok).toBe(true);
});
