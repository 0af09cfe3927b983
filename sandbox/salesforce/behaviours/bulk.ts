import type { BehaviourChapter } from './behaviour.ts';

const BULK = 'docs: Bulk API 2.0 Developer Guide';
const INGEST = 'test/integration/sandbox/bulk/ingest.test.ts';
const QUERY = 'test/integration/sandbox/bulk/query.test.ts';
const BULK_1 = 'docs: Bulk API Developer Guide';
const CLASSIC = 'test/integration/sandbox/bulk1/jobs.test.ts';
const CLASSIC_CLIENT = 'test/integration/sandbox/bulk1/jsforce.test.ts';

export const bulk: BehaviourChapter = {
  title: 'Bulk API 2.0 and 1',
  behaviours: [
    {
      name: 'Ingest jobs: insert, update, upsert, delete, hardDelete',
      status: 'simulated',
      evidence: `${BULK}; jsforce`,
      test: INGEST,
    },
    {
      name: 'Delimiters, line ends, quotes, `#N/A`, relationship columns, one-call multipart jobs',
      status: 'simulated',
      evidence: BULK,
      test: INGEST,
    },
    {
      name: 'States in time, abort, delete, job lists with filters and pages',
      status: 'simulated',
      evidence: BULK,
      test: INGEST,
    },
    {
      name: 'Successful, failed and unprocessed records',
      status: 'partly',
      missing: 'words of rare row errors are made after the known ones (bulk/README.md)',
      evidence: `${BULK}; messages shown in public`,
      test: INGEST,
    },
    {
      name: 'Query jobs: query, queryAll, pages by locator and maxRecords, parallel result pages',
      status: 'partly',
      missing: 'headers for PK chunking change nothing',
      evidence: BULK,
      test: QUERY,
    },
    {
      name: 'Sub-queries, TYPEOF, OFFSET, aggregates and compound fields in query jobs',
      status: 'refused',
      missing: 'as Salesforce does: 400, the code by what is asked',
      evidence: BULK,
      test: QUERY,
    },
    {
      name: 'Limits: 150 MB of data a job, 7 days of results',
      status: 'partly',
      missing: 'daily counts of jobs and records are not enforced',
      evidence: BULK,
      test: INGEST,
    },
    {
      name: 'Assignment rules (`assignmentRuleId`)',
      status: 'partly',
      missing: 'told in the job, and without effect',
      evidence: BULK,
      test: INGEST,
    },
    {
      name: 'Bulk API 1: jobs by `/services/async/NN.N/job` in XML or JSON, insert to hardDelete, upsert by external id, Parallel and Serial, close, abort',
      status: 'simulated',
      evidence: `${BULK_1}; client: jsforce, simple-salesforce, salesforce-bulk`,
      test: CLASSIC_CLIENT,
    },
    {
      name: 'Bulk API 1: batches of CSV, XML and JSON, packed too; states, counts, list, request, results in the job’s format',
      status: 'simulated',
      evidence: `${BULK_1}; client: jsforce, simple-salesforce, salesforce-bulk, tap-salesforce`,
      test: CLASSIC,
    },
    {
      name: 'Bulk API 1: query and queryAll, result lists, results as CSV, XML and JSON',
      status: 'partly',
      missing:
        '`Sforce-Enable-PKChunking` is taken, and makes one batch with one result; a query of another object than the job’s fails its batch, in words that are unverified',
      evidence: `${BULK_1}; issue: simple-salesforce/simple-salesforce#290 has instants as milliseconds`,
      test: CLASSIC,
    },
    {
      name: 'Bulk API 1: errors as `exceptionCode` and `exceptionMessage`, in XML or JSON, 400 InvalidSessionId',
      status: 'partly',
      missing: 'some messages are made after the known ones (bulk1/README.md)',
      evidence: `${BULK_1} (Errors); client: forcedotcom/wsc has the codes`,
      test: CLASSIC,
    },
    {
      name: 'Bulk API 1: 10,000 rows and 10,000,000 bytes a batch',
      status: 'partly',
      missing: 'daily counts of batches are not enforced; assignment rules are told and do nothing',
      evidence: `${BULK_1}; messages shown in public`,
      test: CLASSIC,
    },
    {
      name: 'Bulk API 1: binary attachments (`ZIP_CSV`, `ZIP_XML`, `ZIP_JSON`)',
      status: 'refused',
      missing: '400 UnsupportedContentType',
      evidence: BULK_1,
      test: CLASSIC,
    },
    {
      name: 'Bulk API 1: transformation specs (`job/ID/spec`)',
      status: 'refused',
      missing: '400 InvalidUrl',
      evidence: BULK_1,
      test: CLASSIC,
    },
  ],
};
