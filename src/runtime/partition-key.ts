import type { SourcePartition } from '../data/record.ts';

const keys = new WeakMap<SourcePartition, string>();

/** A source partition as one string: equal for equal maps, whatever the order of their keys. */
export function partitionKey(partition: SourcePartition): string {
  const known = keys.get(partition);
  if (known !== undefined) return known;
  const key = canonical(partition);
  keys.set(partition, key);
  return key;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join()}}`;
}
