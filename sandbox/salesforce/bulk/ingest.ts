/** Runs an ingest job: data in, writes by the org's usual way, results out. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SaveResult } from '../org/types.ts';
import { CsvReader } from './csv-reader.ts';
import type { CsvRow } from './csv-reader.ts';
import { csvLine } from './dialect.ts';
import { errorText, invalidBatch, wrongLineEnding } from './errors.ts';
import type { IngestJob } from './jobs.ts';
import { failWhereAsked } from './runner.ts';
import { planOf, saveRows } from './save.ts';
import type { SaveDeps } from './save.ts';
import { wordedForBulk } from './writes.ts';
import type { Attempt, IngestPlan } from './writes.ts';

export interface IngestDeps extends SaveDeps {
  /** Rows of one transaction. */
  readonly transactionRows: number;
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
    const plan = checkedPlan(job, deps, first.value, reader);
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

function checkedPlan(
  job: IngestJob,
  deps: IngestDeps,
  header: CsvRow,
  reader: CsvReader,
): IngestPlan {
  if (reader.wrongLineEnding) throw wrongLineEnding(job.dialect.lineEnding);
  if (header.problem !== undefined) throw invalidBatch(`Failed to parse CSV. ${header.problem}`);
  return planOf(job, deps, header.cells);
}

function write(job: IngestJob, deps: IngestDeps, plan: IngestPlan, rows: readonly CsvRow[]): void {
  const successful: string[] = [];
  const failed: string[] = [];
  for (const { attempt, result } of saveRows(job, deps, plan, rows)) {
    if (result.success) successful.push(successLine(job, result, attempt));
    else failed.push(failureLine(job, plan, result, attempt));
  }
  append(job, 'successful', successful);
  append(job, 'failed', failed);
  job.processed += rows.length;
  job.failed += failed.length;
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
