/** What stands around accounts and opportunities: contracts, assets, quotes, lines, roles. */
import type { ObjectSpec } from './spec.ts';

export const contract: ObjectSpec = {
  name: 'Contract',
  label: 'Contract',
  labelPlural: 'Contracts',
  keyPrefix: '800',
  fields: `
AccountId       | reference(Account) required cascade | Account ID
Pricebook2Id    | reference(Pricebook2) | Price Book ID
OwnerExpirationNotice | picklist(40) | Owner Expiration Notice | 15; 30; 45; 60; 90; 120
StartDate       | date | Contract Start Date
EndDate         | date readonly | Contract End Date
BillingAddress  | address | Billing
ShippingAddress | address | Shipping
ContractTerm    | int(9) | Contract Term
OwnerId         | reference(User) required | Owner ID
Status          | picklist(255) required | Status | Draft*; In Approval Process; Activated
CompanySignedId | reference(User) | Company Signed By ID
CompanySignedDate | date | Company Signed Date
CustomerSignedId | reference(Contact) | Customer Signed By ID
CustomerSignedTitle | string(40) | Customer Signed Title
CustomerSignedDate | date | Customer Signed Date
SpecialTerms    | textarea(4000) | Special Terms
ActivatedById   | reference(User) readonly | Activated By ID
ActivatedDate   | datetime readonly | Activated Date
StatusCode      | picklist(40) restricted readonly required | Status Category | Draft*; InApproval; Activated
Description     | textarea(32000) | Description
RecordTypeId    | reference(RecordType) @RecordTypes | Record Type ID
ContractNumber  | string(30) auto required format={00000000} | Contract Number
LastApprovedDate | datetime readonly | Last Approved Date
system
LastActivityDate   | date readonly leftout | Last Activity
LastViewedDate     | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
`,
};

export const asset: ObjectSpec = {
  name: 'Asset',
  label: 'Asset',
  labelPlural: 'Assets',
  keyPrefix: '02i',
  fields: `
ContactId       | reference(Contact) | Contact ID
AccountId       | reference(Account) | Account ID
ParentId        | reference(Asset) | Parent Asset ID
RootAssetId     | reference(Asset) readonly | Root Asset ID
Product2Id      | reference(Product2) | Product ID
ProductCode     | string(255) readonly | Product Code
IsCompetitorProduct | boolean | Competitor Asset
system
Name            | string(255) required | Asset Name
SerialNumber    | string(80) | Serial Number
InstallDate     | date | Install Date
PurchaseDate    | date | Purchase Date
UsageEndDate    | date | Usage End Date
Status          | picklist(40) | Status | Shipped; Installed; Registered; Obsolete; Purchased
Price           | currency(18,0) | Price
Quantity        | double(18,2) | Quantity
Description     | textarea(32000) | Description
OwnerId         | reference(User) required | Asset Owner ID
AssetProvidedById | reference(Account) | Account ID
AssetServicedById | reference(Account) | Account ID
IsInternal      | boolean | Internal Asset
AssetLevel      | int(9) readonly | Asset Level
StockKeepingUnit | string(180) readonly | Product SKU
LastViewedDate     | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
`,
};

export const quote: ObjectSpec = {
  name: 'Quote',
  label: 'Quote',
  labelPlural: 'Quotes',
  keyPrefix: '0Q0',
  fields: `
OwnerId         | reference(User,Group) required | Owner ID
Name            | string(255) required | Quote Name
RecordTypeId    | reference(RecordType) @RecordTypes | Record Type ID
system
LastViewedDate     | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
OpportunityId   | reference(Opportunity) required createonly cascade | Opportunity ID
Pricebook2Id    | reference(Pricebook2) | Price Book ID
ContactId       | reference(Contact) | Contact ID
QuoteNumber     | string(30) auto required format={00000000} | Quote Number
IsSyncing       | boolean readonly | Syncing
ShippingHandling | currency(18,2) | Shipping and Handling
Tax             | currency(18,2) | Tax
Status          | picklist(255) | Status | Draft*; Needs Review; In Review; Approved; Rejected; Presented; Accepted; Denied
ExpirationDate  | date | Expiration Date
Description     | textarea(32000) | Description
BillingAddress  | address | Bill To
ShippingAddress | address | Ship To
BillingName     | string(255) | Bill To Name
ShippingName    | string(255) | Ship To Name
Email           | email(80) | Email
Phone           | phone(40) | Phone
Fax             | phone(40) | Fax
AccountId       | reference(Account) readonly | Account ID
`,
};

export const quoteLineItem: ObjectSpec = {
  name: 'QuoteLineItem',
  label: 'Quote Line Item',
  labelPlural: 'Quote Line Items',
  keyPrefix: '0QL',
  fields: `
LineNumber      | string(255) auto required format={00000000} | Line Item Number
system
LastViewedDate     | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
QuoteId         | reference(Quote) required createonly cascade | Quote ID
PricebookEntryId | reference(PricebookEntry) required createonly | Price Book Entry ID
OpportunityLineItemId | reference(OpportunityLineItem) | Opportunity Product ID
Quantity        | double(12,2) required | Quantity
UnitPrice       | currency(18,2) required | Sales Price
Discount        | percent(3,2) | Discount
Description     | string(255) | Line Item Description
ServiceDate     | date | Date
Product2Id      | reference(Product2) createonly | Product ID
SortOrder       | int(9) | Sort Order
ListPrice       | currency(18,2) readonly | List Price
Subtotal        | currency(18,2) readonly | Subtotal
TotalPrice      | currency(18,2) readonly | Total Price
`,
};

export const opportunityLineItem: ObjectSpec = {
  name: 'OpportunityLineItem',
  label: 'Opportunity Product',
  labelPlural: 'Opportunity Products',
  keyPrefix: '00k',
  changeEvents: false,
  fields: `
OpportunityId   | reference(Opportunity) required createonly cascade | Opportunity ID
SortOrder       | int(9) | Sort Order
PricebookEntryId | reference(PricebookEntry) createonly | Price Book Entry ID
Product2Id      | reference(Product2) createonly | Product ID
ProductCode     | string(255) readonly | Product Code
Name            | string(376) readonly | Opportunity Product Name
Quantity        | double(18,2) required | Quantity
TotalPrice      | currency(18,2) | Total Price
UnitPrice       | currency(18,2) | Sales Price
ListPrice       | currency(18,2) readonly | List Price
ServiceDate     | date | Date
Description     | string(255) | Line Description
system
LastViewedDate     | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
`,
};

export const opportunityContactRole: ObjectSpec = {
  name: 'OpportunityContactRole',
  label: 'Opportunity Contact Role',
  labelPlural: 'Opportunity Contact Role',
  keyPrefix: '00K',
  fields: `
OpportunityId   | reference(Opportunity) required createonly cascade | Opportunity ID
ContactId       | reference(Contact) required cascade | Contact ID
Role            | picklist(255) | Role | Business User; Decision Maker; Economic Buyer; Economic Decision Maker; Evaluator; Executive Sponsor; Influencer; Technical Buyer; Other
IsPrimary       | boolean | Primary
system
`,
};

export const accountContactRelation: ObjectSpec = {
  name: 'AccountContactRelation',
  label: 'Account Contact Relationship',
  labelPlural: 'Account Contact Relationship',
  keyPrefix: '07k',
  changeEvents: false,
  fields: `
AccountId       | reference(Account) required createonly cascade | Account ID
ContactId       | reference(Contact) required createonly cascade | Contact ID
Roles           | multipicklist(4099) | Roles | Business User; Decision Maker; Economic Buyer; Economic Decision Maker; Evaluator; Executive Sponsor; Influencer; Technical Buyer; Other
IsDirect        | boolean readonly | Direct
IsActive        | boolean default=true | Active
StartDate       | date | Start Date
EndDate         | date | End Date
system
`,
};
