import { expect, test } from 'vitest';
import type { SandboxOrg } from '../../../../sandbox/salesforce/org/org.ts';
import { insert, loadFiles } from '../../../support/project-folder.ts';
import type { Files } from '../../../support/project-folder.ts';

const onObject = (name: string, ...allowed: string[]): string =>
  `<objectPermissions>${allowed.map((each) => `<${each}>true</${each}>`).join('')}<object>${name}</object></objectPermissions>`;
const onField = (name: string, editable = false): string =>
  `<fieldPermissions><editable>${editable}</editable><field>${name}</field><readable>true</readable></fieldPermissions>`;
const permissionSet = (name: string, inner: string): Files => ({
  [`permissionsets/${name}.permissionset-meta.xml`]: ['PermissionSet', inner],
});
const profile = (name: string, inner: string): Files => ({
  [`profiles/${name}.profile-meta.xml`]: ['Profile', inner],
});

function userOf(org: SandboxOrg, profileName: string, sets: readonly string[] = []): string {
  const [row] = org.findBy('Profile', 'Name', profileName);
  const mail = 'u@shop.example';
  const user = { Username: mail, LastName: 'U', Email: mail, Alias: 'u', IsActive: true };
  const { id } = insert(org, 'User', { ...user, ProfileId: row?.['Id'] });
  for (const name of sets) {
    const [set] = org.findBy('PermissionSet', 'Name', name);
    const assignment = { PermissionSetId: set?.['Id'], AssigneeId: id };
    insert(org, 'PermissionSetAssignment', assignment);
  }
  return id ?? '';
}

/** What a session of the user sees of an object. */
function fieldsSeen(org: SandboxOrg, userId: string, entity: string): string[] | undefined {
  const { accessToken } = org.openSession(userId);
  const user = org.session(accessToken)?.user ?? org.admin;
  return org
    .seenBy(user)
    .object(entity)
    ?.fields.map(({ name }) => name);
}

test('a permission set of a project gives what it says when it is assigned', async () => {
  const { org, warnings } = await loadFiles(
    permissionSet(
      'Etl',
      `<label>ETL</label>${onObject('Account', 'allowRead', 'viewAllRecords')}${onField('Account.Phone')}<userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions><userPermissions><enabled>true</enabled><name>RunReports</name></userPermissions>`,
    ),
  );
  expect(warnings).toEqual([]);
  const user = userOf(org, 'Minimum Access - Salesforce', ['Etl']);
  const seen = fieldsSeen(org, user, 'Account');
  expect(seen).toContain('Phone');
  expect(seen).not.toContain('Industry');
  expect(fieldsSeen(org, user, 'Contact')).toBeUndefined();
  const { accessToken } = org.openSession(user);
  expect(org.session(accessToken)?.user).toMatchObject({
    apiEnabled: true,
    viewAllData: false,
    viewAllObjects: ['Account', 'AccountContactRelation'],
  });
});

test('a user without that permission set may not use the API', async () => {
  const { org } = await loadFiles({});
  const { accessToken } = org.openSession(userOf(org, 'Minimum Access - Salesforce'));
  expect(org.session(accessToken)?.user.apiEnabled).toBe(false);
});

test('a profile of a project is one more, which gives nothing but what it says', async () => {
  const { org } = await loadFiles(
    profile('Integration%20User', onObject('Contact', 'allowRead') + onField('Contact.Email')),
  );
  const user = userOf(org, 'Integration User');
  expect(fieldsSeen(org, user, 'Contact')).toContain('Email');
  expect(fieldsSeen(org, user, 'Contact')).not.toContain('Phone');
  expect(fieldsSeen(org, user, 'Account')).toBeUndefined();
});

test('a standard profile keeps what its file doesn’t speak of', async () => {
  const { org } = await loadFiles(
    profile(
      'Standard',
      '<fieldPermissions><editable>false</editable><field>Account.Industry</field><readable>false</readable></fieldPermissions>',
    ),
  );
  const seen = fieldsSeen(org, userOf(org, 'Standard User'), 'Account');
  expect(seen).not.toContain('Industry');
  expect(seen).toContain('Phone');
});

test('permissions on what isn’t there are told and left out', async () => {
  const { warnings } = await loadFiles(
    permissionSet('Etl', `${onObject('Nothing__c', 'allowRead')}${onField('Account.None__c')}`),
  );
  expect(warnings).toEqual([
    expect.stringMatching(/Etl\.permissionset-meta\.xml:\d+: The object "Nothing__c" is unknown/),
    expect.stringMatching(/The field "Account.None__c" is unknown/),
  ]);
});

test('an object’s sharing model is the org-wide default', async () => {
  const { org } = await loadFiles({
    'objects/Account/Account.object-meta.xml': [
      'CustomObject',
      '<sharingModel>Private</sharingModel>',
    ],
  });
  insert(org, 'Account', { Name: 'Admin’s' });
  const { accessToken } = org.openSession(userOf(org, 'Standard User'));
  const user = org.session(accessToken)?.user ?? org.admin;
  expect([...org.seenBy(user).records('Account')]).toEqual([]);
  expect([...org.records('Account')]).toHaveLength(1);
});
