/**
 * Goal: the truth table is true to the code: nothing that answers is missing in it, nothing it names is gone.
 * After a change of the table, `npx vitest run test/unit/sandbox/behaviours -u` writes the page anew.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chapters } from '../../../../sandbox/salesforce/behaviours/index.ts';
import { truthTable } from '../../../../sandbox/salesforce/behaviours/page.ts';
import { routes } from '../../../../sandbox/salesforce/rest/routes.ts';

const root = join(import.meta.dirname, '../../../..');
const behaviours = chapters.flatMap((chapter) => chapter.behaviours);

test('docs/sandbox.md is the table', async () => {
  await expect(truthTable(chapters)).toMatchFileSnapshot(join(root, 'docs/sandbox.md'));
});

test('every resource of the REST API is in the table, and the table names no other', () => {
  const told = behaviours.flatMap(({ calls }) => calls ?? []).toSorted();
  const answered = [...new Set(routes.map(({ method, path }) => `${method} ${path}`))].toSorted();
  expect(told).toEqual(answered);
});

test('what is partly simulated says what is missing, what is refused says the error', () => {
  const silent = behaviours.filter(({ status, missing }) => status !== 'simulated' && !missing);
  expect(silent).toEqual([]);
  const unsaid = behaviours.filter(
    ({ status, missing }) =>
      status === 'refused' && !/[45]\d\d|[A-Z]{3,}|as Salesforce/.test(missing ?? ''),
  );
  expect(unsaid).toEqual([]);
});

test('each behaviour has a test that exists, and stands once', () => {
  const lost = behaviours.filter(({ test: path }) => !existsSync(join(root, path ?? '')));
  expect(lost).toEqual([]);
  expect(behaviours.filter(({ test: path }) => path === undefined)).toEqual([]);
  const names = behaviours.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});
