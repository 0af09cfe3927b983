/** The unified diff that stands for a long text's new value in an update. */
import { createHash } from 'node:crypto';

/** Shorter texts are sent whole. */
const MIN_LENGTH = 1000;
/** More difference in length than this part of the longer text: sent whole. */
const MAX_LENGTH_CHANGE = 0.5;
/** More changed lines than this part of the longer text's: sent whole. */
const MAX_LINES_CHANGED = 0.25;
/** Pairs of lines compared at most; texts that need more are sent whole. */
const MAX_COMPARISONS = 1_000_000;
const CONTEXT = 3;

interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * `--- \n+++ <sha256 of after>\n@@ …`, or undefined where Salesforce would send the value itself. Lines end with
 * `\n`; the diff of `x\n` ends in an empty line.
 */
export function textDiff(before: string, after: string): string | undefined {
  const longer = Math.max(before.length, after.length);
  if (after.length < MIN_LENGTH) return undefined;
  if (Math.abs(before.length - after.length) > MAX_LENGTH_CHANGE * longer) return undefined;
  const old = before.split('\n');
  const now = after.split('\n');
  const lines = compare(old, now);
  if (lines === undefined) return undefined;
  const count = (mark: Line['mark']): number => lines.filter((line) => line.mark === mark).length;
  const changed = Math.max(count('-'), count('+'));
  if (changed > MAX_LINES_CHANGED * Math.max(old.length, now.length)) return undefined;
  const sha = createHash('sha256').update(after).digest('hex');
  const diff = ['--- ', `+++ ${sha}`, ...hunks(lines)].join('\n');
  return diff.length > after.length ? undefined : diff;
}

function compare(old: readonly string[], now: readonly string[]): Line[] | undefined {
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  const a = old.slice(head, old.length - tail);
  const b = now.slice(head, now.length - tail);
  if ((a.length + 1) * (b.length + 1) > MAX_COMPARISONS) return undefined;
  const same = (text: string): Line => ({ mark: ' ', text });
  return [
    ...old.slice(0, head).map(same),
    ...edits(a, b),
    ...old.slice(old.length - tail).map(same),
  ];
}

/** Along a longest common subsequence, deletions before insertions. */
function edits(a: readonly string[], b: readonly string[]): Line[] {
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const best = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
      common[i * width + j] = best;
    }
  }
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: ' ', text: a[i] ?? '' });
      i++;
      j++;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ mark: '-', text: a[i++] ?? '' });
    } else {
      lines.push({ mark: '+', text: b[j++] ?? '' });
    }
  }
  return lines;
}

function hunks(lines: readonly Line[]): string[] {
  const out: string[] = [];
  let oldLine = 1;
  let newLine = 1;
  let at = 0;
  for (const [from, to] of ranges(lines)) {
    for (; at < from; at++) {
      oldLine++;
      newLine++;
    }
    const hunk = lines.slice(from, to);
    const olds = hunk.filter((line) => line.mark !== '+').length;
    const news = hunk.filter((line) => line.mark !== '-').length;
    out.push(`@@ -${range(oldLine, olds)} +${range(newLine, news)} @@`);
    out.push(...hunk.map((line) => line.mark + line.text));
    oldLine += olds;
    newLine += news;
    at = to;
  }
  return out;
}

/** An empty range names the line before it. */
function range(start: number, count: number): string {
  return `${count === 0 ? start - 1 : start},${count}`;
}

/** Where hunks begin and end: changed lines with their context, joined where they touch. */
function ranges(lines: readonly Line[]): [number, number][] {
  const found: [number, number][] = [];
  lines.forEach((line, index) => {
    if (line.mark === ' ') return;
    const from = Math.max(0, index - CONTEXT);
    const to = Math.min(lines.length, index + CONTEXT + 1);
    const last = found.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = to;
    else found.push([from, to]);
  });
  return found;
}
