/** Lead conversion: a lead becomes an account, a contact and, unless told otherwise, an opportunity. */
import type { Changing } from './changing.ts';
import { invalidCrossReference, requireId } from './incoming.ts';
import { pointingAt } from './lookups.ts';
import { checkUnconverted, liveRecord } from './rules.ts';
import type { WriteContext } from './rules.ts';
import type { Schema, SchemaEntry } from './schema.ts';
import { SalesforceError } from './types.ts';
import type { FieldValue, LeadConversion, RecordValues, Write } from './types.ts';

/** What a new opportunity begins with. */
const FIRST_STAGE = 'Prospecting';

/** Field of the new record ← field of the lead: Salesforce's standard mapping. */
type Mapping = Readonly<Record<string, string>>;

const address = (prefix: string): Mapping =>
  Object.fromEntries(
    ['Street', 'City', 'State', 'PostalCode', 'Country', 'Latitude', 'Longitude'].map((part) => [
      prefix + part,
      part,
    ]),
  );

const ACCOUNT: Mapping = {
  Name: 'Company',
  Phone: 'Phone',
  Fax: 'Fax',
  Website: 'Website',
  Industry: 'Industry',
  AnnualRevenue: 'AnnualRevenue',
  NumberOfEmployees: 'NumberOfEmployees',
  Rating: 'Rating',
  AccountSource: 'LeadSource',
  ...address('Billing'),
};
const CONTACT: Mapping = {
  Salutation: 'Salutation',
  FirstName: 'FirstName',
  LastName: 'LastName',
  Title: 'Title',
  Email: 'Email',
  Phone: 'Phone',
  MobilePhone: 'MobilePhone',
  Fax: 'Fax',
  LeadSource: 'LeadSource',
  Description: 'Description',
  HasOptedOutOfEmail: 'HasOptedOutOfEmail',
  HasOptedOutOfFax: 'HasOptedOutOfFax',
  DoNotCall: 'DoNotCall',
  ...address('Mailing'),
};
const OPPORTUNITY: Mapping = { LeadSource: 'LeadSource' };

/** Account, contact, opportunity, and the lead's update, in this order, as Salesforce's change events show them. */
export function convertLead(
  changing: Changing,
  context: WriteContext,
  { id: anyId, conversion }: Extract<Write, { op: 'convertLead' }>,
): string {
  const target = changing.schema.require('Lead');
  const id = requireId(anyId);
  if (!id.startsWith(target.model.def.keyPrefix)) throw invalidCrossReference();
  const lead = liveRecord(target, id);
  checkUnconverted(target, lead);
  checkStatus(changing.schema, conversion.convertedStatus);
  const ownerId = checkConversion(lead, conversion);
  const into = new Conversion(changing, context, lead);
  const accountId = into.record('Account', conversion.accountId, ACCOUNT, { OwnerId: ownerId });
  const person = { OwnerId: ownerId, AccountId: accountId };
  if (conversion.contactId !== undefined) into.requireOf(accountId, conversion.contactId);
  const contactId = into.record('Contact', conversion.contactId, CONTACT, person);
  if (conversion.overwriteLeadSource === true) into.overwriteLeadSource(contactId);
  const opportunityId = opportunityOf(into, conversion, person, context.time);
  const values = {
    Status: conversion.convertedStatus,
    IsConverted: true,
    ConvertedDate: new Date(context.time).toISOString().slice(0, 10),
    ConvertedAccountId: accountId,
    ConvertedContactId: contactId,
    ConvertedOpportunityId: opportunityId ?? null,
  };
  markConverted(context, target, lead, values);
  if (opportunityId !== undefined && conversion.opportunityId === undefined) {
    into.role(opportunityId, contactId);
  }
  into.moveActivities(contactId, opportunityId ?? accountId);
  return id;
}

/** By the rows of LeadStatus. */
function checkStatus(schema: Schema, status: string): void {
  const rows = schema.require('LeadStatus').table.find('ApiName', status);
  if (rows.some((row) => row['IsConverted'] === true)) return;
  throw refused('INVALID_STATUS', `invalid convertedStatus: ${status}`);
}

/** Throws SalesforceError, or gives the owner of what is made. */
function checkConversion(lead: RecordValues, conversion: LeadConversion): string {
  const { accountId, contactId, doNotCreateOpportunity } = conversion;
  if (contactId !== undefined && accountId === undefined) {
    throw refused(
      'REQUIRED_FIELD_MISSING',
      'A contact to convert into needs its account: accountId',
    );
  }
  if (doNotCreateOpportunity === true && conversion.opportunityId !== undefined) {
    throw refused('INVALID_OPERATION', 'doNotCreateOpportunity leaves no use for opportunityId');
  }
  const owner = conversion.ownerId ?? String(lead['OwnerId']);
  if (owner.startsWith('005')) return owner;
  throw refused(
    'INVALID_OWNER',
    'Converted objects can only be owned by users.  If the lead is not owned by a user, you must specify a user for the Owner field.',
  );
}

function opportunityOf(
  into: Conversion,
  { opportunityId, opportunityName, doNotCreateOpportunity }: LeadConversion,
  { OwnerId, AccountId }: { readonly OwnerId: string; readonly AccountId: string },
  time: number,
): string | undefined {
  if (doNotCreateOpportunity === true) return undefined;
  if (opportunityId !== undefined) into.requireOf(AccountId, opportunityId);
  return into.record('Opportunity', opportunityId, OPPORTUNITY, {
    Name: opportunityName ?? into.lead['Company'] ?? null,
    StageName: FIRST_STAGE,
    CloseDate: endOfQuarter(time),
    OwnerId,
    AccountId,
  });
}

/** LastModifiedDate isn't among what the lead's change event names, so it doesn't move. */
function markConverted(
  context: WriteContext,
  target: SchemaEntry,
  lead: RecordValues,
  values: RecordValues,
): void {
  const after = { ...lead, ...values, SystemModstamp: context.time };
  context.unit.apply(target, 'UPDATE', String(lead['Id']), lead, after);
}

class Conversion {
  readonly lead: RecordValues;
  private readonly changing: Changing;
  private readonly context: WriteContext;

  constructor(changing: Changing, context: WriteContext, lead: RecordValues) {
    this.changing = changing;
    this.context = context;
    this.lead = lead;
  }

  /** A new record with the lead's values, or the given one with its empty fields filled. */
  record(
    entity: string,
    given: string | undefined,
    mapping: Mapping,
    more: Readonly<Record<string, FieldValue>>,
  ): string {
    const { changing, context, lead } = this;
    const mapped = Object.entries(mapping).map(([to, from]) => [to, lead[from] ?? null] as const);
    const filled = mapped.filter(([, value]) => value !== null);
    if (given === undefined) {
      const values = { ...Object.fromEntries(filled), ...more };
      return changing.write(context, { op: 'insert', entity, values });
    }
    const before = this.existing(entity, given);
    const id = String(before['Id']);
    const empty = filled.filter(([name]) => before[name] === null);
    if (empty.length > 0) {
      const values = Object.fromEntries(empty);
      changing.write(context, { op: 'update', entity, id, values });
    }
    return id;
  }

  overwriteLeadSource(contactId: string): void {
    const values = { LeadSource: this.lead['LeadSource'] ?? null };
    const { context } = this;
    this.changing.write(context, { op: 'update', entity: 'Contact', id: contactId, values });
  }

  /** The contact or opportunity to convert into has to belong to the account. */
  requireOf(accountId: string, anyId: string): void {
    const id = requireId(anyId);
    const record = this.changing.schema.ofId(id)?.table.get(id);
    if (record?.['AccountId'] !== accountId) throw invalidCrossReference();
  }

  role(opportunityId: string, contactId: string): void {
    const values = { OpportunityId: opportunityId, ContactId: contactId, IsPrimary: true };
    this.changing.write(this.context, { op: 'insert', entity: 'OpportunityContactRole', values });
  }

  /** Tasks and events of the lead go to the contact, and are about the opportunity or the account. */
  moveActivities(contactId: string, whatId: string): void {
    const { schema, change } = this.changing;
    for (const reference of schema.referencesTo('Lead')) {
      const { child, field } = reference;
      if (field.name !== 'WhoId') continue;
      for (const row of pointingAt(reference, String(this.lead['Id']))) {
        const WhatId = row['WhatId'] ?? whatId;
        change(this.context, child, row, { WhoId: contactId, WhatId });
      }
    }
  }

  private existing(entity: string, anyId: string): RecordValues {
    const target = this.changing.schema.require(entity);
    const id = requireId(anyId);
    if (!id.startsWith(target.model.def.keyPrefix)) throw invalidCrossReference();
    return liveRecord(target, id);
  }
}

function endOfQuarter(time: number): string {
  const now = new Date(time);
  const month = Math.floor(now.getUTCMonth() / 3) * 3 + 3;
  return new Date(Date.UTC(now.getUTCFullYear(), month, 0)).toISOString().slice(0, 10);
}

function refused(code: string, message: string): SalesforceError {
  return new SalesforceError(400, code, message);
}
