import { createHash } from 'node:crypto';

/** Applies a unified diff and checks its SHA-256. */
export function patched(before: string, diff: string): string {
  const [, to = '', ...lines] = diff.split('\n');
  const old = before.split('\n');
  const now: string[] = [];
  let at = 0;
  for (const line of lines) {
    const [, start] = /^@@ -(\d+)/.exec(line) ?? [];
    if (start !== undefined) while (at < Number(start) - 1) now.push(old[at++] ?? '');
    else if (line.startsWith('+')) now.push(line.slice(1));
    else if (line.startsWith('-')) at++;
    else now.push(old[at++] ?? '');
  }
  const text = [...now, ...old.slice(at)].join('\n');
  if (to !== `+++ ${createHash('sha256').update(text).digest('hex')}`) throw new Error(diff);
  return text;
}
