import type { ObjectSpec } from './spec.ts';

export const pricebookEntry: ObjectSpec = {
  name: 'PricebookEntry',
  label: 'Price Book Entry',
  labelPlural: 'Price Book Entries',
  keyPrefix: '01u',
  fields: `
Name            | string(255) readonly | Product Name
Pricebook2Id    | reference(Pricebook2) required createonly cascade | Price Book ID
Product2Id      | reference(Product2) required createonly cascade | Product ID
UnitPrice       | currency(18,2) required | List Price
IsActive        | boolean | Active
UseStandardPrice | boolean | Use Standard Price
system
ProductCode     | string(255) readonly | Product Code
IsArchived      | boolean readonly | Archived
`,
};
