/** Campaigns and who is in them. */
import type { ObjectSpec } from './spec.ts';

export const campaign: ObjectSpec = {
  name: 'Campaign',
  label: 'Campaign',
  labelPlural: 'Campaigns',
  keyPrefix: '701',
  fields: `
Name            | string(80) required | Name
ParentId        | reference(Campaign) | Parent Campaign ID
Type            | picklist(255) | Type | Conference*; Webinar; Trade Show; Public Relations; Partners; Referral Program; Advertisement; Banner Ads; Direct Mail; Email; Telemarketing; Other
RecordTypeId    | reference(RecordType) @RecordTypes | Record Type ID
Status          | picklist(255) | Status | Planned*; In Progress; Completed; Aborted
StartDate       | date | Start Date
EndDate         | date | End Date
ExpectedRevenue | currency(18,0) | Expected Revenue
BudgetedCost    | currency(18,0) | Budgeted Cost
ActualCost      | currency(18,0) | Actual Cost
ExpectedResponse | percent(10,2) | Expected Response (%)
NumberSent      | double(18,0) | Num Sent
IsActive        | boolean | Active
Description     | textarea(32000) | Description
OwnerId         | reference(User) required | Owner ID
system
LastActivityDate   | date readonly leftout | Last Activity
LastViewedDate     | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
`,
};

export const campaignMember: ObjectSpec = {
  name: 'CampaignMember',
  label: 'Campaign Member',
  labelPlural: 'Campaign Members',
  keyPrefix: '00v',
  fields: `
CampaignId      | reference(Campaign) required createonly cascade | Campaign ID
LeadId          | reference(Lead) createonly cascade | Lead ID
ContactId       | reference(Contact) createonly cascade | Contact ID
Status          | picklist(40) | Status | Sent*; Responded
HasResponded    | boolean readonly | Responded
system
FirstRespondedDate | date readonly | First Responded Date
`,
};
