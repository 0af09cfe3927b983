import type { ObjectSpec } from './spec.ts';

export const pricebook: ObjectSpec = {
  name: 'Pricebook2',
  label: 'Price Book',
  labelPlural: 'Price Books',
  keyPrefix: '01s',
  fields: `
Name            | string(255) required | Price Book Name
system
LastViewedDate     | datetime readonly leftout | Last Viewed Date
LastReferencedDate | datetime readonly leftout | Last Referenced Date
IsActive        | boolean | Active
IsArchived      | boolean readonly | Archived
Description     | string(255) | Description
IsStandard      | boolean readonly | Is Standard Price Book
`,
};
