/** `jobs/query`. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { SalesforceError } from '../org/types.ts';
import { csvLine } from './dialect.ts';
import { invalidJob, invalidJobState, jobNotFound, otherVersion } from './errors.ts';
import { sendCsv, sendJson, serve } from './http.ts';
import type { Bulk, BulkCall } from './http.ts';
import { dialectOf, jobBody, oneOf, textOf } from './job-body.ts';
import { createdJson, detailJson, summaryJson } from './job-json.ts';
import { listJobs } from './job-list.ts';
import { isFinished } from './jobs.ts';
import type { QueryJob } from './jobs.ts';
import { compileBulkQuery, csvLiner, runBulkQuery } from './query.ts';

/** Addresses of pages in one answer. */
const PARALLEL_PAGES = 5;
const PARALLEL_SINCE = 58;
/** Lines that are sent in one piece. */
const SLICE = 500;

export function registerQuery(app: FastifyInstance, bulk: Bulk): void {
  const { jobs, org } = bulk;
  const find = ({ caller, id }: BulkCall): QueryJob =>
    jobs.find(caller.session.user, 'V2Query', id);
  serve(app, bulk, '/query', {
    GET: (call) => listJobs(bulk, call, 'query'),
    POST: (call) => create(bulk, call),
  });
  serve(app, bulk, '/query/:id', {
    GET: (call) => sendJson(call, detailJson(find(call), org.clock.now())),
    PATCH: (call) => {
      const job = find(call);
      oneOf(jobBody(call.request.body), 'state', ['Aborted']);
      if (isFinished(job)) {
        const said = job.state === 'JobComplete' ? 'Completed' : job.state;
        throw invalidJobState(`Aborting already ${said} Job not allowed`);
      }
      jobs.moveTo(job, 'Aborted');
      return sendJson(call, summaryJson(job));
    },
    DELETE: (call) => {
      const job = find(call);
      if (!isFinished(job)) {
        throw invalidJobState(`Deleting a Job in state ${job.state} not allowed`);
      }
      jobs.remove(job);
      return call.reply.code(204).send();
    },
  });
  serve(app, bulk, '/query/:id/results', { GET: (call) => results(bulk, call, find(call)) });
  serve(app, bulk, '/query/:id/resultPages', { GET: (call) => pages(bulk, call, find(call)) });
}

/** Queries that can't be run are refused at once. Headers that ask for PK chunking are of no consequence. */
function create({ org, jobs, runner }: Bulk, call: BulkCall): FastifyReply {
  const { session, version, client } = call.caller;
  const body = jobBody(call.request.body);
  const operation = oneOf(body, 'operation', ['query', 'queryAll']);
  const soql = textOf(body, 'query') ?? '';
  if (soql.trim() === '') throw invalidJob('A query job needs a query');
  const dialect = dialectOf(body);
  const reader = { org: org.seenBy(session.user), user: session.user, version };
  const { entity, columns } = compileBulkQuery(reader, soql, operation === 'queryAll');
  const job = jobs.add<QueryJob>(session.user, {
    jobType: 'V2Query',
    operation,
    object: entity,
    version,
    client,
    dialect,
    state: 'UploadComplete',
    query: soql,
    header: columns.map(({ name }) => name),
    lines: [],
  });
  runner.start(job, async () => {
    if (job.state !== 'InProgress') return;
    const compiled = compileBulkQuery(reader, soql, operation === 'queryAll');
    const lineOf = csvLiner(compiled.columns, dialect);
    await runBulkQuery(job, compiled, lineOf, () => runner.stopped);
  });
  return sendJson(call, createdJson(job));
}

function results({ settings }: Bulk, call: BulkCall, job: QueryJob): FastifyReply {
  requireResults(call, job);
  const offset = offsetOf(call.query.get('locator'), job);
  const size = pageSize(call.query.get('maxRecords'), settings.pageRows);
  const end = Math.min(offset + size, job.lines.length);
  const next = end < job.lines.length ? locatorOf(end) : 'null';
  void call.reply.header('Sforce-Locator', next);
  void call.reply.header('Sforce-NumberOfRecords', String(end - offset));
  return sendCsv(call, page(job, offset, end));
}

/** Where the pages are that can be read at the same time, a few at once. */
function pages({ settings }: Bulk, call: BulkCall, job: QueryJob): FastifyReply {
  if (Number(call.caller.version) < PARALLEL_SINCE) throw jobNotFound();
  requireResults(call, job);
  const base = `/services/data/v${job.version}/jobs/query/${job.id}`;
  const from = offsetOf(call.query.get('locator'), job);
  const starts = Array.from(
    { length: PARALLEL_PAGES },
    (_, i) => from + i * settings.pageRows,
  ).filter((start) => start === 0 || start < job.lines.length);
  const next = from + PARALLEL_PAGES * settings.pageRows;
  const done = next >= job.lines.length;
  return sendJson(call, {
    resultPages: starts.map((start) => ({
      resultUrl: `${base}/results?locator=${locatorOf(start)}`,
    })),
    nextRecordsUrl: done ? null : `${base}/resultPages?locator=${locatorOf(next)}`,
    done,
  });
}

/** Each page has the header. */
function* page(job: QueryJob, offset: number, end: number): Generator<Buffer> {
  yield Buffer.from(csvLine(job.header, job.dialect));
  for (let at = offset; at < end; at += SLICE) {
    yield Buffer.from(job.lines.slice(at, Math.min(at + SLICE, end)).join(''));
  }
}

function requireResults({ caller }: BulkCall, job: QueryJob): void {
  if (caller.version !== job.version) throw otherVersion(job.version, caller.version);
  if (job.state === 'JobComplete') return;
  throw invalidJobState(
    `can only download query results of successfully completed bulk job. Current state: ${job.state}`,
  );
}

/** `MTAwMDA` is row 10000. */
function locatorOf(offset: number): string {
  return Buffer.from(String(offset)).toString('base64url');
}

function offsetOf(locator: string | null, { lines }: QueryJob): number {
  if (locator === null || locator === '' || locator === 'null') return 0;
  const digits = Buffer.from(locator, 'base64url').toString();
  const offset = Number(digits);
  const known = /^\d+$/.test(digits) && (offset === 0 || offset < lines.length);
  if (known && locatorOf(offset) === locator.replace(/=+$/, '')) return offset;
  throw new SalesforceError(400, 'INVALID_QUERY_LOCATOR', `Invalid locator: ${locator}`);
}

function pageSize(text: string | null, otherwise: number): number {
  if (text === null) return otherwise;
  const size = Number(text);
  if (/^\d{1,9}$/.test(text) && size > 0) return size;
  const message = `maxRecords must be a positive number, not "${text}"`;
  throw new SalesforceError(400, 'INVALID_INPUT', message);
}
