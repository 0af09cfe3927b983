import { expect, test } from 'vitest';
import type { ConnectorFile } from '../../../src/cli/connector-files.ts';
import { planConnectors, planText } from '../../../src/cli/connectors-plan.ts';

const usual = { prune: false, force: false };

function file(name: string, config: Record<string, string>): ConnectorFile {
  return { name, config: { ...config, name }, initialState: undefined, file: `${name}.json` };
}

function worker(
  connectors: Record<string, Record<string, string>>,
): ReadonlyMap<string, Record<string, string>> {
  return new Map(
    Object.entries(connectors).map(([name, config]) => [name, { ...config, name }] as const),
  );
}

test('a connector that the worker lacks is created, one that is as its file says is left alone', () => {
  const plan = planConnectors(
    worker({ a: { 'tasks.max': '1' } }),
    [file('a', { 'tasks.max': '1' }), file('b', {})],
    usual,
  );
  expect(plan.map(({ action, name }) => [action, name])).toEqual([
    ['unchanged', 'a'],
    ['create', 'b'],
  ]);
});

test('an update names each key that is new, gone or different, and no other', () => {
  const [step] = planConnectors(
    worker({ a: { same: '1', gone: 'x', 'tasks.max': '1' } }),
    [file('a', { same: '1', 'tasks.max': '2', fresh: 'y' })],
    usual,
  );
  expect(step?.changes).toEqual([
    { key: 'fresh', from: undefined, to: 'y' },
    { key: 'gone', from: 'x', to: undefined },
    { key: 'tasks.max', from: '1', to: '2' },
  ]);
});

test('connectors without a file are deleted first, and only when told to prune', () => {
  const present = worker({ z: {}, old: {}, a: {} });
  expect(planConnectors(present, [file('a', {})], usual)).toHaveLength(1);
  const pruned = planConnectors(present, [file('a', {})], { ...usual, prune: true });
  expect(pruned.map(({ action, name }) => `${action} ${name}`)).toEqual([
    'delete old',
    'delete z',
    'unchanged a',
  ]);
});

test('a secret that the worker hides counts as unchanged; --force sends it', () => {
  const present = worker({ a: { 'db.password': '[hidden]' } });
  const wanted = [file('a', { 'db.password': 'swordfish' })];
  const [step] = planConnectors(present, wanted, usual);
  expect(step).toMatchObject({ action: 'unchanged', changes: [], hidden: ['db.password'] });
  expect(planConnectors(present, wanted, { ...usual, force: true })[0]?.action).toBe('update');
});

test('a secret that is no longer in the file is a change', () => {
  const [step] = planConnectors(
    worker({ a: { 'db.password': '[hidden]' } }),
    [file('a', {})],
    usual,
  );
  expect(step?.changes).toEqual([{ key: 'db.password', from: '[hidden]', to: undefined }]);
});

test('a secret that a worker shows is compared, and shown nowhere', () => {
  const plan = planConnectors(
    worker({ a: { 'db.password': 'old-secret', url: 'jdbc://me:old-secret@db/x' } }),
    [file('a', { 'db.password': 'new-secret', url: 'jdbc://me:new-secret@db/y' })],
    usual,
  );
  expect(plan[0]?.changes.map(({ key }) => key)).toEqual(['db.password', 'url']);
  expect(JSON.stringify(plan) + planText(plan)).not.toMatch(/(old|new)-secret/);
});

test('the plan as text counts what is unchanged', () => {
  const plan = planConnectors(
    worker({ a: { k: '1' }, b: {} }),
    [file('a', { k: '2' }), file('b', {}), file('c', {})],
    usual,
  );
  expect(planText(plan)).toBe('update  a\n        ~ k: 1 → 2\ncreate  c\n1 unchanged');
});
