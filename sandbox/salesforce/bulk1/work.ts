/** Carries out a batch. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Bulk } from '../bulk/http.ts';
import { compileBulkQuery, runBulkQuery } from '../bulk/query.ts';
import { failWhereAsked } from '../bulk/runner.ts';
import { planOf, saveRows } from '../bulk/save.ts';
import type { Outcome } from '../bulk/save.ts';
import type { IngestJob, QueryJob } from '../bulk/jobs.ts';
import { wordedForBulk } from '../bulk/writes.ts';
import type { IngestPlan } from '../bulk/writes.ts';
import type { SaveResult, User } from '../org/types.ts';
import { SalesforceError } from '../org/types.ts';
import { invalidBatch } from './errors.ts';
import type { Batch, ClassicJob } from './jobs.ts';
import { readRecords } from './records.ts';
import { outcomeLine, recordLiner } from './results.ts';

/** Rows of one batch. */
const MAX_ROWS = 10_000;

/** Parallel batches run by themselves, those of a serial job one after the other. */
export function startBatch(bulk: Bulk, user: User, job: ClassicJob, batch: Batch): void {
  const { runner } = bulk;
  const work = (): Promise<void> => runPrefixed(() => run(bulk, user, job, batch));
  if (job.concurrencyMode === 'Parallel') {
    runner.start(batch, work);
    return;
  }
  job.turn = job.turn.then(() => {
    if (!runner.stopped) runner.start(batch, work);
    return batch.settled;
  });
}

/** A batch's message begins with a code: `InvalidBatch : …`. */
async function runPrefixed(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SalesforceError) || / : /.test(error.message)) throw error;
    throw new SalesforceError(400, error.errorCode, `InvalidBatch : ${error.message}`);
  }
}

function run(bulk: Bulk, user: User, job: ClassicJob, batch: Batch): Promise<void> {
  return job.target === undefined
    ? runQuery(bulk, user, job, batch)
    : runWrites(bulk, user, job, batch, job.target);
}

async function runWrites(
  { api, runner, settings, ...bulk }: Bulk,
  user: User,
  job: ClassicJob,
  batch: Batch,
  { object, externalIdFieldName }: NonNullable<ClassicJob['target']>,
): Promise<void> {
  if (batch.state !== 'InProgress') return;
  const { header, rows } = readRecords(batch.request, job.contentType);
  if (rows.length === 0) throw invalidBatch('Records not found');
  if (rows.length > MAX_ROWS) {
    const message = `Exceeded number of records: ${rows.length + 1}. Number of records should be less than or equal to ${MAX_ROWS + 1}`;
    throw invalidBatch(message);
  }
  const { version, client } = job;
  const operation = job.operation as IngestJob['operation'];
  const write = { operation, externalIdFieldName, version, client };
  const org = bulk.org.seenBy(user);
  const deps = { org, publisher: api.publisher, user, object, faults: api.settings };
  const plan = planOf(write, deps, header);
  for (let at = 0; at < rows.length; at += settings.transactionRows) {
    if (batch.state !== 'InProgress' || runner.stopped) return;
    failWhereAsked(batch);
    const some = rows.slice(at, at + settings.transactionRows);
    for (const outcome of saveRows(write, deps, plan, some)) keep(job, batch, plan, outcome);
    await nextTurn();
  }
}

function keep(job: ClassicJob, batch: Batch, plan: IngestPlan, { attempt, result }: Outcome): void {
  const errors = result.errors.map((error) => wordedForBulk(error, plan, attempt.cells));
  const shown: SaveResult = { ...result, errors };
  const line = outcomeLine(job.contentType, shown);
  batch.lines.push(line);
  batch.bytes += line.length;
  batch.processed++;
  if (!result.success) batch.failed++;
}

async function runQuery(
  { runner, ...bulk }: Bulk,
  user: User,
  job: ClassicJob,
  batch: Batch,
): Promise<void> {
  if (batch.state !== 'InProgress') return;
  const soql = batch.request.toString().trim();
  const reader = { org: bulk.org.seenBy(user), user, version: job.version };
  const deleted = (job.operation as QueryJob['operation']) === 'queryAll';
  try {
    const compiled = compileBulkQuery(reader, soql, deleted);
    refuseOtherObject(job, compiled.entity);
    batch.header = compiled.columns.map(({ name }) => name);
    const lineOf = recordLiner(job.contentType, compiled.columns);
    await runBulkQuery(batch, compiled, lineOf, () => runner.stopped);
  } catch (error) {
    if (!(error instanceof SalesforceError) || error.errorCode === 'InvalidBatch') throw error;
    const { errorCode, message } = error;
    throw invalidBatch(`InvalidBatch : Failed to process query: ${errorCode}: ${message}`);
  }
}

function refuseOtherObject({ object }: ClassicJob, entity: string): void {
  if (object.toLowerCase() === entity.toLowerCase()) return;
  throw invalidBatch(`The query is of ${entity}, the job of ${object}`);
}
