/** The statuses of leads as records: where clients look up which of them convert. */
import type { StandardRow } from './standard-rows.ts';
import { READ_ONLY, SETUP } from './spec.ts';
import type { ObjectSpec } from './spec.ts';

export const leadStatus: ObjectSpec = {
  name: 'LeadStatus',
  label: 'Lead Status Value',
  labelPlural: 'Lead Status Value',
  keyPrefix: '01J',
  changeEvents: false,
  abilities: { ...SETUP, ...READ_ONLY },
  fields: `
MasterLabel     | string(255) readonly | Master Label
ApiName         | string(255) readonly | API Name
SortOrder       | int(9) readonly | Sort Order
IsDefault       | boolean readonly | Is Default
IsConverted     | boolean readonly | Is Converted
system
`,
};

export interface LeadStatusValue {
  readonly name: string;
  readonly converted: boolean;
  readonly isDefault: boolean;
}

const STANDARD: readonly LeadStatusValue[] = [
  { name: 'Open - Not Contacted', converted: false, isDefault: true },
  { name: 'Working - Contacted', converted: false, isDefault: false },
  { name: 'Closed - Converted', converted: true, isDefault: false },
  { name: 'Closed - Not Converted', converted: false, isDefault: false },
];

export function leadStatusRows(values = STANDARD): readonly StandardRow[] {
  return values.map(({ name, converted, isDefault }, i) => ({
    entity: 'LeadStatus',
    values: {
      MasterLabel: name,
      ApiName: name,
      SortOrder: i + 1,
      IsDefault: isDefault,
      IsConverted: converted,
    },
  }));
}
