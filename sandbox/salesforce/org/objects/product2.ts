import type { ObjectSpec } from './spec.ts';

export const product: ObjectSpec = {
  name: 'Product2',
  label: 'Product',
  labelPlural: 'Products',
  keyPrefix: '01t',
  fields: `
Name            | string(255) required | Product Name
ProductCode     | string(255) | Product Code
Description     | textarea(4000) | Product Description
IsActive        | boolean | Active
system
Family          | picklist(255) | Product Family | None
ExternalDataSourceId | reference(ExternalDataSource) | External Data Source ID
ExternalId      | string(255) | External ID
DisplayUrl      | url(1000) | Display URL
QuantityUnitOfMeasure | picklist(255) | Quantity Unit Of Measure | Each
IsArchived      | boolean readonly | Archived
LastViewedDate     | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
StockKeepingUnit | string(180) | Product SKU
`,
};
