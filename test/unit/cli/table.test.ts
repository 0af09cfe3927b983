import { expect, test } from 'vitest';
import { table } from '../../../src/cli/table.ts';

test('columns are as wide as their widest cell, and nothing trails', () => {
  const text = table(
    ['id', 'name'],
    [
      [1, 'long enough'],
      [12345n, null],
    ],
  );
  expect(text.split('\n')).toEqual([
    'id     name',
    '─────  ───────────',
    '1      long enough',
    '12345',
  ]);
});

test('a value of several lines takes one', () => {
  expect(table(['a'], [['x\n  y']])).toBe('a\n───\nx y');
});
