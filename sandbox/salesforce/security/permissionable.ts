/** Which objects and fields have permissions of their own. */
import type { FieldDef, ObjectDef } from '../org/types.ts';

/** Details whose access is that of the object they belong to. */
const DETAILS: Readonly<Record<string, string>> = {
  OpportunityLineItem: 'Opportunity',
  OpportunityHistory: 'Opportunity',
  OpportunityContactRole: 'Opportunity',
  QuoteLineItem: 'Quote',
  OrderItem: 'Order',
  CampaignMember: 'Campaign',
  CaseComment: 'Case',
  AccountContactRelation: 'Account',
  PricebookEntry: 'Pricebook2',
};
/** What every user has: activities, and what hangs on other records. */
const EVERYBODYS = new Set([
  'Task',
  'Event',
  'Note',
  'Attachment',
  'ContentVersion',
  'ContentDocument',
  'ContentDocumentLink',
]);

/** The object whose permissions count for this one; undefined where everybody may read it. */
export function governedBy({ name, kind, abilities }: ObjectDef): string | undefined {
  if (kind === 'customsetting' || isSetup({ abilities }) || EVERYBODYS.has(name)) return undefined;
  return DETAILS[name] ?? name;
}

/** Users, groups, permissions: everybody may read them, and those who manage users write them. */
export function isSetup({ abilities }: Pick<ObjectDef, 'abilities'>): boolean {
  return abilities?.undeletable === false;
}

/** Kept by the server or needed by everybody: no permission hides them. */
const ALWAYS = new Set([
  'Id',
  'IsDeleted',
  'Name',
  'OwnerId',
  'RecordTypeId',
  'CreatedById',
  'CreatedDate',
  'LastModifiedById',
  'LastModifiedDate',
  'SystemModstamp',
  'MasterRecordId',
  'LastActivityDate',
  'LastViewedDate',
  'LastReferencedDate',
  'PhotoUrl',
  'CurrencyIsoCode',
]);

/** Required fields and those of parents can't be hidden; the parts of an address follow the whole. */
export function permissionOf(object: ObjectDef, field: FieldDef): string | undefined {
  const whole = field.compoundFieldName ?? field.name;
  if (ALWAYS.has(whole) || isSetup(object) || field.autoNumber) return undefined;
  const required = !field.nillable && field.type !== 'boolean';
  return required && field.compoundFieldName === null ? undefined : `${object.name}.${whole}`;
}
