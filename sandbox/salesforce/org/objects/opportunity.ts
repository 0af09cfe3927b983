import type { ObjectSpec } from './spec.ts';

export const opportunity: ObjectSpec = {
  name: 'Opportunity',
  label: 'Opportunity',
  labelPlural: 'Opportunities',
  keyPrefix: '006',
  fields: `
AccountId       | reference(Account) cascade | Account ID
RecordTypeId    | reference(RecordType) @RecordTypes | Record Type ID
IsPrivate       | boolean | Private
Name            | string(120) required | Name
Description     | textarea(32000) | Description
StageName       | picklist(255) required | Stage | Prospecting; Qualification; Needs Analysis; Value Proposition; Id. Decision Makers; Perception Analysis; Proposal/Price Quote; Negotiation/Review; Closed Won; Closed Lost
Amount          | currency(18,2) | Amount
Probability     | percent(3,0) | Probability (%)
ExpectedRevenue | currency(18,2) readonly | Expected Amount
TotalOpportunityQuantity | double(18,2) | Quantity
CloseDate       | date required | Close Date
Type            | picklist(255) | Opportunity Type | Existing Customer - Upgrade; Existing Customer - Replacement; Existing Customer - Downgrade; New Customer
NextStep        | string(255) | Next Step
LeadSource      | picklist(255) | Lead Source | Web; Phone Inquiry; Partner Referral; Purchased List; Other
IsClosed        | boolean readonly | Closed
IsWon           | boolean readonly | Won
ForecastCategory | picklist(40) restricted readonly required | Forecast Category | Omitted; Pipeline; BestCase; MostLikely; Forecast; Closed
ForecastCategoryName | picklist(255) restricted | Forecast Category | Omitted; Pipeline; Best Case; Commit; Closed
CampaignId      | reference(Campaign) | Campaign ID
HasOpportunityLineItem | boolean readonly | Has Line Item
Pricebook2Id    | reference(Pricebook2) | Price Book ID
OwnerId         | reference(User) required | Owner ID
system
LastActivityDate   | date readonly leftout | Last Activity
PushCount       | int(9) readonly leftout | Push Count
LastStageChangeDate | datetime readonly leftout | Last Stage Change Date
FiscalQuarter   | int(9) readonly leftout | Fiscal Quarter
FiscalYear      | int(9) readonly leftout | Fiscal Year
Fiscal          | string(6) readonly leftout | Fiscal Period
ContactId       | reference(Contact) createonly | Contact ID
LastViewedDate     | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
HasOpenActivity | boolean readonly leftout | Has Open Activity
HasOverdueTask  | boolean readonly leftout | Has Overdue Task
`,
};
