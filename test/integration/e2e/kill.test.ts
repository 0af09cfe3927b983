/**
 * Goal: a worker that is killed without warning loses nothing, invents nothing and keeps each record's order.
 * Method: 20 `kill -9` of a real worker, the first and a quarter of the others within two seconds of its start, under
 * some 200 writes a second; then the topics are held against all that was committed, and DuckDB against the org, field
 * by field. `npm run test:long` does it 200 times. The seed decides the writes and the moments, not what the machine
 * makes of them.
 */
import { expect, test } from 'vitest';
import { killProof } from '../../support/kill-proof.ts';
import { seededRandom } from '../../support/random.ts';

test('20 kills under load lose nothing', { timeout: 400_000 }, async () => {
  const random = seededRandom();
  console.log(`HEADWATER_SEED=${random.seed}`);
  const result = await killProof(20, random);
  console.log(JSON.stringify({ ...result, seed: random.seed }));
  expect(result).toMatchObject({ missing: [], misordered: [], invented: [], differences: [] });
  expect(result.committed).toBeGreaterThan(1_000);
  expect(result.rows).toBeGreaterThan(100);
});
