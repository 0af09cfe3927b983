/** Records as files have them (without their empty fields) and as tables do. */
import type { ObjectModel } from '../org/object-model.ts';
import type { FieldValue, RecordValues } from '../org/types.ts';
import type { KeptRecord } from './parts.ts';

export function keptRecord(record: RecordValues): KeptRecord {
  const kept: Record<string, FieldValue> = {};
  for (const name in record) {
    const value = record[name];
    if (value !== null && value !== undefined) kept[name] = value;
  }
  return kept;
}

/** The fields that an update changed; what it emptied is null. */
export function keptUpdate(before: RecordValues, after: RecordValues): KeptRecord {
  const kept: Record<string, FieldValue> = {};
  for (const name in after) {
    const value = after[name] ?? null;
    if (value !== (before[name] ?? null)) kept[name] = value;
  }
  return kept;
}

/** Makes whole records of an object's; what is missing is null. */
export function recordReader({ blank }: ObjectModel): (kept: KeptRecord) => RecordValues {
  const names = Object.keys(blank).map((name) => [name, null]);
  // JSON.parse gives it a shape that its copies share.
  const empty = JSON.parse(JSON.stringify(Object.fromEntries(names))) as Record<string, FieldValue>;
  return (kept) => Object.assign({ ...empty }, kept);
}
