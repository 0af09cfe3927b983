import type { ObjectSpec } from './spec.ts';

export const contact: ObjectSpec = {
  name: 'Contact',
  label: 'Contact',
  labelPlural: 'Contacts',
  keyPrefix: '003',
  fields: `
MasterRecordId  | reference(Contact) readonly leftout | Master Record ID
AccountId       | reference(Account) cascade | Account ID
IsPersonAccount | boolean readonly @PersonAccounts | Is Person Account
Name            | personname | Full Name
OtherAddress    | address | Other
MailingAddress  | address | Mailing
Phone           | phone(40) | Business Phone
Fax             | phone(40) | Business Fax
MobilePhone     | phone(40) | Mobile Phone
HomePhone       | phone(40) | Home Phone
OtherPhone      | phone(40) | Other Phone
AssistantPhone  | phone(40) | Asst. Phone
ReportsToId     | reference(Contact) | Reports To ID
Email           | email(80) | Email
Title           | string(128) | Title
Department      | string(80) | Department
AssistantName   | string(40) | Assistant's Name
LeadSource      | picklist(255) | Lead Source | Web; Phone Inquiry; Partner Referral; Purchased List; Other
Birthdate       | date | Birthdate
Description     | textarea(32000) | Contact Description
OwnerId         | reference(User) required | Owner ID
HasOptedOutOfEmail | boolean | Email Opt Out
HasOptedOutOfFax | boolean | Fax Opt Out
DoNotCall       | boolean | Do Not Call
system
LastActivityDate   | date readonly leftout | Last Activity
LastCURequestDate  | datetime readonly | Last Stay-in-Touch Request Date
LastCUUpdateDate   | datetime readonly | Last Stay-in-Touch Save Date
LastViewedDate     | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
EmailBouncedReason | string(255) | Email Bounced Reason
EmailBouncedDate   | datetime | Email Bounced Date
IsEmailBounced     | boolean readonly leftout | Is Email Bounced
PhotoUrl        | url(255) readonly leftout | Photo URL
Jigsaw          | string(20) | Data.com Key
JigsawContactId | string(20) readonly | Jigsaw Contact ID
CleanStatus     | picklist(40) restricted | Clean Status | Matched; Different; Acknowledged; NotFound; Inactive; Pending; SelectMatch; Skipped
IndividualId    | reference(Individual) | Individual ID
Pronouns        | picklist(255) | Pronouns | He/Him; She/Her; They/Them; He/They; She/They; Not Listed
GenderIdentity  | picklist(255) | Gender Identity | Male; Female; Nonbinary; Not Listed
ContactSource   | picklist(40) restricted readonly | Creation Source | Manual; Import; Guest
BuyerAttributes | multipicklist(4099) | Buyer Attributes | Champion; Decision Maker; Economic Buyer; Influencer
`,
};
