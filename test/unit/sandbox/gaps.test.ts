import { expect, test } from 'vitest';
import { missingObject, missingResource, tellOnce } from '../../../sandbox/salesforce/gaps.ts';

test('a gap is told once, however often it is met', () => {
  const log: string[] = [];
  const tell = tellOnce((sentence) => log.push(sentence));
  for (const gap of ['GET /ui-api', 'GET /ui-api', 'the standard object Idea']) tell(gap);
  expect(log).toEqual(['not simulated: GET /ui-api', 'not simulated: the standard object Idea']);
});

test('addresses that differ by ids and versions are one gap', () => {
  const path = (version: string, id: string): string =>
    `/services/data/${version}/analytics/reports/${id}`;
  expect(missingResource('GET', path('v60.0', '00O000000000001'))).toBe(
    'GET /services/data/:version/analytics/reports/:id',
  );
  expect(missingResource('GET', path('v61.0', '00O000000000002AAA'))).toBe(
    missingResource('GET', path('v60.0', '00O000000000001')),
  );
});

test('a name without __ is a standard object; a custom or malformed one is a slip', () => {
  expect(missingObject('Idea')).toBe('the standard object Idea');
  expect(missingObject('Idea__c')).toBeUndefined();
  expect(missingObject("Idea'--")).toBeUndefined();
});
