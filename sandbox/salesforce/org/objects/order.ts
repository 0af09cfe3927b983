import type { ObjectSpec } from './spec.ts';

export const order: ObjectSpec = {
  name: 'Order',
  label: 'Order',
  labelPlural: 'Orders',
  keyPrefix: '801',
  fields: `
OwnerId         | reference(User,Group) required | Owner ID
ContractId      | reference(Contract) | Contract ID
AccountId       | reference(Account) | Account ID
Pricebook2Id    | reference(Pricebook2) | Price Book ID
OriginalOrderId | reference(Order) createonly | Order ID
EffectiveDate   | date required | Order Start Date
EndDate         | date | Order End Date
IsReductionOrder | boolean createonly | Reduction Order
Status          | picklist(255) required | Status | Draft*; Activated
Description     | textarea(32000) | Description
CustomerAuthorizedById | reference(Contact) | Customer Authorized By ID
CustomerAuthorizedDate | date | Customer Authorized Date
CompanyAuthorizedById | reference(User) | Company Authorized By ID
CompanyAuthorizedDate | date | Company Authorized Date
Type            | picklist(255) | Order Type
BillingAddress  | address | Billing
ShippingAddress | address | Shipping
Name            | string(80) | Order Name
PoDate          | date | PO Date
PoNumber        | string(80) | PO Number
OrderReferenceNumber | string(80) | Order Reference Number
BillToContactId | reference(Contact) | Bill To Contact ID
ShipToContactId | reference(Contact) | Ship To Contact ID
ActivatedDate   | datetime readonly | Activated Date
ActivatedById   | reference(User) readonly | Activated By ID
StatusCode      | picklist(40) restricted readonly | Status Category | Draft; Activated
OrderNumber     | string(30) auto required format={00000000} | Order Number
TotalAmount     | currency(18,2) readonly | Order Amount
system
LastViewedDate     | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
`,
};
