/**
 * Goal: a sandbox that keeps its org loses nothing it answered when it is killed without warning (Invariant 9).
 * Method: 10 `kill -9` of a real process at random instants under eight writers, often amid a snapshot; a subscriber
 * goes on from its last position each time, another reads all events at the end. Then every answered write is in the
 * org, what either made of the events equals the org, positions only rose, and sessions are live. `npm run test:long`
 * does it 50 times. The seed decides the writes and the moments, not what the machine makes of them.
 */
import { expect, test } from 'vitest';
import { seededRandom } from '../../../support/random.ts';
import { stateKillProof } from '../../../support/state-kill-proof.ts';

test('10 kills lose nothing that was answered', { timeout: 180_000 }, async () => {
  const random = seededRandom();
  console.log(`HEADWATER_SEED=${random.seed}`);
  const result = await stateKillProof(10, random);
  console.log(JSON.stringify(result));
  expect(result.wrong).toEqual([]);
  expect(result.acknowledged).toBeGreaterThan(100);
  expect(result.snapshots).toBeGreaterThan(0);
});
