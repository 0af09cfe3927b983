import type { ObjectSpec } from './spec.ts';

export const account: ObjectSpec = {
  name: 'Account',
  label: 'Account',
  labelPlural: 'Accounts',
  keyPrefix: '001',
  fields: `
MasterRecordId  | reference(Account) readonly leftout | Master Record ID
Name            | string(255) required switchable | Account Name
Salutation      | picklist(40) part=Name @PersonAccounts | Salutation | Mr.; Ms.; Mrs.; Dr.; Prof.; Mx.
FirstName       | string(40) part=Name @PersonAccounts | First Name
LastName        | string(80) part=Name @PersonAccounts | Last Name
Type            | picklist(255) | Account Type | Prospect; Customer - Direct; Customer - Channel; Channel Partner / Reseller; Installation Partner; Technology Partner; Other
RecordTypeId    | reference(RecordType) @RecordTypes | Record Type ID
ParentId        | reference(Account) | Parent Account ID
BillingAddress  | address | Billing
ShippingAddress | address | Shipping
Phone           | phone(40) | Account Phone
Fax             | phone(40) | Account Fax
AccountNumber   | string(40) | Account Number
Website         | url(255) | Website
PhotoUrl        | url(255) readonly leftout | Photo URL
Sic             | string(20) | SIC Code
Industry        | picklist(255) | Industry | Agriculture; Apparel; Banking; Biotechnology; Chemicals; Communications; Construction; Consulting; Education; Electronics; Energy; Engineering; Entertainment; Environmental; Finance; Food & Beverage; Government; Healthcare; Hospitality; Insurance; Machinery; Manufacturing; Media; Not For Profit; Recreation; Retail; Shipping; Technology; Telecommunications; Transportation; Utilities; Other
AnnualRevenue   | currency(18,0) | Annual Revenue
NumberOfEmployees | int(8) | Employees
Ownership       | picklist(255) | Ownership | Public; Private; Subsidiary; Other
TickerSymbol    | string(20) | Ticker Symbol
Description     | textarea(32000) | Account Description
Rating          | picklist(255) | Account Rating | Hot; Warm; Cold
Site            | string(80) | Account Site
OwnerId         | reference(User) required | Owner ID
system
LastActivityDate   | date readonly leftout | Last Activity
LastViewedDate     | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
IsPersonAccount | boolean readonly leftout @PersonAccounts | Is Person Account
PersonContactId | reference(Contact) readonly @PersonAccounts | Contact ID
PersonMailingAddress | address @PersonAccounts | Mailing
PersonOtherAddress | address @PersonAccounts | Other
PersonMobilePhone | phone(40) @PersonAccounts | Mobile
PersonHomePhone | phone(40) @PersonAccounts | Home Phone
PersonOtherPhone | phone(40) @PersonAccounts | Other Phone
PersonAssistantPhone | phone(40) @PersonAccounts | Asst. Phone
PersonEmail     | email(80) @PersonAccounts | Email
PersonTitle     | string(80) @PersonAccounts | Title
PersonDepartment | string(80) @PersonAccounts | Department
PersonAssistantName | string(40) @PersonAccounts | Assistant
PersonLeadSource | picklist(255) @PersonAccounts | Lead Source | Web; Phone Inquiry; Partner Referral; Purchased List; Other
PersonBirthdate | date @PersonAccounts | Birthdate
PersonHasOptedOutOfEmail | boolean @PersonAccounts | Email Opt Out
PersonHasOptedOutOfFax | boolean @PersonAccounts | Fax Opt Out
PersonDoNotCall | boolean @PersonAccounts | Do Not Call
PersonLastCURequestDate | datetime readonly @PersonAccounts | Last Stay-in-Touch Request Date
PersonLastCUUpdateDate | datetime readonly @PersonAccounts | Last Stay-in-Touch Save Date
PersonEmailBouncedReason | string(255) @PersonAccounts | Email Bounced Reason
PersonEmailBouncedDate | datetime @PersonAccounts | Email Bounced Date
PersonIndividualId | reference(Individual) @PersonAccounts | Individual ID
PersonPronouns  | picklist(255) @PersonAccounts | Pronouns | He/Him; She/Her; They/Them; Not Listed
PersonGenderIdentity | picklist(255) @PersonAccounts | Gender Identity | Male; Female; Nonbinary; Not Listed
Jigsaw          | string(20) | Data.com Key
JigsawCompanyId | string(20) readonly | Jigsaw Company ID
CleanStatus     | picklist(40) restricted | Clean Status | Matched; Different; Acknowledged; NotFound; Inactive; Pending; SelectMatch; Skipped
AccountSource   | picklist(255) | Account Source | Web; Phone Inquiry; Partner Referral; Purchased List; Other
DunsNumber      | string(9) | D-U-N-S Number
Tradestyle      | string(255) | Tradestyle
NaicsCode       | string(8) | NAICS Code
NaicsDesc       | string(120) | NAICS Description
YearStarted     | string(4) | Year Started
SicDesc         | string(80) | SIC Description
DandbCompanyId  | reference(DandBCompany) | D&B Company ID
OperatingHoursId | reference(OperatingHours) | Operating Hour ID
`,
};
