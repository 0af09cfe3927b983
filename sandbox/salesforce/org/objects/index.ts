import type { ObjectDef } from '../types.ts';
import {
  fieldPermissions,
  group,
  groupMember,
  objectPermissions,
  permissionSet,
  permissionSetAssignment,
  profile,
  recordType,
  userRole,
} from './access.ts';
import { account } from './account.ts';
import { caseObject } from './case.ts';
import { contact } from './contact.ts';
import {
  attachment,
  caseComment,
  contentDocument,
  contentDocumentLink,
  contentVersion,
  document,
  folder,
  note,
} from './content.ts';
import { event } from './event.ts';
import { opportunityHistory } from './history.ts';
import { lead } from './lead.ts';
import { leadStatus } from './lead-status.ts';
import { campaign, campaignMember } from './marketing.ts';
import { opportunity } from './opportunity.ts';
import { orderItem } from './order-item.ts';
import { order } from './order.ts';
import { currencyType, organization } from './organization.ts';
import { pricebookEntry } from './pricebook-entry.ts';
import { pricebook } from './pricebook2.ts';
import { product } from './product2.ts';
import { pushTopic } from './push-topic.ts';
import {
  accountContactRelation,
  asset,
  contract,
  opportunityContactRole,
  opportunityLineItem,
  quote,
  quoteLineItem,
} from './sales.ts';
import { standardObject } from './spec.ts';
import { streamingChannel } from './streaming-channel.ts';
import { task } from './task.ts';
import { user } from './user.ts';

const SPECS = [
  account,
  contact,
  lead,
  opportunity,
  caseObject,
  task,
  event,
  product,
  pricebook,
  pricebookEntry,
  order,
  orderItem,
  user,
  pushTopic,
  streamingChannel,
  campaign,
  campaignMember,
  contract,
  asset,
  quote,
  quoteLineItem,
  opportunityLineItem,
  opportunityContactRole,
  accountContactRelation,
  caseComment,
  note,
  attachment,
  contentDocument,
  contentVersion,
  group,
  groupMember,
  userRole,
  profile,
  permissionSet,
  permissionSetAssignment,
  recordType,
  objectPermissions,
  fieldPermissions,
  opportunityHistory,
  contentDocumentLink,
  folder,
  document,
  organization,
  leadStatus,
];

/** Things an org may have switched on that bring fields with them. */
export type Feature = 'PersonAccounts' | 'RecordTypes' | 'MultiCurrency';

export function standardObjects(features: readonly Feature[]): ObjectDef[] {
  const set = new Set<string>(features);
  const specs = set.has('MultiCurrency') ? [...SPECS, currencyType] : SPECS;
  return specs.map((spec) => standardObject(spec, set));
}
