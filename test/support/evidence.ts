/** What a heavy proof found, written where readers look for it: `docs/evidence/<name>.md`. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../..', 'docs', 'evidence');
/** What was checked out when the proof began; `-dirty` when there were changes besides. */
const commit = execFileSync(
  'git',
  ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'],
  {
    cwd: import.meta.dirname,
  },
)
  .toString()
  .trim();

export interface Evidence {
  readonly what: string;
  readonly seed: number;
  readonly seconds: number;
  readonly ok: boolean;
  /** Counts worth reading, by their names. */
  readonly counts: Readonly<Record<string, number>>;
}

export function writeEvidence(name: string, { what, seed, seconds, ok, counts }: Evidence): void {
  const rows = Object.entries({ seed, commit, seconds: Math.round(seconds), ...counts })
    .map(([key, value]) => `| ${key} | ${value} |`)
    .join('\n');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${name}.md`),
    `# ${name}\n\n${what}\n\nResult: **${ok ? 'passed' : 'FAILED'}**\n\n| | |\n| --- | --- |\n${rows}\n`,
  );
}
