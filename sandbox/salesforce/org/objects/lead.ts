import type { ObjectSpec } from './spec.ts';

export const lead: ObjectSpec = {
  name: 'Lead',
  label: 'Lead',
  labelPlural: 'Leads',
  keyPrefix: '00Q',
  fields: `
MasterRecordId  | reference(Lead) readonly leftout | Master Record ID
Name            | personname | Full Name
RecordTypeId    | reference(RecordType) @RecordTypes | Record Type ID
Title           | string(128) | Title
Company         | string(255) required | Company
Address         | address |
Phone           | phone(40) | Phone
MobilePhone     | phone(40) | Mobile Phone
Fax             | phone(40) | Fax
Email           | email(80) | Email
Website         | url(255) | Website
PhotoUrl        | url(255) readonly leftout | Photo URL
Description     | textarea(32000) | Description
LeadSource      | picklist(255) | Lead Source | Web; Phone Inquiry; Partner Referral; Purchased List; Other
Status          | picklist(255) required | Status | Open - Not Contacted*; Working - Contacted; Closed - Converted; Closed - Not Converted
Industry        | picklist(255) | Industry | Agriculture; Apparel; Banking; Biotechnology; Chemicals; Communications; Construction; Consulting; Education; Electronics; Energy; Engineering; Entertainment; Environmental; Finance; Food & Beverage; Government; Healthcare; Hospitality; Insurance; Machinery; Manufacturing; Media; Not For Profit; Recreation; Retail; Shipping; Technology; Telecommunications; Transportation; Utilities; Other
Rating          | picklist(255) | Rating | Hot; Warm; Cold
AnnualRevenue   | currency(18,0) | Annual Revenue
NumberOfEmployees | int(8) | Employees
OwnerId         | reference(User,Group) required | Owner ID
HasOptedOutOfEmail | boolean | Email Opt Out
IsConverted     | boolean createonly | Converted
ConvertedDate   | date readonly | Converted Date
ConvertedAccountId | reference(Account) readonly | Converted Account ID
ConvertedContactId | reference(Contact) readonly | Converted Contact ID
ConvertedOpportunityId | reference(Opportunity) readonly | Converted Opportunity ID
IsUnreadByOwner | boolean default=true | Unread By Owner
system
LastActivityDate   | date readonly leftout | Last Activity
DoNotCall       | boolean | Do Not Call
HasOptedOutOfFax | boolean | Fax Opt Out
LastViewedDate     | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
LastTransferDate | date | Last Transfer Date
Jigsaw          | string(20) | Data.com Key
JigsawContactId | string(20) readonly | Jigsaw Contact ID
CleanStatus     | picklist(40) restricted | Clean Status | Matched; Different; Acknowledged; NotFound; Inactive; Pending; SelectMatch; Skipped
CompanyDunsNumber | string(9) | Company D-U-N-S Number
DandbCompanyId  | reference(DandBCompany) | D&B Company ID
EmailBouncedReason | string(255) | Email Bounced Reason
EmailBouncedDate | datetime | Email Bounced Date
IndividualId    | reference(Individual) | Individual ID
Pronouns        | picklist(255) | Pronouns | He/Him; She/Her; They/Them; He/They; She/They; Not Listed
GenderIdentity  | picklist(255) | Gender Identity | Male; Female; Nonbinary; Not Listed
`,
};
