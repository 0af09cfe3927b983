/**
 * Goal: as `test/integration/sandbox/fold/`, ten times over: 100,000 edits over the wire, folded to the org.
 * Method: the same, with another seed each time; what was found is written to docs/evidence/fold.md.
 */
import { expect, test } from 'vitest';
import { writeEvidence } from '../support/evidence.ts';
import { proveFold } from '../support/fold/proof.ts';
import { seededRandom } from '../support/random.ts';

const RUNS = 10;
const EDITS = 10_000;

test(`events folded after ${RUNS} times ${EDITS} random edits over the wire are the org`, async () => {
  const { seed } = seededRandom();
  const counts: Record<string, number> = {
    edits: 0,
    merged: 0,
    converted: 0,
    records: 0,
    diffs: 0,
  };
  const problems: string[] = [];
  const begun = performance.now();
  for (let run = 0; run < RUNS; run++) {
    const proven = await proveFold(seededRandom(seed + run), EDITS);
    problems.push(...proven.problems.map((each) => `seed ${seed + run}: ${each}`));
    const edits = Object.values(proven.edits).reduce((sum, each) => sum + each, 0);
    const { merged, converted, records, diffs } = proven;
    for (const [name, count] of Object.entries({ edits, merged, converted, records, diffs })) {
      counts[name] = (counts[name] ?? 0) + count;
    }
    for (const [type, count] of proven.types) counts[type] = (counts[type] ?? 0) + count;
  }
  writeEvidence('fold', {
    what: `Random requests to a running sandbox: single records, collections, composite requests, trees, Bulk jobs, undeletes by SOAP, merges and lead conversions, a part of which fail. All change events folded by readers of the tests' own, once from the Pub/Sub API and once from CometD, are the records that REST, SOQL and a Bulk query show, and these three show the same. ${RUNS} orgs with the seeds from this one on.`,
    seed,
    seconds: (performance.now() - begun) / 1000,
    ok: problems.length === 0,
    counts,
  });
  expect(problems).toEqual([]);
}, 900_000);
