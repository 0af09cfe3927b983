/** Keeps who may log in (`identity.ts`) and the records of the User object in step. */
import type { Identity } from './identity.ts';
import type { SchemaEntry } from './schema.ts';
import type { FieldValue, Org, RecordValues, Transaction, User } from './types.ts';

interface NewUsers {
  readonly newPassword: () => string;
  readonly profile: (id: FieldValue | undefined) => RecordValues | undefined;
}

/** A User record that was written becomes a user, or changes one; with a profile comes what it allows. */
export function followUserRecords(
  identity: Identity,
  transaction: Transaction,
  { newPassword, profile }: NewUsers,
): void {
  for (const { entity, id, before, after } of transaction.changes) {
    if (entity !== 'User' || after === null) continue;
    const known = identity.user(id) ?? newUser(id, newPassword());
    const moved = before?.['ProfileId'] !== after['ProfileId'];
    const allowed = moved ? fromProfile(profile(after['ProfileId'])) : {};
    identity.put({ ...known, ...fromRecord(after), ...allowed });
  }
}

function newUser(id: string, password: string): User {
  return {
    id,
    username: '',
    password,
    name: '',
    email: '',
    active: true,
    viewAllData: false,
    modifyAllData: false,
    apiEnabled: true,
    hiddenObjects: [],
  };
}

function fromProfile(profile: RecordValues | undefined): Partial<User> {
  if (profile === undefined) return {};
  return {
    apiEnabled: profile['PermissionsApiEnabled'] === true,
    viewAllData: profile['PermissionsViewAllData'] === true,
    modifyAllData: profile['PermissionsModifyAllData'] === true,
    bulkApiHardDelete: profile['PermissionsBulkApiHardDelete'] === true,
  };
}

function fromRecord(record: RecordValues): Pick<User, 'username' | 'name' | 'email' | 'active'> {
  return {
    username: String(record['Username']),
    name: String(record['Name']),
    email: String(record['Email']),
    active: record['IsActive'] === true,
  };
}

/** The other way: the user's record follows; a user nobody knew gets one. */
export function writeUserRecord(org: Org, users: SchemaEntry, adminId: string, user: User): void {
  const space = user.name.lastIndexOf(' ');
  const names = {
    FirstName: space < 0 ? null : user.name.slice(0, space),
    LastName: user.name.slice(space + 1),
  };
  const values = {
    ...names,
    Username: user.username,
    Email: user.email,
    IsActive: user.active,
  };
  const record = users.table.get(user.id);
  if (record === undefined) {
    const now = Math.floor(org.clock.now() / 1000) * 1000;
    users.table.put(user.id, {
      ...users.model.blank,
      ...values,
      Id: user.id,
      Name: user.name,
      Alias: user.username.slice(0, 8),
      CreatedDate: now,
      CreatedById: adminId,
      LastModifiedDate: now,
      LastModifiedById: adminId,
      SystemModstamp: now,
    });
    return;
  }
  const same = Object.entries(values).every(([name, value]) => record[name] === value);
  if (same) return;
  const actor = { userId: adminId, origin: '' };
  const [result] = org.write(actor, [{ op: 'update', entity: 'User', id: user.id, values }], true);
  if (result?.success === false) throw result.errors[0] ?? new TypeError('No user written.');
}
