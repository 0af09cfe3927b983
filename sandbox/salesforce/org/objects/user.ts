import type { ObjectSpec } from './spec.ts';

export const user: ObjectSpec = {
  name: 'User',
  label: 'User',
  labelPlural: 'Users',
  keyPrefix: '005',
  abilities: { deletable: false, undeletable: false },
  fields: `
Username        | string(80) required unique | Username
Name            | personname(short) | Full Name
CompanyName     | string(80) | Company Name
Division        | string(80) | Division
Department      | string(80) | Department
Title           | string(80) | Title
Address         | address |
Email           | email(128) required | Email
SenderEmail     | email(80) | Email Sender Address
SenderName      | string(80) | Email Sender Name
Signature       | textarea(1333) | Email Signature
Phone           | phone(40) | Phone
Fax             | phone(40) | Fax
MobilePhone     | phone(40) | Mobile
Alias           | string(8) required | Alias
CommunityNickname | string(40) required | Nickname
IsActive        | boolean | Active
TimeZoneSidKey  | picklist(40) required | Time Zone | America/Los_Angeles*; America/New_York; Europe/London; Europe/Berlin; Asia/Tokyo; GMT
LocaleSidKey    | picklist(40) required | Locale | en_US*; en_GB; de_DE; fr_FR; ja_JP
EmailEncodingKey | picklist(40) required | Email Encoding | UTF-8*; ISO-8859-1
UserType        | picklist(40) readonly | User Type | Standard*; PowerPartner; Guest
ProfileId       | reference(Profile) required | Profile ID
UserRoleId      | reference(UserRole) | Role ID
LanguageLocaleKey | picklist(40) required | Language | en_US*; de; fr; ja
EmployeeNumber  | string(20) | Employee Number
ManagerId       | reference(User) | Manager ID
LastLoginDate   | datetime readonly leftout | Last Login
UserPermissionsMarketingUser | boolean | Marketing User
UserPermissionsOfflineUser | boolean | Offline User
UserPermissionsSFContentUser | boolean | Salesforce CRM Content User
UserPermissionsKnowledgeUser | boolean | Knowledge User
UserPermissionsInteractionUser | boolean | Flow User
UserPermissionsSupportUser | boolean | Service Cloud User
ForecastEnabled | boolean | Allow Forecasting
ReceivesInfoEmails | boolean | Info Emails
ReceivesAdminInfoEmails | boolean | Admin Info Emails
system
FederationIdentifier | string(512) | SAML Federation ID
`,
};
