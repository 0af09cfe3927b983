import type { World } from '../formula/world.ts';
import { SalesforceError } from './types.ts';
import type { ObjectDef, RecordValues } from './types.ts';

/** A record has a type of its own object, and a restricted picklist a value that the type leaves it. */
export function checkRecordType(
  def: ObjectDef,
  world: World,
  record: RecordValues,
  given: RecordValues,
): void {
  const { fields, recordTypeValues } = def;
  checkOwnType(def, world, given);
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

function checkOwnType({ name }: ObjectDef, world: World, given: RecordValues): void {
  const id = given['RecordTypeId'];
  if (typeof id !== 'string') return;
  if (world.record('RecordType', id)?.['SobjectType'] === name) return;
  throw new SalesforceError(
    400,
    'INVALID_CROSS_REFERENCE_KEY',
    `Record Type ID: this ID value isn't valid for the user: ${id}`,
    ['RecordTypeId'],
  );
}
