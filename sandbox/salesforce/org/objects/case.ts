import type { ObjectSpec } from './spec.ts';

export const caseObject: ObjectSpec = {
  name: 'Case',
  label: 'Case',
  labelPlural: 'Cases',
  keyPrefix: '500',
  fields: `
MasterRecordId  | reference(Case) readonly leftout | Master Record ID
CaseNumber      | string(30) auto required format={00000000} | Case Number
ContactId       | reference(Contact) restrict | Contact ID
AccountId       | reference(Account) restrict | Account ID
ParentId        | reference(Case) | Parent Case ID
SuppliedName    | string(80) | Web Name
SuppliedEmail   | email(80) | Web Email
SuppliedPhone   | string(40) | Web Phone
SuppliedCompany | string(80) | Web Company
Type            | picklist(255) | Case Type | Mechanical; Electrical; Electronic; Structural; Other
RecordTypeId    | reference(RecordType) @RecordTypes | Record Type ID
Status          | picklist(255) | Status | New*; Working; Escalated; Closed
Reason          | picklist(255) | Case Reason | Installation; Equipment Complexity; Performance; Breakdown; Equipment Design; Feedback; Other
Origin          | picklist(255) | Case Origin | Phone; Email; Web
Subject         | string(255) | Subject
Priority        | picklist(255) | Priority | High; Medium*; Low
Description     | textarea(32000) | Description
IsClosed        | boolean readonly | Closed
ClosedDate      | datetime readonly | Closed Date
IsEscalated     | boolean | Escalated
OwnerId         | reference(User,Group) required | Owner ID
system
ContactPhone    | phone(40) readonly leftout | Contact Phone
ContactMobile   | phone(40) readonly leftout | Contact Mobile
ContactEmail    | email(80) readonly leftout | Contact Email
ContactFax      | phone(40) readonly leftout | Contact Fax
Comments        | textarea(4000) leftout | Internal Comments
LastViewedDate     | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
`,
};
