/** The classic Bulk API: `/services/async/NN.N/job`. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Bulk } from '../bulk/http.ts';
import { isFinished } from '../bulk/jobs.ts';
import { ingestTarget } from '../bulk/target.ts';
import { normalizeId } from '../org/ids.ts';
import { visible } from '../soql/scope.ts';
import { invalidBatch, invalidJob, invalidJobState, unsupportedContentType } from './errors.ts';
import { bodyOf, namedFormat, prepare, refuseOthers, send, serve } from './http.ts';
import type { ClassicCall } from './http.ts';
import { concurrencyOf, contentTypeOf, operationOf, readJobInfo, stateOf } from './job-request.ts';
import { ClassicJobs } from './jobs.ts';
import type { Batch, ClassicJob } from './jobs.ts';
import { found, outcomes } from './results.ts';
import { batchInfo, jobInfo, shownAsJson, shownAsXml } from './shown.ts';
import { startBatch } from './work.ts';
import { documentOf } from './xml.ts';

interface Classic {
  readonly bulk: Bulk;
  readonly jobs: ClassicJobs;
}

/** Shares the pace, the runner and the ids of the Bulk API 2.0. */
export function registerClassicBulk(app: FastifyInstance, bulk: Bulk): void {
  const jobs = new ClassicJobs(bulk.org.clock, bulk.settings, bulk.jobs);
  const classic = { bulk, jobs };
  const find = ({ caller, job }: ClassicCall): ClassicJob => jobs.find(caller.session.user, job);
  void app.register((scope, _options, done) => {
    prepare(scope);
    serve(scope, bulk, '/job', { POST: (call) => create(classic, call) });
    serve(scope, bulk, '/job/:job', {
      GET: (call) => sendJob(classic, call, find(call)),
      POST: (call) => change(classic, call, find(call)),
    });
    serve(scope, bulk, '/job/:job/batch', {
      GET: (call) => listBatches(classic, call, find(call)),
      POST: (call) => addBatch(classic, call, find(call)),
    });
    serve(scope, bulk, '/job/:job/batch/:batch', {
      GET: (call) => {
        const job = find(call);
        return sendBatch(classic, call, job, jobs.batch(job, call.batch));
      },
    });
    serve(scope, bulk, '/job/:job/batch/:batch/request', {
      GET: (call) => {
        const job = find(call);
        return send(call.reply, job.contentType, jobs.batch(job, call.batch).request);
      },
    });
    serve(scope, bulk, '/job/:job/batch/:batch/result', {
      GET: (call) => sendResult(call, ...finishedBatch(classic, call)),
    });
    serve(scope, bulk, '/job/:job/batch/:batch/result/:result', {
      GET: (call) => {
        const [job, batch] = finishedBatch(classic, call);
        if (job.target !== undefined || normalizeId(call.result) !== batch.resultId) {
          throw invalidBatch(`Unable to find result with id: ${call.result}`);
        }
        return send(call.reply, job.contentType, found(job.contentType, batch));
      },
    });
    refuseOthers(scope, bulk);
    done();
  });
}

async function create({ bulk, jobs }: Classic, call: ClassicCall): Promise<FastifyReply> {
  const format = namedFormat(call.request) ?? 'XML';
  const info = readJobInfo((await bodyOf(call)).toString(), format);
  const operation = operationOf(info);
  const { session, version, client } = call.caller;
  const { user } = session;
  const reader = { org: bulk.org.seenBy(user), user, version };
  const name = info.get('object') ?? '';
  const queries = operation === 'query' || operation === 'queryAll';
  const target = queries
    ? undefined
    : ingestTarget(reader, operation, name, info.get('externalIdFieldName') ?? '');
  const object = target?.object ?? visible(reader, name);
  if (object === undefined) throw invalidJob(`Unable to find object: ${name}`);
  const job = jobs.add(user, {
    version,
    client,
    operation,
    target,
    object: object.name,
    contentType: contentTypeOf(info),
    concurrencyMode: concurrencyOf(info),
    assignmentRuleId: info.get('assignmentRuleId'),
  });
  void call.reply.code(201);
  return sendJob({ bulk, jobs }, call, job);
}

/** Aborted, what isn't done yet is not processed; what was written stays. */
async function change(
  { bulk, jobs }: Classic,
  call: ClassicCall,
  job: ClassicJob,
): Promise<FastifyReply> {
  const format = namedFormat(call.request) ?? 'XML';
  const state = stateOf(readJobInfo((await bodyOf(call)).toString(), format));
  if (job.state === 'Aborted' || (state === 'Open' && job.state !== 'Open')) {
    throw invalidJobState(`Can't change the state of the job from ${job.state} to ${state}`);
  }
  jobs.changeState(job, state);
  if (state === 'Aborted') {
    for (const batch of job.batches) if (!isFinished(batch)) bulk.jobs.moveTo(batch, 'Aborted');
  }
  return sendJob({ bulk, jobs }, call, job);
}

async function addBatch(
  classic: Classic,
  call: ClassicCall,
  job: ClassicJob,
): Promise<FastifyReply> {
  const { bulk, jobs } = classic;
  requireOpen(job);
  const type = call.request.headers['content-type'] ?? '';
  if (type.startsWith('zip/')) {
    throw unsupportedContentType(`${type} doesn't go with a job of ${job.contentType}`);
  }
  const body = await bodyOf(call, jobs.room());
  requireOpen(job);
  if (body.length === 0) throw invalidBatch('The batch has no content');
  const { user } = call.caller.session;
  const batch = jobs.addBatch(job, body);
  startBatch(bulk, user, job, batch);
  void call.reply.code(201);
  return sendBatch(classic, call, job, batch);
}

/** Asked again when the data is there: the job may have been closed meanwhile. */
function requireOpen({ state, id }: ClassicJob): void {
  if (state !== 'Open') throw invalidJobState(`The job ${id} is ${state}: it takes no batches`);
}

/** In the format of the request where it names one, else in the job's. */
function sendJob({ bulk }: Classic, call: ClassicCall, job: ClassicJob): FastifyReply {
  const shown = jobInfo(job, bulk.org.clock.now());
  const format = namedFormat(call.request) ?? formatOf(job);
  if (format === 'XML') return send(call.reply, 'XML', shownAsXml('jobInfo', shown));
  return send(call.reply, 'JSON', JSON.stringify(shownAsJson(shown)));
}

/** In the job's format, whatever the request says: loaders read it so. */
function sendBatch(
  { bulk }: Classic,
  { reply }: ClassicCall,
  job: ClassicJob,
  batch: Batch,
): FastifyReply {
  const shown = batchInfo(batch, bulk.org.clock.now());
  if (formatOf(job) === 'XML') return send(reply, 'XML', shownAsXml('batchInfo', shown));
  return send(reply, 'JSON', JSON.stringify(shownAsJson(shown)));
}

function listBatches({ bulk }: Classic, { reply }: ClassicCall, job: ClassicJob): FastifyReply {
  const now = bulk.org.clock.now();
  const shown = job.batches.map((batch) => batchInfo(batch, now));
  if (formatOf(job) === 'XML') {
    return send(reply, 'XML', shownAsXml('batchInfoList', { batchInfo: shown }));
  }
  return send(reply, 'JSON', JSON.stringify({ batchInfo: shown.map(shownAsJson) }));
}

/** Of a job of CSV all but its data is XML. */
function formatOf({ contentType }: ClassicJob): 'JSON' | 'XML' {
  return contentType === 'JSON' ? 'JSON' : 'XML';
}

function finishedBatch({ jobs }: Classic, call: ClassicCall): [ClassicJob, Batch] {
  const job = jobs.find(call.caller.session.user, call.job);
  const batch = jobs.batch(job, call.batch);
  if (batch.state === 'JobComplete') return [job, batch];
  if (!isFinished(batch)) throw invalidBatch('Batch not completed');
  if (job.target !== undefined && batch.lines.length > 0) return [job, batch];
  throw invalidBatch(batch.errorMessage?.replace(/^InvalidBatch : /, '') ?? 'Batch not processed');
}

/** Of a query the ids of its results. */
function sendResult({ reply }: ClassicCall, job: ClassicJob, batch: Batch): FastifyReply {
  const { contentType } = job;
  if (job.target !== undefined) return send(reply, contentType, outcomes(contentType, batch));
  if (contentType === 'JSON') return send(reply, 'JSON', JSON.stringify([batch.resultId]));
  return send(reply, 'XML', documentOf('result-list', { result: batch.resultId }));
}
