/** The records that every org has from the start, and that callers can't make. */
import { makeId } from '../ids.ts';
import type { FieldValue } from '../types.ts';

export interface StandardRow {
  readonly entity: string;
  /** With `Id`, or a new one is given. */
  readonly values: Readonly<Record<string, FieldValue>>;
}

interface StandardProfile {
  readonly name: string;
  /** System permissions, without `Permissions`. */
  readonly may: readonly string[];
}

const PROFILES: readonly StandardProfile[] = [
  {
    name: 'System Administrator',
    may: [
      'ApiEnabled',
      'ViewAllData',
      'ModifyAllData',
      'ViewAllUsers',
      'ManageUsers',
      'CustomizeApplication',
      'ViewSetup',
    ],
  },
  { name: 'Standard User', may: ['ApiEnabled', 'ViewSetup'] },
  { name: 'Read Only', may: ['ApiEnabled', 'ViewSetup'] },
  { name: 'Minimum Access - Salesforce', may: [] },
  { name: 'Minimum Access - API Only Integrations', may: ['ApiEnabled'] },
];

const [SYSTEM_ADMINISTRATOR = '', STANDARD_USER = '', READ_ONLY_USER = ''] = PROFILES.map((_, i) =>
  profileId(i),
);
export { READ_ONLY_USER, STANDARD_USER, SYSTEM_ADMINISTRATOR };

function profileId(index: number): string {
  return makeId('00e', index + 1);
}

/** A profile, and the permission set that it owns. */
export function profileRows(
  id: string,
  name: string,
  permissions: Readonly<Record<string, FieldValue>>,
): readonly StandardRow[] {
  const setName = `X${id.slice(0, 15)}`;
  const own = { Name: setName, Label: setName, ProfileId: id, Type: 'Profile' };
  return [
    { entity: 'Profile', values: { Id: id, Name: name, ...permissions } },
    {
      entity: 'PermissionSet',
      values: { ...own, IsOwnedByProfile: true, IsCustom: false, ...permissions },
    },
  ];
}

/** Profiles, each with the permission set that it owns, and the group of all users. */
export function standardRows(): readonly StandardRow[] {
  const profiles = PROFILES.flatMap(({ name, may }, i) => {
    const permissions = may.map((each) => [`Permissions${each}`, true] as const);
    return profileRows(profileId(i), name, Object.fromEntries(permissions));
  });
  const everybody = { Name: 'All Internal Users', DeveloperName: 'AllInternalUsers' };
  return [
    ...profiles,
    { entity: 'Group', values: { ...everybody, Type: 'Organization' } },
    { entity: 'Folder', values: { Name: 'Shared Documents', DeveloperName: 'SharedDocuments' } },
  ];
}

/** A developer org's. */
export function organizationRow(id: string): StandardRow {
  return {
    entity: 'Organization',
    values: {
      Id: id,
      Name: 'Headwater Sandbox',
      Country: 'US',
      PrimaryContact: 'Sandbox Administrator',
      InstanceName: 'HW0',
      FiscalYearStartMonth: 1,
      IsSandbox: true,
    },
  };
}

/** Of an org with several currencies: the corporate one first. */
export const CURRENCY_ROWS: readonly StandardRow[] = [
  ['USD', 1, 2],
  ['EUR', 0.92, 2],
  ['GBP', 0.79, 2],
  ['CHF', 0.88, 2],
  ['JPY', 150, 0],
].map(([IsoCode = '', ConversionRate = 1, DecimalPlaces = 2]) => ({
  entity: 'CurrencyType',
  values: {
    IsoCode,
    ConversionRate,
    DecimalPlaces,
    IsActive: true,
    IsCorporate: IsoCode === 'USD',
  },
}));
