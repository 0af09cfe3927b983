/** Rows of uploaded data, written by the org's usual way; the same for jobs of both Bulk APIs. */
import type { FaultSettings } from '../control/ports.ts';
import type { PlatformEventPublisher } from '../events/platform-events.ts';
import { SalesforceError } from '../org/types.ts';
import type { Actor, ObjectDef, Org, SaveResult, User, Write } from '../org/types.ts';
import { unlessLocked } from '../rest/row-locks.ts';
import { keyOf, readHeader } from './columns.ts';
import type { CsvRow } from './csv-reader.ts';
import type { IngestJob } from './jobs.ts';
import { attemptOf, resultsOf, withoutDoubles } from './writes.ts';
import type { Attempt, IngestPlan } from './writes.ts';

/** As whom, and into what. */
export interface SaveDeps {
  readonly org: Org;
  readonly publisher: PlatformEventPublisher | undefined;
  readonly user: User;
  readonly object: ObjectDef;
  readonly faults: FaultSettings;
}

/** What a job says of its writes. */
export type SaveJob = Pick<IngestJob, 'operation' | 'externalIdFieldName' | 'version' | 'client'>;

export interface Outcome {
  readonly attempt: Attempt;
  readonly result: SaveResult;
}

/** Throws what fails the job as a whole: a column that is unknown, twice there, or missing. */
export function planOf(
  job: SaveJob,
  { org, user, object }: SaveDeps,
  header: readonly string[],
): IngestPlan {
  const current = org.object(object.name) ?? object;
  const columns = readHeader({ org, user, version: job.version }, current, job, header);
  const name = keyOf(job);
  const index = header.findIndex((cell) => cell.toLowerCase() === name?.toLowerCase());
  const key = name === undefined ? undefined : { index, name };
  return { operation: job.operation, object: current, columns, key };
}

/** One transaction. What became of each row, in their order. */
export function saveRows(
  job: SaveJob,
  deps: SaveDeps,
  plan: IngestPlan,
  rows: readonly CsvRow[],
): readonly Outcome[] {
  const attempts = withoutDoubles(rows.map((row) => attemptOf(plan, row)));
  const writes = attempts.flatMap((each) =>
    each.write instanceof SalesforceError ? [] : each.write,
  );
  const results = resultsOf(attempts, save(job, deps, plan, writes));
  return results.flatMap((result, i) => {
    const attempt = attempts[i];
    return attempt === undefined ? [] : { attempt, result };
  });
}

function save(
  { version, client }: SaveJob,
  { org, publisher, user, faults }: SaveDeps,
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
