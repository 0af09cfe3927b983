import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reason } from './reasons.ts';

/** A reason as a row of docs/connect-parity.md's first table. */
export function parityRow({ what, connect, headwater, recordings = [] }: Reason): string {
  return `| ${what} | ${connect} | ${headwater} | ${recordings.join(', ')} |`.replace(
    '|  |',
    '| |',
  );
}

/** The rows that are there. */
export function parityRows(): readonly string[] {
  const path = join(import.meta.dirname, '../../../docs/connect-parity.md');
  const [, table = ''] = readFileSync(path, 'utf8').split('| --- | --- | --- | --- |\n');
  const lines = table.split('\n');
  return lines.slice(0, lines.indexOf(''));
}
