/** `jobs/ingest`. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { SalesforceError } from '../org/types.ts';
import { csvLine } from './dialect.ts';
import { invalidJob, invalidJobState, secondUpload, unsupportedMedia } from './errors.ts';
import { sendCsv, sendJson, serve } from './http.ts';
import type { Bulk, BulkCall } from './http.ts';
import { runIngest } from './ingest.ts';
import { dialectOf, jobBody, oneOf, textOf } from './job-body.ts';
import type { JobBody } from './job-body.ts';
import { createdJson, detailJson, summaryJson } from './job-json.ts';
import { listJobs } from './job-list.ts';
import { isFinished } from './jobs.ts';
import type { IngestJob } from './jobs.ts';
import type { Handle } from './route.ts';
import { ingestTarget } from './target.ts';
import { inPieces, readMultipart, receive } from './upload.ts';
import type { Received } from './upload.ts';

const OPERATIONS = ['insert', 'update', 'upsert', 'delete', 'hardDelete'] as const;
/** Of a multipart request, beside its content. */
const MULTIPART_OVERHEAD = 64 * 1024;

export function registerIngest(app: FastifyInstance, bulk: Bulk): void {
  const { jobs, org } = bulk;
  const find = ({ caller, id }: BulkCall): IngestJob =>
    jobs.find(caller.session.user, 'V2Ingest', id);
  serve(app, bulk, '/ingest', {
    GET: (call) => listJobs(bulk, call, 'ingest'),
    POST: (call) => create(bulk, call),
  });
  serve(app, bulk, '/ingest/:id', {
    GET: (call) => sendJson(call, detailJson(find(call), org.clock.now())),
    PATCH: (call) => change(bulk, call, find(call)),
    DELETE: (call) => {
      const job = find(call);
      if (job.state === 'Open' || job.state === 'InProgress') {
        throw invalidJobState(`Deleting a Job in state ${job.state} not allowed`);
      }
      if (job.state === 'UploadComplete') jobs.moveTo(job, 'Aborted');
      jobs.remove(job);
      return call.reply.code(204).send();
    },
  });
  serve(app, bulk, '/ingest/:id/batches', { PUT: (call) => upload(bulk, call, find(call)) });
  const results = (kind: keyof IngestJob['results'], ...added: string[]): Handle<BulkCall> => {
    return (call) => sendResults(call, find(call), kind, added);
  };
  serve(app, bulk, '/ingest/:id/successfulResults', {
    GET: results('successful', 'sf__Id', 'sf__Created'),
  });
  serve(app, bulk, '/ingest/:id/failedResults', {
    GET: results('failed', 'sf__Id', 'sf__Error'),
  });
  for (const path of ['unprocessedrecords', 'unprocessedRecords']) {
    serve(app, bulk, `/ingest/:id/${path}`, { GET: results('unprocessed') });
  }
}

async function create(bulk: Bulk, call: BulkCall): Promise<FastifyReply> {
  const type = call.request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) {
    return sendJson(call, createdJson(add(bulk, call, jobBody(call.request.body))));
  }
  const max = bulk.settings.maxMultipartCharacters;
  const body = await receive(bodyOf(call), undefined, 4 * max + MULTIPART_OVERHEAD);
  const { job: json, content } = await readMultipart(Buffer.concat(body.pieces), type);
  if (content.length > max) {
    const message = `The content of a multipart request has at most ${max} characters.`;
    throw new SalesforceError(400, 'INVALID_MULTIPART_REQUEST', message);
  }
  const job = add(bulk, call, jobBody(json));
  const data = Buffer.from(content);
  keep(job, { pieces: inPieces(data), bytes: data.length });
  close(bulk, call, job);
  return sendJson(call, createdJson(job));
}

function add({ jobs, ...bulk }: Bulk, { caller }: BulkCall, body: JobBody): IngestJob {
  const operation = oneOf(body, 'operation', OPERATIONS);
  const { user } = caller.session;
  const org = bulk.org.seenBy(user);
  const { object, externalIdFieldName } = ingestTarget(
    { org, user, version: caller.version },
    operation,
    textOf(body, 'object') ?? '',
    textOf(body, 'externalIdFieldName') ?? '',
  );
  return jobs.add<IngestJob>(user, {
    jobType: 'V2Ingest',
    operation,
    object: object.name,
    version: caller.version,
    client: caller.client,
    dialect: dialectOf(body),
    state: 'Open',
    externalIdFieldName,
    assignmentRuleId: textOf(body, 'assignmentRuleId'),
    upload: undefined,
    header: [],
    results: { successful: [], failed: [], unprocessed: [] },
  });
}

async function upload(bulk: Bulk, call: BulkCall, job: IngestJob): Promise<FastifyReply> {
  requireOpen(job);
  if (job.upload !== undefined) throw secondUpload(job.id);
  job.upload = [];
  try {
    const encoding = call.request.headers['content-encoding'];
    const max = Math.min(bulk.settings.maxUploadBytes, bulk.jobs.room());
    const data = await receive(bodyOf(call), encoding, max);
    requireOpen(job);
    keep(job, data);
  } catch (error) {
    job.upload = undefined;
    throw error;
  }
  return call.reply.code(201).send();
}

/** Asked again when the data is there: the job may have been closed meanwhile. */
function requireOpen({ state }: IngestJob): void {
  if (state !== 'Open') throw invalidJobState(`Uploading to a Job in state ${state} not allowed`);
}

function keep(job: IngestJob, { pieces, bytes }: Received): void {
  job.upload = pieces;
  job.bytes += bytes;
}

/** A body that is no stream is one that was read as JSON. */
function bodyOf({ request }: BulkCall): Readable {
  if (request.body instanceof Readable) return request.body;
  if (request.body === undefined) return Readable.from([]);
  throw unsupportedMedia('data is sent as text/csv');
}

function change(bulk: Bulk, call: BulkCall, job: IngestJob): FastifyReply {
  const state = oneOf(jobBody(call.request.body), 'state', ['UploadComplete', 'Aborted']);
  if (state === 'UploadComplete') close(bulk, call, job);
  else abort(bulk, call, job);
  return sendJson(call, summaryJson(job));
}

function close(bulk: Bulk, call: BulkCall, job: IngestJob): void {
  if (job.state !== 'Open') {
    throw invalidJobState(`Closing already ${said(job)} Job not allowed`);
  }
  bulk.jobs.moveTo(job, 'UploadComplete');
  start(bulk, call, job);
}

/** What was written stays; the rest is unprocessed. */
function abort(bulk: Bulk, call: BulkCall, job: IngestJob): void {
  if (isFinished(job)) throw invalidJobState(`Aborting already ${said(job)} Job not allowed`);
  const wasOpen = job.state === 'Open';
  bulk.jobs.moveTo(job, 'Aborted');
  if (wasOpen) start(bulk, call, job);
}

function start(
  { api, runner, settings, ...bulk }: Bulk,
  { caller }: BulkCall,
  job: IngestJob,
): void {
  const org = bulk.org.seenBy(caller.session.user);
  const object = org.object(job.object);
  if (object === undefined) throw invalidJob(`Unable to find object: ${job.object}`);
  runner.start(job, () =>
    runIngest(job, {
      org,
      publisher: api.publisher,
      user: caller.session.user,
      object,
      faults: api.settings,
      transactionRows: settings.transactionRows,
      stopped: () => runner.stopped,
    }),
  );
}

function said({ state }: IngestJob): string {
  if (state === 'JobComplete') return 'Completed';
  return state === 'Aborted' || state === 'Failed' ? state : 'Closed';
}

async function sendResults(
  call: BulkCall,
  job: IngestJob,
  kind: keyof IngestJob['results'],
  added: readonly string[],
): Promise<FastifyReply> {
  if (!isFinished(job)) {
    throw invalidJobState(`The Job is not complete. Current state: ${job.state}`);
  }
  await job.settled;
  const header = csvLine([...added, ...job.header], job.dialect);
  return sendCsv(call, [Buffer.from(header), ...job.results[kind]]);
}
