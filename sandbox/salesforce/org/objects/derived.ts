import { createHash } from 'node:crypto';
import type { FieldValue, RecordValues } from '../types.ts';
import { checkName, fullName } from './person-accounts.ts';

export interface Derivation {
  readonly record: RecordValues;
  readonly before: RecordValues | null;
  /** What the caller gave in this write. */
  readonly given: RecordValues;
  /** Whole seconds, epoch ms. */
  readonly time: number;
  readonly userId: string;
  readonly lookup: (entity: string, id: FieldValue | undefined) => RecordValues | undefined;
}

/** What the server itself works out from the rest of a record; also resets it where it was worked out before. */
type Derive = (derivation: Derivation) => Record<string, FieldValue>;

const personName: Derive = ({ record }) => ({
  Name: [record['FirstName'], record['LastName']].filter((part) => part !== null).join(' '),
});

/** Stage → probability in percent, forecast category. */
const STAGES: Readonly<Record<string, readonly [number, string]>> = {
  Prospecting: [10, 'Pipeline'],
  Qualification: [10, 'Pipeline'],
  'Needs Analysis': [20, 'Pipeline'],
  'Value Proposition': [50, 'Pipeline'],
  'Id. Decision Makers': [60, 'Pipeline'],
  'Perception Analysis': [70, 'Pipeline'],
  'Proposal/Price Quote': [75, 'Pipeline'],
  'Negotiation/Review': [90, 'Pipeline'],
  'Closed Won': [100, 'Closed'],
  'Closed Lost': [0, 'Omitted'],
};

const opportunity: Derive = ({ record, before, given }) => {
  const stage = String(record['StageName']);
  const [byStage, category] = STAGES[stage] ?? [10, 'Pipeline'];
  const moved = before?.['StageName'] !== record['StageName'];
  const takeStage = moved && given['Probability'] === undefined;
  const probability = takeStage ? byStage : (record['Probability'] ?? byStage);
  const amount = record['Amount'] ?? null;
  return {
    IsClosed: stage.startsWith('Closed'),
    IsWon: stage === 'Closed Won',
    Probability: probability,
    ExpectedRevenue: amount === null ? null : cents((Number(amount) * Number(probability)) / 100),
    ...(moved ? { ForecastCategory: category } : {}),
    ...(moved && given['ForecastCategoryName'] === undefined
      ? { ForecastCategoryName: category }
      : {}),
  };
};

const supportCase: Derive = ({ record, time }) => {
  const closed = record['Status'] === 'Closed';
  return { IsClosed: closed, ClosedDate: closed ? (record['ClosedDate'] ?? time) : null };
};

const task: Derive = ({ record, time, lookup }) => {
  const closed = record['Status'] === 'Completed';
  return {
    IsHighPriority: record['Priority'] === 'High',
    IsClosed: closed,
    CompletedDateTime: closed ? (record['CompletedDateTime'] ?? time) : null,
    AccountId: accountOf(record, lookup),
  };
};

const event: Derive = ({ record, given, lookup }) => {
  const start =
    given['StartDateTime'] ?? given['ActivityDateTime'] ?? record['StartDateTime'] ?? null;
  const minutes = record['DurationInMinutes'] ?? null;
  const long = minutes === null ? null : Number(minutes) * 60_000;
  const byDuration = start === null || long === null ? null : Number(start) + long;
  const end = given['EndDateTime'] ?? byDuration ?? record['EndDateTime'] ?? null;
  return {
    StartDateTime: start,
    ActivityDateTime: start,
    EndDateTime: end,
    DurationInMinutes:
      start === null || end === null ? minutes : (Number(end) - Number(start)) / 60_000,
    ActivityDate: start === null ? (record['ActivityDate'] ?? null) : isoDay(Number(start)),
    AccountId: accountOf(record, lookup),
  };
};

/** The account that an activity rolls up to. */
function accountOf(record: RecordValues, lookup: Derivation['lookup']): FieldValue {
  const what = record['WhatId'];
  if (lookup('Account', what) !== undefined) return what ?? null;
  const related =
    lookup('Opportunity', what) ?? lookup('Case', what) ?? lookup('Contact', record['WhoId']);
  return related?.['AccountId'] ?? null;
}

const pricebookEntry: Derive = ({ record, lookup }) => {
  const product = lookup('Product2', record['Product2Id']);
  return { Name: product?.['Name'] ?? null, ProductCode: product?.['ProductCode'] ?? null };
};

const order: Derive = ({ record, time, userId }) => {
  const activated = record['Status'] === 'Activated';
  return {
    StatusCode: activated ? 'Activated' : 'Draft',
    ActivatedDate: activated ? (record['ActivatedDate'] ?? time) : null,
    ActivatedById: activated ? (record['ActivatedById'] ?? userId) : null,
    TotalAmount: record['TotalAmount'] ?? 0,
  };
};

const orderItem: Derive = ({ record, lookup }) => {
  const entry = lookup('PricebookEntry', record['PricebookEntryId']);
  const price = record['UnitPrice'] ?? entry?.['UnitPrice'] ?? null;
  return {
    Product2Id: record['Product2Id'] ?? entry?.['Product2Id'] ?? null,
    UnitPrice: price,
    ListPrice: record['ListPrice'] ?? entry?.['UnitPrice'] ?? null,
    AvailableQuantity: record['Quantity'] ?? null,
    TotalPrice: price === null ? null : cents(Number(price) * Number(record['Quantity'])),
  };
};

/** A line of an opportunity or a quote: what its price book entry says, and the product of the rest. */
const salesLine: Derive = ({ record, given, lookup }) => {
  const entry = lookup('PricebookEntry', record['PricebookEntryId']);
  const quantity = Number(record['Quantity']);
  const total = given['TotalPrice'] ?? null;
  const byTotal = total === null || quantity === 0 ? null : cents(Number(total) / quantity);
  const price =
    given['UnitPrice'] ?? byTotal ?? record['UnitPrice'] ?? entry?.['UnitPrice'] ?? null;
  const subtotal = price === null ? null : cents(Number(price) * quantity);
  const paid = 1 - Number(record['Discount'] ?? 0) / 100;
  return {
    Product2Id: record['Product2Id'] ?? entry?.['Product2Id'] ?? null,
    UnitPrice: price,
    ListPrice: entry?.['UnitPrice'] ?? null,
    TotalPrice: subtotal === null ? null : cents(subtotal * paid),
    ...('Subtotal' in record
      ? { Subtotal: subtotal }
      : { ProductCode: entry?.['ProductCode'] ?? null }),
  };
};

const body: Derive = ({ record }) => ({ BodyLength: base64Bytes(record['Body']) });

const contentVersion: Derive = ({ record, before }) => {
  const data = record['VersionData'] ?? null;
  if (before !== null && before['VersionData'] === data) return {};
  const bytes = data === null ? undefined : Buffer.from(String(data), 'base64');
  return {
    ContentSize: bytes?.length ?? 0,
    Checksum: bytes === undefined ? null : createHash('md5').update(bytes).digest('hex'),
  };
};

const campaignMember: Derive = ({ record }) => ({
  HasResponded: record['Status'] === 'Responded',
});

const account: Derive = ({ record, given }) => {
  if (!('IsPersonAccount' in record)) return {};
  checkName(record, given);
  return record['IsPersonAccount'] === true ? { Name: fullName(record) } : {};
};

const DERIVED: Readonly<Record<string, Derive>> = {
  Account: account,
  Contact: personName,
  Lead: personName,
  User: personName,
  Opportunity: opportunity,
  Case: supportCase,
  Task: task,
  Event: event,
  PricebookEntry: pricebookEntry,
  Order: order,
  OrderItem: orderItem,
  OpportunityLineItem: salesLine,
  QuoteLineItem: salesLine,
  CampaignMember: campaignMember,
  Attachment: body,
  Document: body,
  ContentVersion: contentVersion,
};

export function deriveFor(entity: string): Derive | undefined {
  return DERIVED[entity];
}

function base64Bytes(text: FieldValue | undefined): number {
  return Buffer.byteLength(String(text ?? ''), 'base64');
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
