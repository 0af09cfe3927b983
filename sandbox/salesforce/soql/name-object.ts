/** What a polymorphic reference (`Who`, `What`, an `Owner` that may be a queue) is seen as: Salesforce's object Name. */
import { makeField } from '../org/field-spec.ts';
import type { FieldDef, FieldValue, ObjectDef, Org, RecordValues } from '../org/types.ts';
import { fieldOf } from './fields.ts';

const FIELDS: ReadonlyMap<string, FieldDef> = new Map(
  (
    [
      ['Alias', 'string'],
      ['Email', 'email'],
      ['FirstName', 'string'],
      ['Id', 'id'],
      ['IsActive', 'boolean'],
      ['LastName', 'string'],
      ['Name', 'string'],
      ['Phone', 'phone'],
      ['ProfileId', 'reference'],
      ['RecordTypeId', 'reference'],
      ['Title', 'string'],
      ['Type', 'picklist'],
      ['Username', 'string'],
      ['UserRoleId', 'reference'],
    ] as const
  ).map(([name, type]) => [name.toLowerCase(), makeField({ name, label: name, type })]),
);
/** The only parents that it has. */
const RELATIONSHIPS = new Set(['profile', 'userrole', 'recordtype']);

export function fieldOfName(name: string): FieldDef | undefined {
  return FIELDS.get(name.toLowerCase());
}

export function hasRelationship(name: string): boolean {
  return RELATIONSHIPS.has(name.toLowerCase());
}

/** The value that a record shows for a field of Name; null where the reader may not see the record's own. */
export function readName(org: Org, record: RecordValues, field: FieldDef): FieldValue {
  const object = org.objectByPrefix(String(record['Id']).slice(0, 3));
  if (field.name === 'Type') return object?.name ?? null;
  if (object === undefined) return null;
  if (field.name !== 'Name') {
    const seen = fieldOf(object, field.name) !== undefined;
    return seen ? (record[field.name] ?? null) : null;
  }
  return record[nameFieldOf(object) ?? ''] ?? null;
}

const NAME_FIELDS = [
  'Name',
  'CaseNumber',
  'ContractNumber',
  'LineNumber',
  'OrderNumber',
  'OrderItemNumber',
  'Subject',
  'Title',
];

/** The field that stands for the record: its name, or the number or subject it goes by. */
export function nameFieldOf(object: ObjectDef): string | undefined {
  return NAME_FIELDS.find((name) => fieldOf(object, name) !== undefined);
}
