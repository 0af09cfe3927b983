/** Whether a user may do a write; what the org itself refuses is left to it. */
import { normalizeId } from '../org/ids.ts';
import { toFieldValue } from '../org/values.ts';
import { notWritable } from '../org/values.ts';
import { SalesforceError } from '../org/types.ts';
import type {
  FieldDef,
  JsonValues,
  ObjectDef,
  Org,
  RecordValues,
  User,
  Write,
} from '../org/types.ts';
import { fieldOf } from '../soql/fields.ts';
import { isSetup } from './permissionable.ts';
import type { Permissions } from './permissions.ts';
import { crossReference, insufficientAccess, noSuchField } from './refusals.ts';
import type { Sharing } from './sharing.ts';

export interface Rights {
  /** Everything, as it is. */
  readonly org: Org;
  readonly user: User;
  readonly permissions: Permissions;
  readonly sharing: Sharing;
  /** The object as the user sees it. */
  readonly seen: (name: string) => ObjectDef | undefined;
}

/** Throws what Salesforce answers where the user may not do it. */
export function checkWrite(rights: Rights, write: Write): void {
  switch (write.op) {
    case 'insert':
      return checkInsert(rights, write.entity, write.values);
    case 'update':
      return checkUpdate(rights, write.entity, write.id, write.values);
    case 'upsert':
      return checkUpsert(rights, write);
    case 'delete':
    case 'undelete':
      return checkRemoval(rights, write.id);
    case 'merge':
      for (const id of write.loserIds) checkRemoval(rights, id);
      return checkUpdate(rights, write.entity, write.id, write.values);
    case 'convertLead':
      return checkConversion(rights, write);
  }
}

/** The lead is changed, and what it becomes is made. */
function checkConversion(
  rights: Rights,
  { id, conversion }: Extract<Write, { op: 'convertLead' }>,
): void {
  checkUpdate(rights, 'Lead', id, {});
  const { accountId, contactId, opportunityId, doNotCreateOpportunity } = conversion;
  const becomes: [string, string | undefined][] = [
    ['Account', accountId],
    ['Contact', contactId],
  ];
  if (doNotCreateOpportunity !== true) becomes.push(['Opportunity', opportunityId]);
  for (const [entity, into] of becomes) {
    if (into === undefined) checkInsert(rights, entity, {});
    else checkUpdate(rights, entity, into, {});
  }
}

function checkInsert(rights: Rights, entity: string, values: JsonValues): void {
  const object = rights.org.object(entity);
  if (object === undefined) return;
  if (!rights.permissions.object(object).create) throw insufficientAccess();
  checkValues(rights, object, values, 'createable');
}

function checkUpdate(rights: Rights, entity: string, id: string, values: JsonValues): void {
  const object = rights.org.object(entity);
  const record = object === undefined ? undefined : rights.org.record(object.name, id);
  if (object === undefined || record === undefined) return;
  if (!isOwnUser(rights, object, record)) {
    if (!rights.permissions.object(object).edit) throw insufficientAccess();
    const level = rights.sharing.level(object, record);
    if (level === 'none') throw crossReference();
    if (level === 'read') throw insufficientAccess();
  }
  checkValues(rights, object, values, 'updateable');
}

/** Everybody may change their own name and address, but not what they may do. */
function isOwnUser({ user }: Rights, object: ObjectDef, record: RecordValues): boolean {
  return isSetup(object) && object.name === 'User' && record['Id'] === user.id;
}

function checkUpsert(
  rights: Rights,
  { entity, externalIdField, externalId, values }: Extract<Write, { op: 'upsert' }>,
): void {
  const object = rights.org.object(entity);
  const field = object === undefined ? undefined : fieldOf(object, externalIdField);
  if (object === undefined || field === undefined) return;
  if (!rights.permissions.field(object, field).read) {
    throw noSuchField(externalIdField, object.name);
  }
  const [found] = rights.org.findBy(object.name, field.name, keyOf(field, externalId));
  if (found === undefined) checkInsert(rights, entity, values);
  else checkUpdate(rights, entity, String(found['Id']), values);
}

function keyOf(field: FieldDef, key: string): ReturnType<typeof toFieldValue> {
  try {
    return toFieldValue(field, key);
  } catch (error) {
    if (error instanceof SalesforceError) return null;
    throw error;
  }
}

function checkRemoval(rights: Rights, anyId: string): void {
  const id = normalizeId(anyId) ?? '';
  const object = rights.org.objectByPrefix(id.slice(0, 3));
  const record = object === undefined ? undefined : rights.org.record(object.name, id, true);
  if (object === undefined || record === undefined) return;
  if (!rights.permissions.object(object).delete) throw insufficientAccess();
  const level = rights.sharing.level(object, record);
  if (level === 'none') throw crossReference();
  if (level !== 'full') throw insufficientAccess();
}

function checkValues(
  rights: Rights,
  object: ObjectDef,
  values: JsonValues,
  ability: 'createable' | 'updateable',
): void {
  const refused: FieldDef[] = [];
  for (const [name, value] of Object.entries(values)) {
    const field = fieldOf(object, name) ?? relationOf(object, name);
    if (field === undefined) continue;
    const { read, edit } = rights.permissions.field(object, field);
    if (!read) throw noSuchField(name, object.name);
    if (!edit && field[ability]) refused.push(field);
    if (field.type === 'reference' && typeof value === 'string') checkParent(rights, value);
  }
  if (refused.length > 0) throw notWritable(...refused);
}

function relationOf({ fields }: ObjectDef, name: string): FieldDef | undefined {
  return fields.find((each) => each.relationshipName?.toLowerCase() === name.toLowerCase());
}

/** What is pointed at has to be seen. */
function checkParent({ org, sharing, seen }: Rights, anyId: string): void {
  const id = normalizeId(anyId) ?? '';
  const parent = org.objectByPrefix(id.slice(0, 3));
  const record = parent === undefined ? undefined : org.record(parent.name, id);
  if (parent === undefined || record === undefined) return;
  if (seen(parent.name) === undefined || sharing.level(parent, record) === 'none') {
    throw crossReference();
  }
}
