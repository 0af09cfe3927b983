/** What gives a user access: the profile, and each permission set that is assigned to them. */
import {
  READ_ONLY_USER,
  STANDARD_USER,
  SYSTEM_ADMINISTRATOR,
} from '../org/objects/standard-rows.ts';
import type { Org, RecordValues, User } from '../org/types.ts';

export interface Grant {
  /** Of what its rows say nothing about. */
  readonly otherwise: 'all' | 'read' | 'none';
  /** The row of PermissionSet, or of the profile's own; undefined for a user without a profile. */
  readonly set: RecordValues | undefined;
  /** ObjectPermissions by the object's name. */
  readonly objects: ReadonlyMap<string, RecordValues>;
  /** FieldPermissions by `Account.Phone`. */
  readonly fields: ReadonlyMap<string, RecordValues>;
}

/** The profiles that need no rows: what Salesforce ticks in them for all that is made is one rule here. */
const BY_PROFILE: Readonly<Record<string, Grant['otherwise']>> = {
  [SYSTEM_ADMINISTRATOR]: 'all',
  [STANDARD_USER]: 'all',
  [READ_ONLY_USER]: 'read',
};

export interface Grants {
  /** The profile first. A user without one may do everything. */
  readonly grants: readonly Grant[];
  /** When the first assignment ends, epoch ms. */
  readonly until: number;
}

export function grantsOf(org: Org, user: User): Grants {
  const profileId = org.record('User', user.id)?.['ProfileId'] ?? null;
  const [own] = profileId === null ? [] : org.findBy('PermissionSet', 'ProfileId', profileId);
  const otherwise = profileId === null ? 'all' : (BY_PROFILE[String(profileId)] ?? 'none');
  const now = org.clock.now();
  const assignments = org
    .findBy('PermissionSetAssignment', 'AssigneeId', user.id)
    .filter(({ ExpirationDate: end }) => typeof end !== 'number' || end > now);
  const ends = assignments.map(({ ExpirationDate: end }) => Number(end ?? Infinity));
  const sets = assignments.map(({ PermissionSetId: id }) =>
    org.record('PermissionSet', String(id)),
  );
  return {
    grants: [
      grant(org, own, otherwise),
      ...sets.filter((set) => set !== undefined).map((set) => grant(org, set, 'none')),
    ],
    until: Math.min(...ends),
  };
}

function grant(org: Org, set: RecordValues | undefined, otherwise: Grant['otherwise']): Grant {
  const id = set?.['Id'] ?? null;
  const rows = (entity: string): readonly RecordValues[] =>
    id === null ? [] : org.findBy(entity, 'ParentId', id);
  return {
    otherwise,
    set,
    objects: new Map(rows('ObjectPermissions').map((row) => [String(row['SobjectType']), row])),
    fields: new Map(rows('FieldPermissions').map((row) => [String(row['Field']), row])),
  };
}
