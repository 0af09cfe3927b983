/**
 * Goal: the conformance kit finds what it is for: connectors that keep the standard pass every clause, and for each clause
 * one that breaks it is told so.
 * Method: a reference source and sink, and the same with one flaw each.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { conformance, runConformance } from '../../../testing/conformance/index.ts';
import { referenceSink, referenceSource, type Reference } from './reference.ts';

const all = conformance(referenceSource().plugin, referenceSource().makeWorld);
/** Those that end with what the connector said itself. */
const WORDS: Readonly<Record<string, RegExp>> = {
  '6a': /^check\(\) threw something without a kind: TypeError/,
  '7': /^A secret is said: .*\[here\]$/s,
  '9a': /came\)$/,
  '9c': /^committed before$/,
  '12a': /^put\(\) threw instead of rejecting the record: TypeError/,
  '19': /^closed before$/,
  '24': /^Opening a task threw something without a kind: Error: no such path/,
};
const ofSinks = ['11a', '11b', '11c', '11d', '12a', '12b'];

describe('connectors that keep the standard', () => {
  it.each([
    ['source', referenceSource(), ofSinks],
    [
      'sink',
      referenceSink(),
      ['8', '9a', '9b', '9c', '10', '13', '14', '16', '18', '20', '21', '22'],
    ],
  ])('pass every clause that applies to a %s', async (_what, { plugin, makeWorld }, skipped) => {
    const results = await runConformance(plugin, makeWorld);
    expect(results.filter(({ result }) => result === 'failed')).toEqual([]);
    expect(
      results.filter(({ result }) => result === 'skipped').map(({ clause }) => clause),
    ).toEqual(skipped);
  });
});

describe('a connector that breaks a clause', () => {
  const broken = (clause: string): Reference =>
    ofSinks.includes(clause) ? referenceSink(clause) : referenceSource(clause);

  it.each(all.map(({ clause, name }) => [clause, name]))('is told of %s: %s', async (clause) => {
    const { plugin, makeWorld } = broken(clause);
    const found = conformance(plugin, makeWorld).find((each) => each.clause === clause);
    await expect(found?.run()).rejects.toThrow(WORDS[clause] ?? /\.$/);
  });

  it('is told what is wrong, in words', async () => {
    const reasonOf = async (clause: string): Promise<string> => {
      const { plugin, makeWorld } = broken(clause);
      const found = conformance(plugin, makeWorld).find((each) => each.clause === clause);
      return String(await found?.run().catch((error: unknown) => error));
    };
    expect(await reasonOf('9a')).toMatch(
      /From \{ n: 2 \} on, after record 1 of 7: Polling 7 records/,
    );
    expect(await reasonOf('11b')).toBe(
      'Error: put() returned, but 0 of 3 records are in the target.',
    );
    expect(await reasonOf('7')).not.toContain('open-sesame');
    expect(await reasonOf('23')).toBe('Error: Left behind: Timeout.');
  });
});

it('every clause stands in the standard, and a waiver names one', async () => {
  const standard = readFileSync(join(import.meta.dirname, '../../../connectors/README.md'), 'utf8');
  for (const { clause } of all) {
    expect(standard).toMatch(
      new RegExp(`^${Number.parseInt(clause, 10)}\\. .*\\b${clause}\\b`, 'm'),
    );
  }
  const { plugin, makeWorld } = referenceSource();
  expect(() => conformance(plugin, makeWorld, { waive: { '99': 'no' } })).toThrow('no clause 99');
  const [first] = conformance(plugin, makeWorld, { waive: { '1': 'because' } });
  expect(await first?.run()).toBe('waived: because');
  expect(existsSync(join(import.meta.dirname, '../../../testing/README.md'))).toBe(true);
});
