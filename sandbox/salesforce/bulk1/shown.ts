/** Jobs and batches as the classic API shows them. */
import { isoDateTime } from '../soql/record-json.ts';
import type { Batch, ClassicJob } from './jobs.ts';
import { documentOf } from './xml.ts';

/** Of the states that batches share with jobs of the Bulk API 2.0. */
const STATES = {
  Open: 'Queued',
  UploadComplete: 'Queued',
  InProgress: 'InProgress',
  JobComplete: 'Completed',
  Failed: 'Failed',
  Aborted: 'NotProcessed',
} as const;

type Shown = Readonly<Record<string, unknown>>;

export function jobInfo(job: ClassicJob, now: number): Shown {
  const { batches } = job;
  const count = (state: string): number =>
    batches.filter((batch) => STATES[batch.state] === state).length;
  const sum = (of: (batch: Batch) => number): number =>
    batches.reduce((total, batch) => total + of(batch), 0);
  const time = sum((batch) => timeOf(batch, now));
  return {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.userId,
    createdDate: instant(job.createdAt),
    systemModstamp: instant(job.modifiedAt),
    state: job.state,
    externalIdFieldName: job.target?.externalIdFieldName,
    concurrencyMode: job.concurrencyMode,
    contentType: job.contentType,
    numberBatchesQueued: count('Queued'),
    numberBatchesInProgress: count('InProgress'),
    numberBatchesCompleted: count('Completed'),
    numberBatchesFailed: count('Failed'),
    numberBatchesTotal: batches.length,
    numberRecordsProcessed: sum(({ processed }) => processed),
    numberRetries: 0,
    apiVersion: decimal(job.version),
    assignmentRuleId: job.assignmentRuleId,
    numberRecordsFailed: sum(({ failed }) => failed),
    totalProcessingTime: time,
    apiActiveProcessingTime: time,
    apexProcessingTime: 0,
  };
}

export function batchInfo(batch: Batch, now: number): Shown {
  const time = timeOf(batch, now);
  return {
    id: batch.id,
    jobId: batch.jobId,
    state: STATES[batch.state],
    stateMessage: batch.errorMessage,
    createdDate: instant(batch.createdAt),
    systemModstamp: instant(batch.modifiedAt),
    numberRecordsProcessed: batch.processed,
    numberRecordsFailed: batch.failed,
    totalProcessingTime: time,
    apiActiveProcessingTime: time,
    apexProcessingTime: 0,
  };
}

/** Where XML leaves out what there is not, JSON says null. */
export function shownAsJson(shown: Shown): Shown {
  return Object.fromEntries(
    Object.entries(shown).map(([name, value]) => [name, value === undefined ? null : value]),
  );
}

/** Instants of XML end in Z, those of JSON in +0000. */
export function shownAsXml(name: string, shown: Shown | { batchInfo: readonly Shown[] }): string {
  const list =
    'batchInfo' in shown ? { batchInfo: (shown.batchInfo as Shown[]).map(plain) } : shown;
  return documentOf(name, plain(list));
}

function plain(shown: Shown): Shown {
  return Object.fromEntries(
    Object.entries(shown).flatMap(([name, value]) => {
      if (value === undefined) return [];
      if (name === 'apiVersion') return [[name, JSON.stringify(value)]];
      return [[name, typeof value === 'string' ? value.replace(/\+0000$/, 'Z') : value]];
    }),
  );
}

function timeOf({ startedAt, finishedAt }: Batch, now: number): number {
  return startedAt === undefined ? 0 : Math.max(0, Math.round((finishedAt ?? now) - startedAt));
}

function instant(ms: number): string {
  return isoDateTime(Math.floor(ms / 1000) * 1000);
}

/** `60.0` stays 60.0. */
function decimal(version: string): object {
  return (JSON as unknown as { rawJSON(text: string): object }).rawJSON(version);
}
