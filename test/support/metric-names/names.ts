/** Names that others ask for, as data: a name a line; `#` begins a comment. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function namesIn(file: string): readonly string[] {
  return readFileSync(join(import.meta.dirname, file), 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
}

/** `kafka.connect:sink-task-metrics[connector, task] put-batch-max-time-ms` in the JMX exporter's naming. */
export function exporterName(line: string): string {
  const [, domain, group, attribute] = /^(\S+?):(\S+?)\[.*\] (\S+)$/.exec(line) ?? [];
  return [domain, group, attribute].join('_').replace(/[.-]/g, '_');
}
