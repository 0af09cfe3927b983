import { canonicalJson } from '../data/exact-json.ts';
import type { SourcePartition } from '../data/record.ts';

const keys = new WeakMap<SourcePartition, string>();

/** A source partition as one string: equal for equal maps, whatever the order of their keys. */
export function partitionKey(partition: SourcePartition): string {
  const known = keys.get(partition);
  if (known !== undefined) return known;
  const key = canonicalJson(partition);
  keys.set(partition, key);
  return key;
}
