/** Who may do what: groups, roles, profiles, permission sets, record types. None of them has change events. */
import { SETUP } from './spec.ts';
import type { ObjectSpec } from './spec.ts';

/** The system permissions that the sandbox knows; Salesforce has some hundreds. */
const PERMISSIONS = `
PermissionsApiEnabled | boolean | API Enabled
PermissionsBulkApiHardDelete | boolean | Bulk API Hard Delete
PermissionsViewAllData | boolean | View All Data
PermissionsModifyAllData | boolean | Modify All Data
PermissionsViewAllUsers | boolean | View All Users
PermissionsManageUsers | boolean | Manage Users
PermissionsCustomizeApplication | boolean | Customize Application
PermissionsViewSetup | boolean | View Setup and Configuration`;

export const group: ObjectSpec = {
  name: 'Group',
  label: 'Group',
  labelPlural: 'Group',
  keyPrefix: '00G',
  changeEvents: false,
  abilities: SETUP,
  fields: `
Name            | string(40) required | Name
DeveloperName   | string(80) | Developer Name
RelatedId       | reference(User,UserRole) readonly | Related ID
Type            | picklist(40) restricted createonly required | Type | Regular*; Role; RoleAndSubordinates; Organization; Queue
Email           | email(255) | Email
OwnerId         | reference(User) readonly | Owner ID
DoesSendEmailToMembers | boolean | Send Email to Members
DoesIncludeBosses | boolean default=true | Include Bosses
system
`,
};

export const groupMember: ObjectSpec = {
  name: 'GroupMember',
  label: 'Group Member',
  labelPlural: 'Group Members',
  keyPrefix: '011',
  changeEvents: false,
  abilities: SETUP,
  fields: `
GroupId         | reference(Group) required createonly cascade | Group ID
UserOrGroupId   | reference(User,Group) required createonly cascade unnamed | User/Group ID
SystemModstamp  | datetime readonly required leftout | System Modstamp
`,
};

export const userRole: ObjectSpec = {
  name: 'UserRole',
  label: 'Role',
  labelPlural: 'Role',
  keyPrefix: '00E',
  changeEvents: false,
  abilities: SETUP,
  fields: `
Name            | string(80) required | Name
ParentRoleId    | reference(UserRole) unnamed | Parent Role ID
RollupDescription | string(80) | Description
OpportunityAccessForAccountOwner | picklist(40) restricted required | Opportunity Access Level for Account Owner | None; Read; Edit*
CaseAccessForAccountOwner | picklist(40) restricted | Case Access Level for Account Owner | None*; Read; Edit
ContactAccessForAccountOwner | picklist(40) restricted | Contact Access Level for Account Owner | None*; Read; Edit
ForecastUserId  | reference(User) unnamed | User ID
MayForecastManagerShare | boolean readonly | May Forecast Manager Share
LastModifiedDate | datetime readonly required | Last Modified Date
LastModifiedById | reference(User) readonly required | Last Modified By ID
SystemModstamp  | datetime readonly required leftout | System Modstamp
DeveloperName   | string(80) | Developer Name
PortalAccountId | reference(Account) readonly unnamed | Account ID
PortalType      | picklist(40) restricted readonly | Portal Type | None*; CustomerPortal; Partner
PortalRole      | picklist(40) restricted readonly | Portal Role | Executive; Manager; Worker; PersonAccount
PortalAccountOwnerId | reference(User) readonly unnamed | User ID
`,
};

export const profile: ObjectSpec = {
  name: 'Profile',
  label: 'Profile',
  labelPlural: 'Profile',
  keyPrefix: '00e',
  changeEvents: false,
  abilities: { ...SETUP, createable: false, deletable: false },
  fields: `
Name            | string(255) required | Name${PERMISSIONS}
UserType        | picklist(40) restricted readonly | User Type | Standard*; PowerPartner; CSPLitePortal; CustomerSuccess; PowerCustomerSuccess; CsnOnly; Guest
system
Description     | string(255) | Description
LastViewedDate  | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
`,
};

export const permissionSet: ObjectSpec = {
  name: 'PermissionSet',
  label: 'Permission Set',
  labelPlural: 'Permission Sets',
  keyPrefix: '0PS',
  changeEvents: false,
  abilities: SETUP,
  fields: `
Name            | string(80) required | Permission Set Name
Label           | string(80) required | Permission Set Label
ProfileId       | reference(Profile) readonly | Profile ID
IsOwnedByProfile | boolean readonly | Is Owned By Profile
IsCustom        | boolean readonly default=true | Is Custom${PERMISSIONS}
Description     | string(255) | Description
system
NamespacePrefix | string(15) readonly | Namespace Prefix
HasActivationRequired | boolean | Has Activation Required
Type            | picklist(40) restricted readonly | Permission Set Type | Regular*; Profile; Standard; Session; Group
`,
};

export const permissionSetAssignment: ObjectSpec = {
  name: 'PermissionSetAssignment',
  label: 'Permission Set Assignment',
  labelPlural: 'Permission Set Assignments',
  keyPrefix: '0Pa',
  changeEvents: false,
  abilities: SETUP,
  fields: `
PermissionSetId | reference(PermissionSet) required createonly cascade | PermissionSet ID
AssigneeId      | reference(User) required createonly | Assignee ID
SystemModstamp  | datetime readonly required leftout | System Modstamp
ExpirationDate  | datetime | Expiration Date
IsActive        | boolean readonly default=true | Is Active
`,
};

export const objectPermissions: ObjectSpec = {
  name: 'ObjectPermissions',
  label: 'Object Permissions',
  labelPlural: 'Object Permissions',
  keyPrefix: '110',
  changeEvents: false,
  abilities: SETUP,
  fields: `
ParentId        | reference(PermissionSet) required createonly cascade | Parent ID
SobjectType     | string(40) required createonly | SObject Type Name
PermissionsCreate | boolean | Create Records
PermissionsRead | boolean | Read Records
PermissionsEdit | boolean | Edit Records
PermissionsDelete | boolean | Delete Records
PermissionsViewAllRecords | boolean | Read All Records
PermissionsModifyAllRecords | boolean | Edit All Records
PermissionsViewAllFields | boolean | View All Fields
system
`,
};

export const fieldPermissions: ObjectSpec = {
  name: 'FieldPermissions',
  label: 'Field Permissions',
  labelPlural: 'Field Permissions',
  keyPrefix: '01k',
  changeEvents: false,
  abilities: SETUP,
  fields: `
ParentId        | reference(PermissionSet) required createonly cascade | Parent ID
SobjectType     | string(40) required createonly | Sobject Type
Field           | string(100) required createonly | Field
PermissionsEdit | boolean | Edit Field
PermissionsRead | boolean | Read Field
SystemModstamp  | datetime readonly required leftout | System Modstamp
`,
};

export const recordType: ObjectSpec = {
  name: 'RecordType',
  label: 'Record Type',
  labelPlural: 'Record Types',
  keyPrefix: '012',
  changeEvents: false,
  abilities: SETUP,
  fields: `
Name            | string(80) required | Name
DeveloperName   | string(80) required | Record Type Name
NamespacePrefix | string(15) readonly | Namespace Prefix
Description     | string(255) | Description
BusinessProcessId | string(18) | Business Process ID
SobjectType     | string(40) required createonly | SObject Type Name
IsActive        | boolean | Active
system
`,
};
