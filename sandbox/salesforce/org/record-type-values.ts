import { SalesforceError } from './types.ts';
import type { ObjectDef, RecordValues } from './types.ts';

/** A restricted picklist takes only values that the record's type leaves it. */
export function checkRecordTypeValues(
  { fields, recordTypeValues }: ObjectDef,
  record: RecordValues,
  given: RecordValues,
): void {
  const left = recordTypeValues?.[String(record['RecordTypeId'])];
  if (left === undefined) return;
  for (const field of fields) {
    const value = given[field.name];
    const values = left[field.name];
    if (!field.restrictedPicklist || values === undefined || typeof value !== 'string') continue;
    const bad = value.split(';').find((each) => !values.includes(each));
    if (bad === undefined) continue;
    throw new SalesforceError(
      400,
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      `${field.label}: bad value for restricted picklist field: ${bad}`,
      [field.name],
    );
  }
}
