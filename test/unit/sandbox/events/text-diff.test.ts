import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textDiff } from '../../../../sandbox/salesforce/events/text-diff.ts';

const lines = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `This is line ${i} of a long description.`);

/** Applies a unified diff as any patch program would. */
function patch(before: string, diff: string): string {
  const old = before.split('\n');
  const out: string[] = [];
  let at = 0;
  for (const line of diff.split('\n').slice(2)) {
    const header = /^@@ -(\d+),(\d+) \+\d+,\d+ @@$/.exec(line);
    if (header !== null) {
      const start = Number(header[1]) - (header[2] === '0' ? 0 : 1);
      while (at < start) out.push(old[at++] ?? '');
    } else if (line.startsWith('+')) {
      out.push(line.slice(1));
    } else {
      expect(old[at]).toBe(line.slice(1));
      if (line.startsWith(' ')) out.push(line.slice(1));
      at++;
    }
  }
  return [...out, ...old.slice(at)].join('\n');
}

test('a changed line comes with three lines around it and the hash of the new value', () => {
  const before = lines(40);
  const after = before.with(20, 'Changed.').join('\n');
  const sha = createHash('sha256').update(after).digest('hex');
  expect(textDiff(before.join('\n'), after)).toBe(
    [
      '--- ',
      `+++ ${sha}`,
      '@@ -18,7 +18,7 @@',
      ...before.slice(17, 20).map((line) => ` ${line}`),
      `-${before[20]}`,
      '+Changed.',
      ...before.slice(21, 24).map((line) => ` ${line}`),
    ].join('\n'),
  );
});

test('the old value and the diff give the new value', () => {
  const edit = fc.record({
    at: fc.nat({ max: 79 }),
    remove: fc.nat({ max: 3 }),
    insert: fc.array(
      fc.string({ maxLength: 30 }).filter((s) => !s.includes('\n')),
      { maxLength: 3 },
    ),
  });
  let diffs = 0;
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 5 }), (edits) => {
      const before = lines(80);
      const after = [...before];
      for (const { at, remove, insert } of edits) after.splice(at, remove, ...insert);
      const diff = textDiff(before.join('\n'), after.join('\n'));
      if (diff === undefined) return;
      diffs++;
      expect(patch(before.join('\n'), diff)).toBe(after.join('\n'));
    }),
  );
  expect(diffs).toBeGreaterThan(20);
});

describe('the value itself is sent', () => {
  const long = lines(40);
  test.each([
    ['under 1,000 characters', lines(10).join('\n'), [...lines(9), 'x'].join('\n')],
    ['where over half the length changed', long.join('\n'), [...long, ...lines(60)].join('\n')],
    [
      'where over a quarter of the lines changed',
      long.join('\n'),
      long.map((l, i) => (i % 3 === 0 ? `${l}!` : l)).join('\n'),
    ],
    ['where the diff is longer', 'x'.repeat(2000), 'y'.repeat(2000)],
  ])('%s', (_, before, after) => {
    expect(textDiff(before, after)).toBeUndefined();
  });
});
