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

/** Makes whole records of an object's; what is missing is null. */
export function recordReader({ blank }: ObjectModel): (kept: KeptRecord) => RecordValues {
  const empty: Record<string, FieldValue> = {};
  for (const name of Object.keys(blank)) empty[name] = null;
  return (kept) => Object.assign({ ...empty }, kept);
}
