/** `GET jobs/ingest` and `GET jobs/query`. */
import type { FastifyReply } from 'fastify';
import { SalesforceError } from '../org/types.ts';
import { sendJson } from './http.ts';
import type { Bulk, BulkCall } from './http.ts';
import { listedJson } from './job-json.ts';
import type { Job } from './jobs.ts';

/** Jobs of one answer. */
const PAGE = 1000;
const TYPES = ['BigObjectIngest', 'Classic', 'V2Ingest', 'V2Query'];

/** Oldest first; of one type where `jobType` says so. `isPkChunkingEnabled=true` is true of classic jobs alone. */
export function listJobs({ jobs }: Bulk, call: BulkCall, kind: 'ingest' | 'query'): FastifyReply {
  const { query, caller } = call;
  const given = query.get('jobType') ?? '';
  const jobType = given !== '' ? given : kind === 'query' ? 'V2Query' : undefined;
  if (jobType !== undefined && !TYPES.includes(jobType)) {
    const message = `jobType must be one of ${TYPES.join(', ')}, not "${jobType}".`;
    throw new SalesforceError(400, 'INVALID_QUERY_FILTER_OPERATOR', message);
  }
  const chunked = query.get('isPkChunkingEnabled') === 'true';
  const fits = (job: Job): boolean =>
    !chunked && (jobType === undefined || job.jobType === jobType) && mayBeParallel(query);
  const found = jobs.all().filter(fits);
  const after = query.get('queryLocator') ?? '';
  const rest = found.filter((job) => job.id > after);
  const page = rest.slice(0, PAGE);
  const done = page.length === rest.length;
  const base = `/services/data/v${caller.version}/jobs/${kind}`;
  const next = new URLSearchParams(query);
  next.set('queryLocator', page.at(-1)?.id ?? '');
  return sendJson(call, {
    done,
    records: page.map(listedJson),
    nextRecordsUrl: done ? null : `${base}?${next.toString()}`,
  });
}

function mayBeParallel(query: URLSearchParams): boolean {
  return query.get('concurrencyMode')?.toLowerCase() !== 'serial';
}
