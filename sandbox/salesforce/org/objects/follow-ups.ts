/** What the server writes besides, in the same transaction, because a record was written. */
import type { FieldValue, RecordValues } from '../types.ts';
import { followPerson } from './person-accounts.ts';

export interface FollowUp {
  readonly record: RecordValues;
  readonly before: RecordValues | null;
  /** Whole seconds, epoch ms. */
  readonly time: number;
  readonly find: (entity: string, field: string, value: FieldValue) => readonly RecordValues[];
  /** Makes a record as it is given, and gives its id. */
  readonly add: (entity: string, values: Readonly<Record<string, FieldValue>>) => string;
  /** Changes one as it is given. */
  readonly set: (
    entity: string,
    id: FieldValue | undefined,
    values: Readonly<Record<string, FieldValue>>,
  ) => void;
}

type Follow = (followUp: FollowUp) => void;

const MOVED = ['StageName', 'Amount', 'CloseDate', 'Probability', 'ForecastCategory'];

/** A row of OpportunityHistory for each way in which the opportunity moves. */
const opportunity: Follow = ({ record, before, add }) => {
  if (before !== null && MOVED.every((name) => before[name] === record[name])) return;
  const value = (name: string): FieldValue => record[name] ?? null;
  add('OpportunityHistory', {
    OpportunityId: value('Id'),
    StageName: value('StageName'),
    Amount: value('Amount'),
    ExpectedRevenue: value('ExpectedRevenue'),
    CloseDate: value('CloseDate'),
    Probability: value('Probability'),
    ForecastCategory: value('ForecastCategory'),
    PrevAmount: before?.['Amount'] ?? null,
    PrevCloseDate: before?.['CloseDate'] ?? null,
  });
};

/** A new version belongs to a document, which comes into being with the first one; its owner and place have links. */
const contentVersion: Follow = ({ record, before, time, find, add, set }) => {
  const value = (name: string): FieldValue => record[name] ?? null;
  const about = {
    Title: value('Title'),
    Description: value('Description'),
    FileType: value('FileType'),
    FileExtension: value('FileExtension'),
    ContentSize: value('ContentSize'),
    LatestPublishedVersionId: value('Id'),
    ContentModifiedDate: time,
  };
  const document = value('ContentDocumentId');
  if (document !== null) {
    if (value('IsLatest') !== true) return;
    set('ContentDocument', document, about);
    if (before !== null) return;
    const older = find('ContentVersion', 'ContentDocumentId', document).filter(
      ({ Id, IsLatest }) => Id !== record['Id'] && IsLatest === true,
    );
    for (const { Id } of older) set('ContentVersion', Id, { IsLatest: false });
    const number = Math.max(0, ...older.map(({ VersionNumber }) => Number(VersionNumber))) + 1;
    set('ContentVersion', value('Id'), { VersionNumber: String(number) });
    return;
  }
  const ContentDocumentId = add('ContentDocument', { ...about, OwnerId: value('OwnerId') });
  set('ContentVersion', value('Id'), { ContentDocumentId });
  const owner = { ContentDocumentId, LinkedEntityId: value('OwnerId') };
  add('ContentDocumentLink', { ...owner, ShareType: 'I', Visibility: 'AllUsers' });
  const place = value('FirstPublishLocationId');
  if (place === null || place === value('OwnerId')) return;
  const link = { ContentDocumentId, LinkedEntityId: place };
  add('ContentDocumentLink', { ...link, ShareType: 'V', Visibility: 'AllUsers' });
};

const FOLLOW_UPS: Readonly<Record<string, Follow>> = {
  Account: followPerson,
  Opportunity: opportunity,
  ContentVersion: contentVersion,
};

export function followUpOf(entity: string): Follow | undefined {
  return FOLLOW_UPS[entity];
}
