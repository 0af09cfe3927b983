/** Jobs as JSON: what is shown depends on the request that asks. */
import { isoDateTime } from '../soql/record-json.ts';
import type { Job } from './jobs.ts';

/** The answer to creating a job. */
export function createdJson(job: Job): object {
  const url = `services/data/v${job.version}/jobs/ingest/${job.id}/batches`;
  const contentUrl = job.jobType === 'V2Ingest' && job.state === 'Open' ? { contentUrl: url } : {};
  const { lineEnding, columnDelimiter } = job.dialect;
  return { ...summaryJson(job), ...contentUrl, lineEnding, columnDelimiter };
}

/** The answer to closing or aborting one. */
export function summaryJson(job: Job): object {
  const ingest = job.jobType === 'V2Ingest' ? job : undefined;
  return {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.userId,
    createdDate: isoDateTime(seconds(job.createdAt)),
    systemModstamp: isoDateTime(seconds(job.modifiedAt)),
    state: job.state,
    ...(ingest?.externalIdFieldName === undefined
      ? {}
      : { externalIdFieldName: ingest.externalIdFieldName }),
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: decimal(job.version),
    ...(ingest?.assignmentRuleId === undefined
      ? {}
      : { assignmentRuleId: ingest.assignmentRuleId }),
  };
}

/** One of a list. */
export function listedJson(job: Job): object {
  const { lineEnding, columnDelimiter } = job.dialect;
  return { ...summaryJson(job), jobType: job.jobType, lineEnding, columnDelimiter };
}

export function detailJson(job: Job, now: number): object {
  const { startedAt, finishedAt = now, failed } = job;
  const time = startedAt === undefined ? 0 : Math.max(0, Math.round(finishedAt - startedAt));
  const ingest = job.jobType === 'V2Ingest';
  return {
    ...summaryJson(job),
    jobType: job.jobType,
    ...(ingest && job.state === 'Open'
      ? { contentUrl: `services/data/v${job.version}/jobs/ingest/${job.id}/batches` }
      : {}),
    lineEnding: job.dialect.lineEnding,
    columnDelimiter: job.dialect.columnDelimiter,
    numberRecordsProcessed: job.processed,
    ...(ingest ? { numberRecordsFailed: failed } : {}),
    retries: 0,
    totalProcessingTime: time,
    ...(ingest ? { apiActiveProcessingTime: time, apexProcessingTime: 0 } : {}),
    ...(ingest ? {} : { isPkChunkingSupported: true }),
    ...(job.errorMessage === undefined ? {} : { errorMessage: job.errorMessage }),
  };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

/** `60.0` stays 60.0: clients make addresses of it. */
function decimal(version: string): object {
  return (JSON as unknown as { rawJSON(text: string): object }).rawJSON(version);
}
