import type { ObjectSpec } from './spec.ts';

export const orderItem: ObjectSpec = {
  name: 'OrderItem',
  label: 'Order Product',
  labelPlural: 'Order Products',
  keyPrefix: '802',
  fields: `
Product2Id      | reference(Product2) createonly | Product ID
OrderId         | reference(Order) required createonly cascade | Order ID
PricebookEntryId | reference(PricebookEntry) createonly | Price Book Entry ID
OriginalOrderItemId | reference(OrderItem) createonly | Order Product ID
AvailableQuantity | double(18,2) readonly | Available Quantity
Quantity        | double(18,2) required | Quantity
UnitPrice       | currency(18,2) | Unit Price
ListPrice       | currency(18,2) | List Price
TotalPrice      | currency(18,2) readonly | Total Price
ServiceDate     | date | Start Date
EndDate         | date | End Date
Description     | string(255) | Line Description
system
OrderItemNumber | string(30) auto required format={0000000000} | Order Product Number
`,
};
