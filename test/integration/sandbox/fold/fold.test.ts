/**
 * Goal: whatever is done to an org over the wire, its change events, folded, are the org; and the org is the same to
 * whomever asks.
 * Method: random requests to a running sandbox (REST, collections, composite, trees, Bulk jobs, SOAP, merges and lead
 * conversions by the control API), a part of which fail. Then all events are folded once from the Pub/Sub API and once
 * from CometD, by readers of the tests' own, and compared with the records as REST, SOQL and Bulk show them. Ten
 * times as many edits are made in `npm run test:long`.
 */
import { expect, test } from 'vitest';
import { proveFold } from '../../../support/fold/proof.ts';
import { seededRandom } from '../../../support/random.ts';

const EDITS = 10_000;
const random = seededRandom();

test(`events folded after ${EDITS} random edits over the wire are the org, as REST, SOQL and Bulk show it (seed ${random.seed})`, async () => {
  const proven = await proveFold(random, EDITS);
  expect(proven.problems).toEqual([]);
  expect([...proven.types.keys()].toSorted()).toEqual(['CREATE', 'DELETE', 'UNDELETE', 'UPDATE']);
  // How many there are is the seed's.
  expect(proven.diffs).toBeGreaterThan(0);
  expect(proven.merged).toBeGreaterThan(0);
  expect(proven.converted).toBeGreaterThan(0);
  expect(proven.records).toBeGreaterThan(100);
}, 120_000);
