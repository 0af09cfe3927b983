/** Runs an ingest job: data in, writes by the org's usual way, results out. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FaultSettings } from '../control/ports.ts';
import type { PlatformEventPublisher } from '../events/platform-events.ts';
import { SalesforceError } from '../org/types.ts';
import type { Actor, ObjectDef, Org, SaveResult, User, Write } from '../org/types.ts';
import { unlessLocked } from '../rest/row-locks.ts';
import { keyOf, readHeader } from './columns.ts';
import { CsvReader } from './csv-reader.ts';
import type { CsvRow } from './csv-reader.ts';
import { csvLine } from './dialect.ts';
import { errorText, invalidBatch, wrongLineEnding } from './errors.ts';
import type { IngestJob } from './jobs.ts';
import { failWhereAsked } from './runner.ts';
import { attemptOf, resultsOf, withoutDoubles, wordedForBulk } from './writes.ts';
import type { Attempt, IngestPlan } from './writes.ts';

export interface IngestDeps {
  readonly org: Org;
  readonly publisher: PlatformEventPublisher | undefined;
  readonly user: User;
  readonly object: ObjectDef;
  /** Rows of one transaction. */
  readonly transactionRows: number;
  readonly faults: FaultSettings;
  /** True where the sandbox ends. */
  readonly stopped: () => boolean;
}

/** Throws what fails the whole job; whatever hasn't been tried by then is unprocessed. */
export async function runIngest(job: IngestJob, deps: IngestDeps): Promise<void> {
  const reader = new CsvReader(job.dialect);
  const rows = rowsOf(job, reader);
  try {
    const first = rows.next();
    if (first.done === true) return;
    job.header = first.value.cells;
    const plan = planOf(job, deps, first.value, reader);
    for (;;) {
      if (job.state !== 'InProgress' || deps.stopped()) return;
      failWhereAsked(job);
      const batch = [...take(rows, deps.transactionRows)];
      if (batch.length === 0) return;
      write(job, deps, plan, batch);
      await nextTurn();
    }
  } finally {
    await leaveRest(job, rows, deps);
  }
}

/** The pieces are given up as they are read. */
function* rowsOf(job: IngestJob, reader: CsvReader): Generator<CsvRow, void> {
  const decoder = new TextDecoder();
  const upload = job.upload ?? [];
  for (let piece = upload.shift(); piece !== undefined; piece = upload.shift()) {
    job.bytes -= piece.length;
    yield* reader.push(decoder.decode(piece, { stream: true }));
  }
  yield* reader.push(decoder.decode());
  yield* reader.end();
}

function* take(rows: Iterator<CsvRow, void>, count: number): Generator<CsvRow, void> {
  for (let i = 0; i < count; i++) {
    const next = rows.next();
    if (next.done === true) return;
    yield next.value;
  }
}

function planOf(
  job: IngestJob,
  { org, user, object }: IngestDeps,
  header: CsvRow,
  reader: CsvReader,
): IngestPlan {
  if (reader.wrongLineEnding) throw wrongLineEnding(job.dialect.lineEnding);
  if (header.problem !== undefined) throw invalidBatch(`Failed to parse CSV. ${header.problem}`);
  const current = org.object(object.name) ?? object;
  const columns = readHeader({ org, user, version: job.version }, current, job, header.cells);
  const name = keyOf(job);
  const index = header.cells.findIndex((cell) => cell.toLowerCase() === name?.toLowerCase());
  const key = name === undefined ? undefined : { index, name };
  return { operation: job.operation, object: current, columns, key };
}

function write(job: IngestJob, deps: IngestDeps, plan: IngestPlan, rows: readonly CsvRow[]): void {
  const attempts = withoutDoubles(rows.map((row) => attemptOf(plan, row)));
  const writes = attempts.flatMap((each) =>
    each.write instanceof SalesforceError ? [] : each.write,
  );
  const results = resultsOf(attempts, save(job, deps, plan, writes));
  const successful: string[] = [];
  const failed: string[] = [];
  for (const [i, result] of results.entries()) {
    const attempt = attempts[i];
    if (attempt === undefined) continue;
    if (result.success) successful.push(successLine(job, result, attempt));
    else failed.push(failureLine(job, plan, result, attempt));
  }
  append(job, 'successful', successful);
  append(job, 'failed', failed);
  job.processed += rows.length;
  job.failed += failed.length;
}

function save(
  { version, client }: IngestJob,
  { org, publisher, user, faults }: IngestDeps,
  { object }: IngestPlan,
  writes: readonly Write[],
): readonly SaveResult[] {
  const by = client === undefined ? '' : `;client=${client}`;
  const actor = { userId: user.id, origin: `com/salesforce/api/bulkapi/${version}${by}` };
  if (object.kind !== 'platformevent' || publisher === undefined) {
    const write = unlessLocked(faults, (all, allOrNone) => org.write(actor, all, allOrNone));
    return write(writes, false);
  }
  return writes.map((each) => publishOne(publisher, actor, each));
}

function publishOne(publisher: PlatformEventPublisher, actor: Actor, write: Write): SaveResult {
  try {
    if (write.op !== 'insert') throw new TypeError('Events are only inserted.');
    const { id } = publisher.publish(write.entity, write.values, actor);
    return { id, success: true, created: true, errors: [] };
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    return { id: null, success: false, created: false, errors: [error] };
  }
}

function successLine(
  { dialect }: IngestJob,
  { id, created }: SaveResult,
  { cells }: Attempt,
): string {
  return csvLine([id ?? '', String(created), ...cells], dialect);
}

/** A record that was there keeps its id. */
function failureLine(
  { dialect }: IngestJob,
  plan: IngestPlan,
  { errors }: SaveResult,
  { cells }: Attempt,
): string {
  const byId = plan.key?.name.toLowerCase() === 'id' ? (cells[plan.key.index] ?? '') : '';
  const texts = errors.map((error) => errorText(wordedForBulk(error, plan, cells)));
  return csvLine([byId, texts.join(''), ...cells], dialect);
}

function append(job: IngestJob, kind: keyof IngestJob['results'], lines: readonly string[]): void {
  if (lines.length === 0) return;
  const piece = Buffer.from(lines.join(''));
  job.results[kind].push(piece);
  job.bytes += piece.length;
}

async function leaveRest(
  job: IngestJob,
  rows: Iterator<CsvRow, void>,
  { transactionRows, stopped }: IngestDeps,
): Promise<void> {
  while (!stopped()) {
    const batch = [...take(rows, transactionRows)];
    if (batch.length === 0) return;
    append(
      job,
      'unprocessed',
      batch.map(({ cells }) =>
        csvLine(
          job.header.map((_, i) => cells[i] ?? ''),
          job.dialect,
        ),
      ),
    );
    await nextTurn();
  }
}
